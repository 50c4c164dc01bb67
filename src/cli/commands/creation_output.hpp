#pragma once

#include <string>
#include <vector>

#include "cli/session.hpp"
#include "itsmc/client/creation.hpp"
#include "itsmc/client/creation_input.hpp"

namespace itsmc::cli {

/// What would be done is an answer, what was done a report.
[[nodiscard]] constexpr Purpose purpose_of(client::Sending sending) noexcept {
  return sending == client::Sending::dry_run ? Purpose::answer : Purpose::report;
}

/// `workitem create`, `alert forward`: a row a work item.
[[nodiscard]] std::vector<Column> creation_columns();

/// Rows of work items, written as they come. One thread; the session outlives it.
class ItemRows {
 public:
  /// A dry run's rows are its answer.
  ItemRows(Session& session, client::Sending sending, Shape shape)
      : listing_(session, creation_columns(), shape, purpose_of(sending)) {}
  void row(const client::CreationReport& report);
  void finish() { listing_.finish(); }

 private:
  Listing listing_;
};
/// What is told of one work item beside its row: warnings and the failure on stderr; for people, a
/// dry run's request on stdout.
void tell_of(Session& session, const client::CreationReport& report);

/// Makes what the inputs ask for, one after the other, and writes a row for each as it is done.
/// A failure is a row and an error on stderr; what stops a connection fails what is left of it.
/// Returns the reports in the order of the inputs. Throws Error(cancelled) after the rows that are
/// done.
std::vector<client::CreationReport> make_items(Session& session,
                                               const std::vector<client::CreationInput>& inputs,
                                               client::Sending sending, Shape shape);

/// Declares an option that means one call: no default in config.toml.
void add_for_one_call(OptionSet& options, Option option);
/// --set FIELD=VALUE, may be repeated; --dry-run.
void add_set_option(OptionSet& options, std::vector<std::pair<std::string, std::string>>& target);
void add_dry_run_option(OptionSet& options, bool& target);

/// "field=value". Throws Error(usage).
[[nodiscard]] std::pair<std::string, std::string> parse_assignment(const std::string& text);
/// Appends to pairs; the last of a field counts.
[[nodiscard]] Setter assignments_into(std::vector<std::pair<std::string, std::string>>& target);

/// The named connection, or the only one there is. Throws Error(usage) naming those to choose from.
[[nodiscard]] Connection choose_connection(const Session& session, const std::string& name);

}  // namespace itsmc::cli

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/client/creation_input.hpp"
#include "itsmc/core/action.hpp"

namespace itsmc::client {

// --- saved recipes
/// Names of all actions, sorted.
[[nodiscard]] std::vector<std::string> action_names(const Platform& platform);
/// Throws Error(not_found) with the nearest name, Error(config) naming file and line.
[[nodiscard]] Action load_action(const Platform& platform, const std::string& name);
/// Saves it. Verify::yes: only when the instance would take its fields, as far as it can be asked.
/// Returns why it was not asked; empty: it was, or there is nothing to ask. Throws Error: invalid
/// when the name is taken or the instance would refuse a field, not_found for an unknown
/// connection.
std::string add_action(const Platform& platform, const Action& action, Verify verify);
/// Changes fields; an empty value takes one away. Returns and throws as add_action.
std::string edit_action(const Platform& platform, const std::string& name,
                        const std::vector<FieldText>& changed, Verify verify);
/// Throws Error(not_found), with the nearest, where there is no file of it; one that cannot be read
/// is one.
void require_action(const Platform& platform, const std::string& name);
/// Throws Error(not_found).
void remove_action(const Platform& platform, const std::string& name);

// --- alerts and log records as work items
/// What an alert's work items are made of beside the alert: an action, and what a command adds.
/// `over` wins where it says something; `set` is joined.
struct Recipe {
  std::string connection;
  ItemDraft over;
  std::string per = "alert";
  OnResolve on_resolve = OnResolve::resolve;
  std::vector<std::pair<std::string, std::string>> resolve_set;
};
[[nodiscard]] Recipe recipe_of(const Action& action);
/// "resolve", "comment", "nothing"; absent for any other word.
[[nodiscard]] std::optional<OnResolve> parse_on_resolve(std::string_view word) noexcept;

/// Work items of every alert in a payload, and what an action's match says of them: `misfits` has
/// one line for each alert that `alert forward` would pass by, naming the terms that do not hold.
struct AlertInputs {
  std::vector<CreationInput> inputs;
  std::vector<std::string> misfits;
};
/// Throws Error(invalid) with `place` before the text.
[[nodiscard]] AlertInputs inputs_of_alerts(std::string_view payload, const std::string& place,
                                           const Recipe& recipe,
                                           const std::vector<MatchTerm>& match);
/// Work items of log rows: recipe.per "row", or anything else for one of all. Throws as above.
[[nodiscard]] std::vector<CreationInput> inputs_of_rows(std::string_view text,
                                                        const std::string& place,
                                                        const Recipe& recipe);
/// The same out of a query's answer. Throws as query_workspace; Error(partly) for half an answer.
[[nodiscard]] std::vector<CreationInput> inputs_of_query(const Platform& platform,
                                                         const std::string& workspace,
                                                         const std::string& kql,
                                                         const Recipe& recipe);

// --- Azure's alerts since the last run
struct ForwardOptions {
  std::string workspace;           // whose sign-in and clouds are used
  std::string subscription;        // empty: the workspace's
  std::optional<Timestamp> since;  // instead of the mark
  Sending sending = Sending::real;
  enum class Acknowledge : std::uint8_t { no, yes } acknowledge = Acknowledge::no;
};
struct ForwardReport {
  std::string subscription;
  Timestamp from{}, until{};  // the next run begins at `until`, less the overlap
  std::int64_t alerts = 0, unmatched = 0, suppressed = 0;
  std::int64_t waiting = 0;           // refused, set aside, and tried again now and then
  std::vector<CreationReport> items;  // of the alerts that an action matches
  std::vector<std::string> warnings;
};
/// Asks Azure which alerts changed since the last run, applies every action that matches, and moves
/// the mark up to the first alert whose work item is not safe. One that an instance refuses is set
/// aside and tried again later, at once when its action was changed: then only its success is
/// reported. Calls `on_item` as each is done.
/// Throws Error: usage (no action, no subscription), and what Azure's answers say.
ForwardReport forward_alerts(const Platform& platform, const ForwardOptions& options,
                             const std::function<void(const CreationReport&)>& on_item);
/// As of its items; 6 when one was refused and set aside.
[[nodiscard]] int exit_code(const ForwardReport& report) noexcept;

}  // namespace itsmc::client

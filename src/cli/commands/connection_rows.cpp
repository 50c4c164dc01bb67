#include "cli/commands/connection_rows.hpp"

#include <fmt/format.h>

#include "cli/display_text.hpp"
#include "cli/prompt.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/figures.hpp"

namespace itsmc::cli {
namespace {

// As gh does it: whoever says no gets 2, and Ctrl-C is another thing.
Error nothing_done() {
  return {ErrorKind::usage, "nothing was changed"};
}

client::Rows ask_about(Session& session, const Connection& connection,
                       const client::OtherRows& other) {
  session.talk.note(fmt::format("the store holds {} rows of \"{}\" from {} at {}",
                                with_separators(other.rows), connection.name, other.partner,
                                other.url));
  if (confirm(session.terminal,
              fmt::format("Is {} the same instance, so that they stay?", connection.url))) {
    return client::Rows::keep;
  }
  const store::Purged stored = client::purgeable(session.platform, connection.name);
  if (confirm(session.terminal, fmt::format("Remove them from the store: {}?", words_of(stored)))) {
    return client::Rows::purge;
  }
  throw nothing_done();
}

bool has_yes_to_purge(Session& session, const std::string& name) {
  const std::string what = fmt::format("what the store holds of \"{}\" ({})", name,
                                       words_of(client::purgeable(session.platform, name)));
  return has_yes(session, fmt::format("Remove {}?", what), "removing " + what,
                 "the same command with --purge --yes");
}

}  // namespace

std::string words_of(const store::Purged& stored) {
  const auto counted = [](std::int64_t count, std::string_view noun) {
    return fmt::format("{} {}{}", with_separators(count), noun, count == 1 ? "" : "s");
  };
  std::string words = counted(stored.rows, "row") + ", positions and run history";
  if (stored.creations > 0) {
    words += fmt::format(", notes of {} made there and of their alerts",
                         counted(stored.creations, "work item"));
  }
  return words;
}

bool has_yes(Session& session, const std::string& question, const std::string& doing,
             const std::string& command) {
  if (can_ask(session.terminal)) return confirm(session.terminal, question);
  throw Error(ErrorKind::usage, doing + " needs --yes where nobody can be asked", command);
}

bool may_remove(Session& session, const std::string& what, const std::string& command) {
  if (has_yes(session, fmt::format("Remove {}?", what), "removing " + what, command)) return true;
  session.talk.note("nothing was removed");
  return false;
}

void add_row_options(OptionSet& options, RowOptions& chosen) {
  options.add({.name = "keep-rows",
               .value = {},
               .help = "Rows in the store under this name are this instance's: its url has changed",
               .set = into(chosen.keep),
               .sources = Sources::command_line_and_environment});
  options.add(
      {.name = "purge",
       .value = {},
       .help = "Remove what the store holds under this name: rows, positions, run history, notes "
               "of work items made there",
       .set = into(chosen.purge),
       .sources = Sources::command_line_and_environment});
  options.add({.name = "yes",
               .value = {},
               .help = "Do not ask before rows are removed",
               .set = into(chosen.yes),
               .sources = Sources::command_line_and_environment});
}

std::optional<client::Rows> settle_rows(Session& session, const RowOptions& chosen,
                                        const Connection& connection,
                                        const std::optional<client::OtherRows>& other) {
  if (chosen.keep && chosen.purge) {
    throw Error(ErrorKind::usage, "--keep-rows and --purge exclude each other",
                "give one of the two");
  }
  if (chosen.keep) return client::Rows::keep;
  if (chosen.purge) {
    if (!chosen.yes && !has_yes_to_purge(session, connection.name)) {
      throw nothing_done();
    }
    return client::Rows::purge;
  }
  if (!can_ask(session.terminal) || !other) return std::nullopt;
  return ask_about(session, connection, *other);
}

}  // namespace itsmc::cli

#include <algorithm>
#include <chrono>
#include <memory>

#include <fmt/format.h>

#include "cli/commands/absent_store.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/item_columns.hpp"
#include "cli/commands/item_filter_options.hpp"
#include "cli/display_text.hpp"
#include "cli/fitting_options.hpp"
#include "cli/session.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/client/items.hpp"
#include "itsmc/core/figures.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

/// The states of what else the filter leaves, those that most work items are in first.
std::vector<std::string> states_there_are(const ItemFilter& filter, const Session& session) {
  const ItemFilter any_state{.connections = filter.connections, .types = filter.types};
  std::vector<std::string> states;
  for (const SummaryLine& line : client::summarise_items(session.platform, any_state)) {
    const bool known = std::find(states.begin(), states.end(), line.state) != states.end();
    if (!known && !line.state.empty()) states.push_back(line.state);
  }
  return states;
}

/// By label or code, whatever else the filter says.
bool is_any_in(const std::string& state, const ItemFilter& filter, const Session& session) {
  const ItemFilter only{.connections = filter.connections,
                        .types = filter.types,
                        .states = {state},
                        .deleted = true,
                        .limit = 1};
  return client::list_items(session.platform, only, [](const StoredItem&) {}) > 0;
}

/// What is said of a state that nothing is in. A slip is Error(not_found) with the nearest. Pure.
std::string no_such_state(const std::string& state, std::vector<std::string> states) {
  constexpr std::size_t k_most_named = 12;
  const std::string near = nearest(state, states);
  if (!near.empty()) {
    throw Error(ErrorKind::not_found,
                fmt::format("--state: no work item is in state \"{}\": did you mean \"{}\"?",
                            excerpt(state, 60), near),
                "itsmc workitem summary lists the states");
  }
  const std::string more = states.size() > k_most_named ? ", ..." : "";
  if (states.size() > k_most_named) states.resize(k_most_named);
  return fmt::format("none is in state \"{}\"; there are: {}{}", excerpt(state, 60),
                     join(states, ", "), more);
}

/// Empty: there are work items in each state that was asked for, or none at all.
std::string explain_states(const ItemFilter& filter, const Session& session) {
  const auto unknown =
      std::find_if(filter.states.begin(), filter.states.end(),
                   [&](const std::string& state) { return !is_any_in(state, filter, session); });
  if (unknown == filter.states.end()) return {};
  const std::vector<std::string> states = states_there_are(filter, session);
  return states.empty() ? std::string() : no_such_state(*unknown, states);
}

/// A mistyped connection looks like an empty store: then it is Error(not_found) with the nearest.
void explain_no_match(const ItemFilter& filter, Session& session) {
  session.terminal.out.flush();
  if (note_absent_store(session)) return;
  for (const std::string& name : filter.connections) {
    static_cast<void>(client::load_connection(session.platform, name));
  }
  const std::string states =
      filter.states.empty() ? std::string() : explain_states(filter, session);
  session.talk.note(
      "no work items match; " +
      (states.empty() ? "what is newer than the last sync comes with: itsmc sync run" : states));
}

/// One of several states may be a slip that the others hide.
void explain_part(const ItemFilter& filter, Session& session) {
  if (filter.states.size() < 2) return;
  session.terminal.out.flush();
  const std::string states = explain_states(filter, session);
  if (!states.empty()) session.talk.note(states);
}

int run_list(const FilterOptions& options, Session& session) {
  const std::vector<Column> columns = item_columns();
  if (answers_fields_help(session, columns)) return 0;
  const ItemFilter filter = to_filter(options, session.platform.clock.now());
  Listing listing(session, with_order_shown(columns, options.sort));
  std::vector<Cell> cells;
  std::int64_t shown = 0;
  const std::int64_t all =
      client::list_items(session.platform, filter, [&](const StoredItem& item) {
        item_cells(item, listing.chosen(), cells);
        listing.chosen_row(cells);
        ++shown;
      });
  listing.finish();
  if (all == 0) {
    explain_no_match(filter, session);
  } else if (shown < all) {
    session.terminal.out.flush();
    session.talk.note(fmt::format("showing {} of {}; --limit 0 shows all", with_separators(shown),
                                  with_separators(all)));
  }
  if (all > 0) explain_part(filter, session);
  return 0;
}

struct ShowOptions {
  std::string id, connection;
};

/// Keeps what is written until it is known whether it may be shown.
class HeldOutput : public Output {
 public:
  void write(std::string_view bytes) override { text += bytes; }
  void flush() override {}
  std::string text;
};

std::string described(const StoredItem& item) {
  return fmt::format("{} {} of {} ({})", to_string(item.type), item.item.text(TextField::number),
                     item.connection, item.item.text(TextField::id));
}

/// What is made here is not in the store before a sync; a sync leaves the youngest second to the
/// next one, so that at once it brings nothing. Pure.
Error not_brought_yet(const store::Creation& made, Timestamp now) {
  const std::string noun = made.number.empty() ? made.id : made.number;
  const bool synced =
      made.type == WorkItemType::incident || made.type == WorkItemType::change_request;
  const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - made.noted_at);
  return {ErrorKind::not_found,
          fmt::format("{} of {} was made {} ago and is not in the store{}", noun, made.connection,
                      format_duration(age), synced ? " yet" : ""),
          synced ? fmt::format("itsmc sync run {} brings it once it is some seconds old: the "
                               "youngest second is left to the next run",
                               made.connection)
                 : fmt::format("{}s are made, never brought over; look in the product: {}",
                               to_string(made.type), made.url)};
}

[[noreturn]] void fail_with_none(const ShowOptions& options, const Session& session) {
  const client::Platform& platform = session.platform;
  if (const auto made = client::find_made(platform, options.id, options.connection)) {
    throw not_brought_yet(*made, platform.clock.now());
  }
  const std::string wanted = excerpt(options.id, 100);
  throw Error(ErrorKind::not_found,
              fmt::format("no work item in the store has the id or number \"{}\"", wanted),
              fmt::format("itsmc workitem list --text {}, or bring it over: itsmc sync run",
                          shell_word(wanted)));
}

/// Throws when there are several. Pure.
void require_one(const ShowOptions& options, const std::vector<std::string>& matches) {
  const std::string wanted = excerpt(options.id, 100);
  if (matches.size() > 1) {
    throw Error(
        ErrorKind::ambiguous,
        fmt::format("\"{}\" is {} work items: {}", wanted, matches.size(), join(matches, "; ")),
        "give the id, or --connection NAME");
  }
}

int run_show(const ShowOptions& options, Session& session) {
  const std::vector<Column> columns = item_columns();
  if (answers_fields_help(session, columns, Shape::one)) return 0;
  const bool upright =
      session.format() == Format::table && fitting_fields(session, columns).empty();
  const std::vector<std::size_t> places = choose_columns(columns, fitting_fields(session, columns),
                                                         upright ? Format::json : session.format());
  std::vector<Column> shown;
  shown.reserve(places.size());
  for (const std::size_t place : places) shown.push_back(columns[place]);
  HeldOutput held;
  std::vector<std::string> matches;
  client::find_item(session.platform, options.id, options.connection, [&](const StoredItem& item) {
    matches.push_back(described(item));
    if (matches.size() > 1) return;
    std::vector<Cell> cells;
    item_cells(item, places, cells);
    const auto writer = make_row_writer(session.layout(Shape::one), shown, held);
    writer->row(cells);
    writer->finish();
  });
  if (matches.empty()) {
    note_absent_store(session);
    fail_with_none(options, session);
  }
  require_one(options, matches);
  session.terminal.out.write(held.text);
  return 0;
}

std::vector<Column> summary_columns() {
  return {{"connection", "the connection that brought them"},
          {"type", "incident, change-request, event or alert"},
          {"state", "the label of the state"},
          {"count", "how many", Shown::always, Figures::grouped},
          {"open", "of them still open", Shown::always, Figures::grouped},
          of_kind(Cell::Kind::time, {"newest", "the last change among them"})};
}

int run_summary(const FilterOptions& options, Session& session) {
  if (answers_fields_help(session, summary_columns())) return 0;
  const ItemFilter filter = to_filter(options, session.platform.clock.now());
  Listing listing(session, summary_columns());
  const std::vector<SummaryLine> lines = client::summarise_items(session.platform, filter);
  for (const SummaryLine& line : lines) {
    const std::vector<Cell> cells{text_cell(line.connection), text_cell(to_string(line.type)),
                                  text_cell(line.state),      integer_cell(line.count),
                                  integer_cell(line.open),    time_cell(line.newest)};
    listing.row(cells);
  }
  listing.finish();
  if (lines.empty()) {
    explain_no_match(filter, session);
  } else {
    explain_part(filter, session);
  }
  return 0;
}

}  // namespace

Action build_workitem_list(OptionSet& options) {
  auto chosen = std::make_shared<FilterOptions>();
  add_filter_options(options, *chosen);
  add_list_options(options, *chosen);
  return [chosen](Session& session) { return run_list(*chosen, session); };
}

Action build_workitem_show(OptionSet& options) {
  auto chosen = std::make_shared<ShowOptions>();
  options.add(
      Operand{"ID", "The product's id, or the number people use", Arity::one, into(chosen->id)});
  options.add({.name = "connection",
               .value = "NAME",
               .help = "Look only at this connection's",
               .set = into(chosen->connection)});
  return [chosen](Session& session) { return run_show(*chosen, session); };
}

Action build_workitem_summary(OptionSet& options) {
  auto chosen = std::make_shared<FilterOptions>();
  add_filter_options(options, *chosen);
  return [chosen](Session& session) { return run_summary(*chosen, session); };
}

}  // namespace itsmc::cli

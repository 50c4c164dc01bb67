#include <memory>

#include <fmt/format.h>

#include "cli/commands/absent_store.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/result_columns.hpp"
#include "cli/session.hpp"
#include "itsmc/client/items.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

Cell value_cell(const store::SqlValue& value) {
  switch (value.kind) {
    case store::SqlValue::Kind::null:
      return {};
    case store::SqlValue::Kind::integer:
      return integer_cell(value.integer);
    case store::SqlValue::Kind::real:
      return {.kind = Cell::Kind::real, .text = {}, .integer = 0, .real = value.real};
    case store::SqlValue::Kind::text:
    case store::SqlValue::Kind::blob:
      // Not text_cell: SQL tells '' from null.
      return {.kind = Cell::Kind::text, .text = value.text};
  }
  return {};
}

int run_query(const std::string& operand, Session& session) {
  const std::string sql = operand == "-" ? session.terminal.in.read_all() : operand;
  if (trim(sql).empty()) {
    throw Error(ErrorKind::usage, "the SQL is empty", "itsmc query --help");
  }
  std::unique_ptr<Listing> listing;
  bool answered = false;  // --fields help
  bool empty = true;
  std::vector<Cell> cells;
  store::SqlReceiver receiver;
  receiver.columns = [&](std::span<const std::string> names) {
    const std::vector<Column> columns = result_columns(names);
    answered = answers_fields_help(session, columns);
    if (!answered) listing = std::make_unique<Listing>(session, columns);
  };
  receiver.row = [&](std::span<const store::SqlValue> row) {
    if (answered) return;
    empty = false;
    cells.clear();
    for (const std::size_t place : listing->chosen()) cells.push_back(value_cell(row[place]));
    listing->chosen_row(cells);
  };
  client::query_store(session.platform, sql, receiver);
  if (listing) listing->finish();
  if (note_absent_store(session) || answered || !empty) return 0;
  session.terminal.out.flush();
  session.talk.note("no rows");
  return 0;
}

}  // namespace

Action build_query(OptionSet& options) {
  auto sql = std::make_shared<std::string>();
  options.add(
      Operand{"SQL", "One statement that reads; - takes it from stdin", Arity::one, into(*sql)});
  return [sql](Session& session) { return run_query(*sql, session); };
}

}  // namespace itsmc::cli

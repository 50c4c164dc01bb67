#include <memory>

#include "cli/commands/commands.hpp"
#include "cli/commands/result_columns.hpp"
#include "cli/session.hpp"
#include "itsmc/client/workspaces.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

struct QueryOptions {
  std::vector<std::string> words;
  bool latest = false;
};

Cell value_cell(const sinks::QueryValue& value) {
  using Kind = sinks::QueryValue::Kind;
  switch (value.kind) {
    case Kind::null:
      return {};
    case Kind::text:
      // Not text_cell: KQL tells '' from null.
      return {.kind = Cell::Kind::text, .text = value.text};
    case Kind::integer:
      return integer_cell(value.integer);
    case Kind::real:
      return {.kind = Cell::Kind::real, .text = {}, .integer = 0, .real = value.real};
    case Kind::flag:
      return flag_cell(value.integer != 0);
  }
  return {};
}

std::string kql_of(const QueryOptions& chosen, Session& session) {
  const std::string& operand = chosen.words[1];
  std::string kql = operand == "-" ? session.terminal.in.read_all() : operand;
  if (trim(kql).empty()) {
    throw Error(ErrorKind::usage, "the KQL is empty", "itsmc workspace query --help");
  }
  return kql;
}

int run_query(const QueryOptions& chosen, Session& session) {
  const std::string kql = kql_of(chosen, session);
  const sinks::QueryAnswer answer =
      client::query_workspace(session.platform, chosen.words[0], kql,
                              chosen.latest ? client::QueryOver::latest : client::QueryOver::table);
  const std::vector<Column> columns = result_columns(answer.columns);
  if (answers_fields_help(session, columns)) return 0;
  Listing listing(session, columns);
  std::vector<Cell> cells;
  for (const std::vector<sinks::QueryValue>& row : answer.rows) {
    cells.clear();
    for (const sinks::QueryValue& value : row) cells.push_back(value_cell(value));
    listing.row(cells);
  }
  listing.finish();
  session.terminal.out.flush();  // the rows before the error that explains what lacks
  if (!answer.partial) {
    if (answer.rows.empty()) session.talk.note("no rows");
    return 0;
  }
  session.talk.error(*answer.partial, {chosen.words[0], {}});
  return exit_code(answer.partial->kind());
}

}  // namespace

Action build_workspace_query(OptionSet& options) {
  auto chosen = std::make_shared<QueryOptions>();
  options.add(Operand{"NAME KQL", "The workspace and the query; - takes it from stdin", Arity::two,
                      append_to(chosen->words)});
  options.add({.name = "latest",
               .value = {},
               .help = "Each work item once: its last version, deleted ones left out",
               .set = into(chosen->latest),
               .sources = Sources::command_line_and_environment});
  return [chosen](Session& session) { return run_query(*chosen, session); };
}

}  // namespace itsmc::cli

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/connection_options.hpp"
#include "cli/commands/connection_rows.hpp"
#include "cli/commands/unreadable.hpp"
#include "cli/display_text.hpp"
#include "cli/session.hpp"
#include "itsmc/client/workspaces.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

/// The fields that most people look for in a list.
bool is_in_lists(std::string_view field) {
  return field == "endpoint" || field == "stream" || field == "cloud" || field == "auth";
}

std::vector<Column> workspace_columns() {
  std::vector<Column> columns{{"name", "what it is called"}};
  for (const WorkspaceField& field : workspace_fields()) {
    columns.push_back({key_of(field.name), std::string(field.help),
                       is_in_lists(field.name) ? Shown::always : Shown::not_in_tables});
  }
  return columns;
}

/// The words of a workspace's fields, defaults included; they outlive the cells.
std::vector<FieldText> words_of(const Workspace& workspace) {
  std::vector<FieldText> words = to_fields(workspace);
  const auto fill_in = [&words](std::string_view field, const std::string& value) {
    if (find_field(words, field) == nullptr) words.push_back({std::string(field), value});
  };
  fill_in("authority", workspace.authority);
  fill_in("arm-endpoint", workspace.arm_endpoint);
  fill_in("query-endpoint", workspace.query_endpoint);
  for (const WorkspaceField& field : workspace_fields()) {
    if (!field.fallback.empty()) fill_in(field.name, std::string(field.fallback));
  }
  return words;
}

std::vector<Cell> cells_of(const Workspace& workspace, const std::vector<FieldText>& words) {
  std::vector<Cell> cells{text_cell(workspace.name)};
  for (const WorkspaceField& field : workspace_fields()) {
    const FieldText* const word = find_field(words, field.name);
    cells.push_back(word == nullptr ? Cell{} : text_cell(word->value));
  }
  return cells;
}

int run_list(Session& session) {
  const std::vector<Column> columns = workspace_columns();
  if (answers_fields_help(session, columns)) return 0;
  const std::vector<std::string> names = client::workspace_names(session.platform);
  Listing listing(session, columns);
  std::vector<Error> unreadable;  // holds up none of the others
  for (const std::string& name : names) {
    try {
      const Workspace workspace = client::load_workspace(session.platform, name);
      const std::vector<FieldText> words = words_of(workspace);
      listing.row(cells_of(workspace, words));
    } catch (const Error& error) {
      unreadable.push_back(error);
    }
  }
  listing.finish();
  const int code = tell_unreadable(session, unreadable, names.size() - unreadable.size());
  if (code != 0) return code;
  if (names.empty()) session.talk.note("no workspaces yet; make one: itsmc workspace add");
  return 0;
}

std::string bound_connections(const Session& session, const std::string& workspace) {
  std::vector<std::string> names;
  for (const Connection& connection : client::load_every_connection(session.platform).ready) {
    if (connection.workspace == workspace) names.push_back(connection.name);
  }
  return join(names, ",");
}

int run_show(const std::string& name, Session& session) {
  std::vector<Column> columns = workspace_columns();
  for (Column& column : columns) column.shown = Shown::always;
  columns.push_back({"client_secret_place", "where the client secret is found; absent: nowhere"});
  columns.push_back(
      of_kind(Cell::Kind::list, {"connections", "the connections whose work items it receives"}));
  if (answers_fields_help(session, columns, Shape::one)) return 0;
  const Workspace workspace = client::load_workspace(session.platform, name);
  const std::vector<FieldText> words = words_of(workspace);
  const std::string place = client::workspace_secret_place(session.platform, workspace);
  const std::string bound = bound_connections(session, name);
  std::vector<Cell> cells = cells_of(workspace, words);
  cells.push_back(text_cell(place));
  cells.push_back(list_cell(bound));
  Listing listing(session, columns, Shape::one);
  listing.row(cells);
  listing.finish();
  if (bound.empty()) {
    session.talk.note(fmt::format(
        "no connection is bound to it; next: itsmc connection edit CONNECTION --workspace {}",
        name));
  }
  return 0;
}

struct RemoveOptions {
  std::string name;
  bool yes = false;
};

int run_remove(const RemoveOptions& options, Session& session) {
  client::require_workspace(session.platform, options.name);
  const std::string name = excerpt(options.name, 64);
  if (!options.yes &&
      !may_remove(session, fmt::format("\"{}\" and its secret", name),
                  fmt::format("itsmc workspace remove {} --yes", shell_word(name)))) {
    return exit_code(ErrorKind::usage);
  }
  for (const std::string& bound : client::remove_workspace(session.platform, options.name)) {
    session.talk.warning(fmt::format(
        "connection \"{0}\" is still bound to it: itsmc connection edit {0} --workspace ''",
        bound));
  }
  session.talk.note(fmt::format("workspace \"{}\" is removed", options.name));
  return 0;
}

}  // namespace

Action build_workspace_list(OptionSet& /*options*/) {
  return run_list;
}

Action build_workspace_show(OptionSet& options) {
  auto name = std::make_shared<std::string>();
  options.add(Operand{"NAME", "The workspace", Arity::one, into(*name)});
  return [name](Session& session) { return run_show(*name, session); };
}

Action build_workspace_remove(OptionSet& options) {
  auto chosen = std::make_shared<RemoveOptions>();
  options.add(Operand{"NAME", "The workspace", Arity::one, into(chosen->name)});
  options.add(Option{.name = "yes", .value = {}, .help = "Do not ask", .set = into(chosen->yes)});
  return [chosen](Session& session) { return run_remove(*chosen, session); };
}

}  // namespace itsmc::cli

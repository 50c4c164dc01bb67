#include <algorithm>
#include <charconv>
#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/connection_options.hpp"
#include "cli/commands/unreadable.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

/// The fields that most people look for in a list.
bool is_in_lists(std::string_view field) {
  return field == "partner" || field == "url" || field == "username" || field == "work-items" ||
         field == "sync-days";
}

Cell::Kind kind_of(FieldForm form) {
  if (form == FieldForm::list) return Cell::Kind::list;
  if (form == FieldForm::truth) return Cell::Kind::flag;
  return form == FieldForm::number ? Cell::Kind::integer : Cell::Kind::text;
}

std::vector<Column> connection_columns() {
  std::vector<Column> columns{{"name", "what it is called"}};
  for (const ConnectionField& field : connection_fields()) {
    if (field.secret) continue;
    columns.push_back(of_kind(kind_of(field.form),
                              {key_of(field.name), std::string(field.help),
                               is_in_lists(field.name) ? Shown::always : Shown::not_in_tables}));
  }
  return columns;
}

/// The words of a connection's fields, defaults included; lives as long as its rows are written.
class ConnectionRow {
 public:
  explicit ConnectionRow(const Connection& connection)
      : connection_(connection), given_(to_fields(connection)) {}

  [[nodiscard]] std::vector<Cell> cells() const {
    std::vector<Cell> cells{text_cell(connection_.name)};
    for (const ConnectionField& field : connection_fields()) {
      if (!field.secret) cells.push_back(cell(field));
    }
    return cells;
  }

 private:
  [[nodiscard]] Cell cell(const ConnectionField& field) const {
    if (field.need(connection_.partner) == Need::refused) return {};
    const FieldText* const given = find_field(given_, field.name);
    const std::string_view word =
        given == nullptr ? field.fallback : std::string_view(given->value);
    if (field.form == FieldForm::list) return list_cell(word);
    if (field.form == FieldForm::truth) return flag_cell(word == "true");
    if (field.form == FieldForm::number) return number_cell(word);
    return text_cell(word);
  }

  static Cell number_cell(std::string_view word) {
    std::int64_t number = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), number);
    return read.ec == std::errc() ? integer_cell(number) : text_cell(word);
  }

  const Connection& connection_;
  std::vector<FieldText> given_;
};

int run_list(Session& session) {
  const std::vector<Column> columns = connection_columns();
  if (answers_fields_help(session, columns)) return 0;
  const client::EveryConnection found = client::load_every_connection(session.platform);
  Listing listing(session, columns);
  for (const Connection& connection : found.ready) listing.row(ConnectionRow(connection).cells());
  listing.finish();
  const int code = tell_unreadable(session, found.unreadable, found.ready.size());
  if (code != 0) return code;
  if (found.ready.empty()) session.talk.note("no connections yet; make one: itsmc connection add");
  return 0;
}

std::vector<Column> show_columns() {
  std::vector<Column> columns = connection_columns();
  for (Column& column : columns) column.shown = Shown::always;
  columns.push_back({"password_place", "where a new sign-in takes the password from"});
  columns.push_back({"client_secret_place",
                     "where the client secret is kept: a file, keyring, command or environment"});
  columns.push_back(
      {"token_place", "where the sign-in is kept: a file or keyring; absent: not signed in"});
  columns.push_back(of_kind(
      Cell::Kind::time, {"access_expires", "when the access token ends; it is renewed by itself"}));
  columns.push_back(of_kind(Cell::Kind::time,
                            {"refresh_expires", "when the sign-in ends and a new one is needed"}));
  return columns;
}

int run_show(const std::string& name, Session& session) {
  const std::vector<Column> columns = show_columns();
  if (answers_fields_help(session, columns, Shape::one)) return 0;
  const Connection connection = client::load_connection(session.platform, name);
  session.connection = connection.name;
  const client::SignInState state = client::sign_in_state(session.platform, connection);
  const ConnectionRow row(connection);
  std::vector<Cell> cells = row.cells();
  cells.push_back(text_cell(state.password_place));
  cells.push_back(text_cell(state.client_secret_place));
  cells.push_back(text_cell(state.token_place));
  cells.push_back(time_cell(state.access_expires));
  cells.push_back(time_cell(state.refresh_expires));
  Listing listing(session, columns, Shape::one);
  listing.row(cells);
  listing.finish();
  if (state.token_place.empty()) {
    session.talk.note(fmt::format("not signed in; next: itsmc connection login {}", name));
  } else if (const auto end = client::ends_unrenewed(session.platform, connection)) {
    session.talk.note(fmt::format("{}; next: {}", end->text(), end->hint()));
  }
  return 0;
}

}  // namespace

Action build_connection_list(OptionSet& /*options*/) {
  return run_list;
}

Action build_connection_show(OptionSet& options) {
  auto name = std::make_shared<std::string>();
  options.add(Operand{"NAME", "The connection", Arity::one, into(*name)});
  return [name](Session& session) { return run_show(*name, session); };
}

}  // namespace itsmc::cli

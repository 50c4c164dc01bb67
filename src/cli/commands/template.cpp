#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/creation_output.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

struct TemplateOptions {
  std::string name, connection;
  bool refresh = false;
};

std::vector<Column> template_columns() {
  return {{"connection", "the connection's name"},
          {"name", "what --template takes"},
          {"type", "the work items that it is for"},
          of_kind(Cell::Kind::flag, {"usable", "whether it can be used"}),
          {"reason", "why not"},
          of_kind(Cell::Kind::lines, {"fields", "what it sets", Shown::not_in_tables}),
          {"id", "the product's own id", Shown::not_in_tables}};
}

std::string fields_of(const ItemTemplate& one) {
  std::string all;
  for (const auto& [field, value] : one.fields) {
    all += fmt::format("{}{}={}", all.empty() ? "" : "\n", field, value);
  }
  return all;
}

void write_row(Listing& listing, const std::string& connection, const ItemTemplate& one) {
  const std::string fields = fields_of(one);
  listing.row(std::vector<Cell>{text_cell(connection), text_cell(one.name),
                                text_cell(to_string(one.type)), flag_cell(one.unusable.empty()),
                                text_cell(one.unusable), lines_cell(fields), text_cell(one.id)});
}

client::Templates ask(const TemplateOptions& options, Session& session,
                      const Connection& connection) {
  session.connection = connection.name;
  client::Templates templates = client::list_templates(
      session.platform, connection,
      options.refresh ? client::Refresh::always : client::Refresh::when_absent);
  const auto age = session.platform.clock.now() - templates.asked_at;
  if (age >= std::chrono::hours(1)) {
    session.talk.note(fmt::format("as asked {} ago; --refresh asks again", format_duration(age)));
  }
  return templates;
}

int run_list(const TemplateOptions& options, Session& session) {
  if (answers_fields_help(session, template_columns())) return 0;
  const Connection connection = choose_connection(session, options.connection);
  const client::Templates templates = ask(options, session, connection);
  Listing listing(session, template_columns());
  for (const ItemTemplate& one : templates.all) write_row(listing, connection.name, one);
  listing.finish();
  if (!templates.all.empty()) return 0;
  session.terminal.out.flush();
  if (!templates.none_because.empty()) session.talk.note(templates.none_because);
  session.talk.note(
      fmt::format("{0} has no templates; work items are made without: itsmc workitem "
                  "create --connection {0} --title TEXT",
                  connection.name));
  return 0;
}

int run_show(const TemplateOptions& options, Session& session) {
  if (answers_fields_help(session, template_columns(), Shape::one)) return 0;
  const Connection connection = choose_connection(session, options.connection);
  const client::Templates templates = ask(options, session, connection);
  std::vector<std::string> names;
  for (const ItemTemplate& one : templates.all) {
    names.push_back(one.name);
    if (one.id != options.name && !iequals(one.name, options.name)) continue;
    std::vector<Column> columns = template_columns();
    for (Column& column : columns) column.shown = Shown::always;
    Listing listing(session, std::move(columns), Shape::one);
    write_row(listing, connection.name, one);
    listing.finish();
    return 0;
  }
  if (!templates.none_because.empty()) {
    throw Error(ErrorKind::not_found, templates.none_because, "itsmc workitem create --help");
  }
  const std::string near = nearest(options.name, names);
  throw Error(ErrorKind::not_found,
              fmt::format("no template \"{}\"{}", excerpt(options.name, 60),
                          near.empty() ? "" : fmt::format(": did you mean \"{}\"?", near)),
              fmt::format("itsmc template list --connection {} --refresh", connection.name));
}

void add_options(OptionSet& options, TemplateOptions& chosen) {
  options.add({.name = "connection",
               .value = "NAME",
               .help = "Which instance; default: the only connection",
               .set = into(chosen.connection)});
  options.add({.name = "refresh",
               .value = {},
               .help = "Ask the instance again",
               .set = into(chosen.refresh),
               .sources = Sources::command_line_and_environment});
}

}  // namespace

Action build_template_list(OptionSet& options) {
  auto chosen = std::make_shared<TemplateOptions>();
  add_options(options, *chosen);
  return [chosen](Session& session) { return run_list(*chosen, session); };
}

Action build_template_show(OptionSet& options) {
  auto chosen = std::make_shared<TemplateOptions>();
  options.add(Operand{"NAME", "The template's name or id", Arity::one, into(chosen->name)});
  add_options(options, *chosen);
  return [chosen](Session& session) { return run_show(*chosen, session); };
}

}  // namespace itsmc::cli

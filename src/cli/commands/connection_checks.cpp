#include "cli/commands/connection_checks.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/display_text.hpp"
#include "cli/fitting_options.hpp"
#include "cli/schema.hpp"

namespace itsmc::cli {
namespace {

constexpr std::size_t k_message_column = 34;
constexpr std::size_t k_many_skipped = 3;

std::string_view colour_of(CheckStatus status) noexcept {
  switch (status) {
    case CheckStatus::ok:
      return "32";
    case CheckStatus::warning:
      return "33";
    case CheckStatus::failed:
      return "31";
    case CheckStatus::skipped:
      return "2";
  }
  return "0";
}

std::string padded_status(CheckStatus status, Colour colour) {
  const std::string text = fmt::format("{:<8}", to_string(status));
  return colour == Colour::on ? fmt::format("\x1b[{}m{}\x1b[0m", colour_of(status), text) : text;
}

std::string below(std::string_view label, const std::string& text) {
  if (text.empty()) return {};
  return fmt::format("{:{}}{} {}\n", "", k_message_column, label, harmless(text));
}

std::string line_of(const Check& check, Colour colour) {
  std::string text = fmt::format("  {}  {:<20}  {}\n", padded_status(check.status, colour),
                                 check.check, harmless(check.message));
  if (check.status == CheckStatus::ok) return text;
  return text + below("cause:", check.cause) + below("hint: ", check.hint);
}

/// Where the checks end that were skipped for one and the same reason as the first.
std::size_t end_of_skipped(const std::vector<Check>& checks, std::size_t first) {
  std::size_t end = first;
  while (end < checks.size() && checks[end].status == CheckStatus::skipped &&
         checks[end].message == checks[first].message) {
    ++end;
  }
  return end;
}

/// For people many skipped checks are one line; JSON and CSV have each.
std::string not_run(std::size_t count, const std::string& because, Colour colour) {
  return fmt::format("  {}  {:<20}  {}\n", padded_status(CheckStatus::skipped, colour),
                     fmt::format("{} checks", count), harmless(because));
}

std::vector<Cell> cells_of(const Check& check) {
  return {text_cell(check.check), text_cell(to_string(check.status)), text_cell(check.message),
          text_cell(check.cause), text_cell(check.hint)};
}

}  // namespace

std::string_view to_string(CheckStatus status) noexcept {
  switch (status) {
    case CheckStatus::ok:
      return "ok";
    case CheckStatus::warning:
      return "warning";
    case CheckStatus::failed:
      return "failed";
    case CheckStatus::skipped:
      return "skipped";
  }
  return "failed";
}

CheckStatus worst(const std::vector<Check>& checks) noexcept {
  const auto any = [&checks](CheckStatus status) {
    return std::any_of(checks.begin(), checks.end(),
                       [status](const Check& check) { return check.status == status; });
  };
  if (any(CheckStatus::failed)) return CheckStatus::failed;
  return any(CheckStatus::warning) ? CheckStatus::warning : CheckStatus::ok;
}

std::vector<Column> check_columns(const std::string& noun) {
  return {{noun, fmt::format("the {}'s name", noun)},
          {"check", "what was looked at"},
          {"status", "ok, warning, failed or skipped"},
          {"message", "what was found"},
          {"cause", "why, when not ok"},
          {"hint", "the next command, or the click path in the product"}};
}

bool answers_checks_help(Session& session, const std::string& noun) {
  const std::vector<Column> columns = check_columns(noun);
  if (!asks_for_schema(session.options)) return answers_fields_help(session, columns);
  const std::string checks = list_schema(row_schema(std::span(columns).subspan(1)));
  const std::vector<SchemaMember> members{
      {noun, value_schema(columns.front())},
      {"status", value_schema({"status", "the worst of its checks"})},
      {"checks", checks}};
  session.terminal.out.write(schema_document(list_schema(object_schema(members))));
  return true;
}

std::string checks_text(const CheckedOne& checked, Colour colour) {
  std::string text =
      fmt::format("{}: {}\n", harmless(checked.connection), to_string(worst(checked.checks)));
  const std::vector<Check>& checks = checked.checks;
  for (std::size_t i = 0; i < checks.size();) {
    const std::size_t end = end_of_skipped(checks, i);
    if (end - i >= k_many_skipped) {
      text += not_run(end - i, checks[i].message, colour);
      i = end;
    } else {
      text += line_of(checks[i++], colour);
    }
  }
  return text;
}

std::string checks_json(const CheckedOne& checked, std::string_view more) {
  const std::vector<Column> columns{
      {"check", ""}, {"status", ""}, {"message", ""}, {"cause", ""}, {"hint", ""}};
  std::string text = fmt::format("{{\"{}\":", checked.noun);
  append_json_string(text, checked.connection);
  text += fmt::format(",\"status\":\"{}\",\"checks\":[", to_string(worst(checked.checks)));
  bool first = true;
  for (const Check& check : checked.checks) {
    if (!first) text += ',';
    first = false;
    append_json_object(text, columns, cells_of(check));
  }
  return text + fmt::format("]{}}}", more);
}

void print_checks(Session& session, const std::vector<CheckedOne>& all) {
  Output& out = session.terminal.out;
  const Format format = session.format();
  if (format == Format::json || format == Format::ndjson) {
    const bool array = format == Format::json;
    std::string text = array && !all.empty() ? "[\n" : array ? "[" : "";
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (array && i > 0) text += ",\n";
      text += checks_json(all[i]) + (array ? "" : "\n");
    }
    out.write(text + (array ? (all.empty() ? "]\n" : "\n]\n") : ""));
    return;
  }
  const std::vector<Column> columns = check_columns(all.empty() ? "connection" : all.front().noun);
  if (format == Format::table && fitting_fields(session, columns).empty()) {
    const Colour colour =
        colour_for(session.options, session.platform, session.terminal.out_is_terminal);
    for (const CheckedOne& checked : all) out.write(checks_text(checked, colour));
    return;
  }
  Listing listing(session, columns);
  for (const CheckedOne& checked : all) {
    for (const Check& check : checked.checks) {
      std::vector<Cell> cells = cells_of(check);
      cells.insert(cells.begin(), text_cell(checked.connection));
      listing.row(cells);
    }
  }
  listing.finish();
}

}  // namespace itsmc::cli

#include "cli/render.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "cli/table.hpp"
#include "itsmc/core/error.hpp"
#include "support/golden.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using namespace itsmc::cli;

namespace {

const std::vector<Column> k_columns{{"name", "what it is called"},
                                    {"title", "one line"},
                                    {"count", "how many", Shown::always, Figures::grouped},
                                    {"seconds", "how long", Shown::not_in_tables},
                                    {"open", "still open"},
                                    {"updated_at", "the last change"},
                                    {"types", "which"},
                                    {.name = "lag_seconds",
                                     .meaning = "how far behind",
                                     .shown = Shown::not_in_tables,
                                     .figures = Figures::plain,
                                     .title = "LAG"}};

const Timestamp k_time{std::chrono::milliseconds(1'767'323'045'250)};

std::vector<std::vector<Cell>> rows() {
  return {{text_cell("prod"), text_cell("disk \"full\", again\nsecond line"), integer_cell(24'645),
           real_cell(1.23456), flag_cell(true), time_cell(k_time),
           list_cell("incident,change-request"), duration_cell(11'520)},
          {text_cell("t\xC3\xA9st"), text_cell("esc\x1b[31m \xE6\xBC\xA2\xE5\xAD\x97 tab\there \\"),
           integer_cell(-7), real_cell(0), flag_cell(false), time_cell(std::nullopt),
           list_cell("incident"), duration_cell(std::nullopt)},
          {text_cell("plain"), text_cell(""), integer_cell(0), real_cell(12), flag_cell(true),
           time_cell(Timestamp(std::chrono::seconds(0))), list_cell("incident"), duration_cell(1)}};
}

std::string rendered(const Layout& layout, std::size_t count = 3) {
  test::TextOutput out;
  const auto writer = make_row_writer(layout, k_columns, out);
  for (std::size_t i = 0; i < count; ++i) writer->row(rows()[i]);
  writer->finish();
  return out.text;
}

}  // namespace

TEST_CASE("rows are rendered in every format") {
  test::check_golden("render/list.table", rendered({.format = Format::table}));
  test::check_golden("render/list.json", rendered({.format = Format::json}));
  test::check_golden("render/list.ndjson", rendered({.format = Format::ndjson}));
  test::check_golden("render/list.csv", rendered({.format = Format::csv}));
  test::check_golden("render/list.tsv", rendered({.format = Format::tsv}));
}

TEST_CASE("a terminal gets colour and lines that fit") {
  test::check_golden("render/terminal.table",
                     rendered({.format = Format::table, .colour = Colour::on, .width = 72}));
  test::check_golden("render/terminal.csv", rendered({.format = Format::csv, .width = 72}));
}

TEST_CASE("one thing is upright in a table and an object in JSON") {
  test::check_golden("render/one.table",
                     rendered({.format = Format::table, .shape = Shape::one}, 1));
  test::check_golden("render/one.json", rendered({.format = Format::json, .shape = Shape::one}, 1));
}

TEST_CASE("an empty list is an empty list") {
  CHECK(rendered({.format = Format::json}, 0) == "[]\n");
  CHECK(rendered({.format = Format::ndjson}, 0).empty());
  CHECK(rendered({.format = Format::table}, 0).empty());
  CHECK(rendered({.format = Format::csv}, 0) ==
        "name,title,count,seconds,open,updated_at,types,lag_seconds\r\n");
}

TEST_CASE("headers can be left out") {
  CHECK(rendered({.format = Format::csv, .headers = Headers::hidden}, 0).empty());
  const std::string table = rendered({.format = Format::table, .headers = Headers::hidden}, 1);
  CHECK(table.starts_with("prod  disk"));
}

TEST_CASE("a record of one empty value is not an empty line of CSV") {
  test::TextOutput out;
  const auto writer =
      make_row_writer({.format = Format::csv, .headers = Headers::hidden}, {{"a", ""}}, out);
  writer->row(std::vector<Cell>{text_cell("")});
  writer->finish();
  CHECK(out.text == "\"\"\r\n");
}

TEST_CASE("numbers that JSON has no word for are null") {
  test::TextOutput out;
  const auto writer = make_row_writer({.format = Format::ndjson}, {{"a", ""}}, out);
  writer->row(std::vector<Cell>{
      Cell{.kind = Cell::Kind::real, .text = {}, .integer = 0, .real = INFINITY}});
  CHECK(out.text == "{\"a\":null}\n");
}

TEST_CASE("columns are chosen by name, in the order asked for") {
  using Places = std::vector<std::size_t>;
  using Names = std::vector<std::string>;
  CHECK(choose_columns(k_columns, {}, Format::table) == Places{0, 1, 2, 4, 5, 6});
  CHECK(choose_columns(k_columns, {}, Format::json) == Places{0, 1, 2, 3, 4, 5, 6, 7});
  CHECK(choose_columns(k_columns, Names{"open", "name"}, Format::csv) == Places{4, 0});
  CHECK_THROWS_WITH(choose_columns(k_columns, Names{"nmae"}, Format::csv),
                    "--fields: unknown field \"nmae\": did you mean \"name\"?");
}

TEST_CASE("fields help has one field a line with its meaning") {
  CHECK(fields_help(std::vector<Column>{{"id", "the id"}, {"number", "what people call it"}}) ==
        "id      the id\nnumber  what people call it\n");
}

TEST_CASE("the widest texts give way first, numbers and times never") {
  using Widths = std::vector<ColumnWidth>;
  CHECK(fit_widths({{10}, {50}, {10}}, 60) == Widths{{10}, {36}, {10}});
  CHECK(fit_widths({{10}, {50}, {10}}, 200) == Widths{{10}, {50}, {10}});
  CHECK(fit_widths({{30, false}, {25}}, 47) == Widths{{30, false}, {15}});
  CHECK(fit_widths({{10}, {10}}, 3) == Widths{{8}, {8}});
  CHECK(fit_widths({{30, false}}, 3) == Widths{{30, false}});
  CHECK(fit_widths({}, 10).empty());
}

TEST_CASE("columns without room go, the bare ones first, until the rest can be read") {
  using Places = std::vector<std::size_t>;
  const ColumnWidth name{10, false};
  const ColumnWidth title{50};
  const ColumnWidth count{8, false, true};
  const ColumnWidth zeros{8, false, true, true};
  CHECK(places_with_room({name, title, zeros, count}, 120) == Places{0, 1, 2, 3});
  CHECK(places_with_room({name, title, zeros, count}, 52) == Places{0, 1, 2, 3});
  CHECK(places_with_room({name, title, zeros, count}, 51) == Places{0, 1, 3});
  CHECK(places_with_room({name, title, count, count}, 51) == Places{0, 1, 2});
  CHECK(places_with_room({name, title, count, count}, 20) == Places{0, 1});
  // Where not even cut texts fit, each stays that fits beside those left of it; the first always.
  CHECK(places_with_room({name, title, name}, 32) == Places{0, 1, 2});
  CHECK(places_with_room({name, title, name}, 31) == Places{0, 1});
  CHECK(places_with_room({name, name}, 5) == Places{0});
  const ColumnWidth time{20, false};
  CHECK(places_with_room({name, title, time, count, zeros}, 39) == Places{0, 1});
  CHECK(places_with_room({name, title, time, {6, false}}, 29) == Places{0, 1, 3});
  const ColumnWidth status{11, true, false, false, true};
  CHECK(places_with_room({name, title, time, status}, 52) == Places{0, 1, 2, 3});
  CHECK(places_with_room({name, title, time, status}, 51) == Places{0, 1, 3});
  CHECK(places_with_room({name, title, time, status}, 29) == Places{0, 3});
  CHECK(places_with_room({name, title, time, status}, 19) == Places{0});
  CHECK(places_with_room({name, status, time, status}, 50) == Places{0, 1, 3});
  CHECK(places_with_room({name, status, time, status}, 29) == Places{0, 3});
  CHECK(places_with_room({}, 5).empty());
}

TEST_CASE("with --csv-safe no text begins as a formula does, and numbers stay") {
  struct Row {
    std::string text, csv, tsv;
  };
  const std::vector<Row> rows{{"=1+1", "'=1+1", "'=1+1"},
                              {"+1", "'+1", "'+1"},
                              {"-1", "'-1", "'-1"},
                              {"@SUM(A1)", "'@SUM(A1)", "'@SUM(A1)"},
                              {"\tx", "'\tx", "'\\tx"},
                              {"\r=x", "\"'\r=x\"", "'\\r=x"},
                              {"=a,\"b\"", "\"'=a,\"\"b\"\"\"", "'=a,\"b\""},
                              {"a=1", "a=1", "a=1"},
                              {"'=1", "'=1", "'=1"}};
  const std::vector<Column> columns{{"=cmd", ""}, {"count", ""}};
  for (const Row& row : rows) {
    for (const Format format : {Format::csv, Format::tsv}) {
      test::TextOutput out;
      const auto writer =
          make_row_writer({.format = format, .formulas = Formulas::neutralised}, columns, out);
      writer->row(std::vector<Cell>{text_cell(row.text), integer_cell(-7)});
      writer->finish();
      INFO(row.text);
      CHECK(out.text == (format == Format::csv ? "'=cmd,count\r\n" + row.csv + ",-7\r\n"
                                               : "'=cmd\tcount\n" + row.tsv + "\t-7\n"));
    }
  }
}

namespace {

/// A reader of RFC 4180 that knows nothing of the writer: records of fields.
std::vector<std::vector<std::string>> read_csv(std::string_view text) {
  std::vector<std::vector<std::string>> records(1, {""});
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string& field = records.back().back();
    if (quoted) {
      const bool doubled = text.substr(i, 2) == "\"\"";
      if (text[i] == '"' && !doubled)
        quoted = false;
      else
        field += text[i];
      if (doubled) ++i;
    } else if (text[i] == '"' && field.empty()) {
      quoted = true;
    } else if (text[i] == ',') {
      records.back().emplace_back();
    } else if (text.substr(i, 2) == "\r\n") {
      records.push_back({""});
      ++i;
    } else {
      field += text[i];
    }
  }
  records.pop_back();  // after the last line's end
  return records;
}

}  // namespace

TEST_CASE("CSV is what RFC 4180 says: whatever a text holds comes back") {
  const std::vector<std::string> texts{
      "plain", "a,b",      "\"", "\"\"quoted\"\"", "one\ntwo", "\r\n", "\r", " spaced ",
      ",",     "a\r\n,\"", "=1", "tab\tx",         "\xC3\xA9"};
  test::TextOutput out;
  const auto writer = make_row_writer({.format = Format::csv}, {{"a", ""}, {"b", ""}}, out);
  for (const std::string& text : texts) {
    writer->row(std::vector<Cell>{text_cell(text), text_cell("end")});
  }
  writer->finish();
  const auto records = read_csv(out.text);
  REQUIRE(records.size() == texts.size() + 1);
  CHECK(records[0] == std::vector<std::string>{"a", "b"});
  for (std::size_t i = 0; i < texts.size(); ++i) {
    CHECK(records[i + 1] == std::vector<std::string>{texts[i], "end"});
  }
}

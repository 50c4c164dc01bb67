#include "cli/row_order.hpp"

#include <catch2/catch.hpp>

#include "itsmc/core/files.hpp"
#include "support/run_cli.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::cli;

namespace {

const std::vector<Column> k_columns{{"name", ""}, {"count", ""}};

/// The names of three rows in the order asked for.
std::string ordered(const std::string& by) {
  const std::vector<std::pair<std::string, Cell>> rows{
      {"b", integer_cell(10)}, {"c", Cell{}}, {"a", integer_cell(9)}, {"d", integer_cell(9)}};
  SortedRows sorted(read_sort_order(by, k_columns));
  for (const auto& [name, count] : rows) {
    const std::vector<Cell> cells{text_cell(name), count};
    sorted.keep(cells[sorted.order().column], std::span(cells).first(1));
  }
  test::TextOutput out;
  const auto writer =
      make_row_writer({.format = Format::csv, .headers = Headers::hidden}, {k_columns[0]}, out);
  sorted.write(*writer);
  writer->finish();
  std::erase_if(out.text, [](char c) { return c == '\r' || c == '\n'; });
  return out.text;
}

}  // namespace

TEST_CASE("rows are ordered by a field, equal ones stay, absent ones come last") {
  CHECK(ordered("name") == "abcd");
  CHECK(ordered("-name") == "dcba");
  CHECK(ordered("count") == "adbc");
  CHECK(ordered("-count") == "badc");
}

TEST_CASE("an unknown field to sort by is refused with the nearest") {
  const Error error = test::error_of([] { (void)read_sort_order("-conut", k_columns); });
  CHECK(error.kind() == ErrorKind::usage);
  CHECK(error.text() == "--sort: unknown field \"conut\": did you mean \"count\"?");
}

TEST_CASE("lists take --sort, also by a field that is not shown") {
  test::CliWorld world;
  for (const auto& [name, days] :
       {std::pair("a", "10"), std::pair("b", "120"), std::pair("c", "9")}) {
    write_atomically(world.config_dir() / "connections" / (std::string(name) + ".toml"),
                     "partner = \"servicenow\"\nurl = \"https://x.service-now.com\"\n"
                     "username = \"itsmc\"\nclient-id = \"0a\"\nsync-days = " +
                         std::string(days) + "\n",
                     Privacy::shared);
  }
  const auto names = [&world](const std::string& by) {
    return world
        .run({"connection", "list", "--sort", by, "--fields", "name", "-o", "tsv", "--no-headers"})
        .out;
  };
  CHECK(names("sync_days") == "c\na\nb\n");
  CHECK(names("-sync_days") == "b\na\nc\n");
  CHECK(world.run({"connection", "list", "--sort", "day"}).code == 2);
  CHECK(world.run({"connection", "show", "a", "--sort", "name"}).code == 2);
}

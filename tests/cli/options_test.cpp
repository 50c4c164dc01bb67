#include "cli/options.hpp"

#include <set>
#include <vector>

#include <catch2/catch.hpp>

#include "cli/command.hpp"
#include "cli/globals.hpp"
#include "cli/parser.hpp"
#include "core/connection_values.hpp"
#include "itsmc/core/error.hpp"

using namespace itsmc;
using namespace itsmc::cli;

namespace {

std::string refusal(const Setter& set, const std::string& text) {
  try {
    set(text);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    return error.text();
  }
  return "taken";
}

}  // namespace

TEST_CASE("a variable's name follows from the option's") {
  CHECK(environment_name("sync-days") == "ITSMC_SYNC_DAYS");
  CHECK(environment_name("output") == "ITSMC_OUTPUT");
}

TEST_CASE("every long option is set by its variable") {
  GlobalOptions globals;
  OptionSet all;
  add_globals(all, globals);
  add_sort(all, globals);
  std::vector<Action> actions;  // keep what the setters write into
  for (const Command& command : commands()) actions.push_back(command.build(all));
  REQUIRE(all.options().size() > 200);
  // What a command gives in place of its work is asked for on the line itself.
  const std::set<std::string> in_place_of_work{"help", "version"};
  // Secrets and what surrounds a run: no option may share their names.
  const std::set<std::string> taken{"ITSMC_PASSWORD", "ITSMC_CLIENT_SECRET", "ITSMC_PAGER",
                                    "ITSMC_ARC_KEYS"};
  for (const Option& option : all.options()) {
    const std::string variable = environment_name(option.name);
    CAPTURE(variable);
    CHECK_FALSE(taken.contains(variable));
    std::string got;
    Option recording = option;
    recording.set = into(got);
    OptionSet one;
    one.add(std::move(recording));
    apply(one, {}, [&variable](const std::string& name) {
      return name == variable ? std::optional<std::string>("by variable") : std::nullopt;
    });
    CHECK(got == (in_place_of_work.contains(option.name) ? "" : "by variable"));
  }
}

TEST_CASE("flags read the words that people write") {
  for (const std::string word : {"true", "TRUE", "yes", "1", "on"})
    CHECK(parse_switch(word) == true);
  for (const std::string word : {"false", "no", "0", "Off"}) CHECK(parse_switch(word) == false);
  for (const std::string word : {"", "maybe", "2"}) CHECK_FALSE(parse_switch(word).has_value());
  bool flag = false;
  into(flag)("yes");
  CHECK(flag);
  CHECK(refusal(into(flag), "maybe") == "\"maybe\" is neither true nor false");
}

TEST_CASE("counts are whole numbers within their range") {
  std::int64_t count = 0;
  const Setter set = count_into(count, {1, 10'000});
  set("10000");
  CHECK(count == 10'000);
  set(" 7 ");
  CHECK(count == 7);
  CHECK(refusal(set, "0") == "0 is not between 1 and 10000");
  CHECK(refusal(set, "10001") == "10001 is not between 1 and 10000");
  CHECK(refusal(set, "") == "\"\" is not a whole number");
  CHECK(refusal(set, "1,000") == "\"1,000\" is not a whole number");
  CHECK(refusal(set, "3,2") == "\"3,2\" is not a whole number");
  CHECK(refusal(set, "1.5") == "\"1.5\" is not a whole number");
  CHECK(refusal(set, "99999999999999999999") == "\"99999999999999999999\" is not a whole number");
  CHECK(count == 7);
  CHECK(refusal(count_into(count, {0, INT64_MAX}), "-1") == "-1 is less than 0");
}

TEST_CASE("a choice names what it takes and the nearest of it") {
  std::string chosen = "table";
  const Setter set = choice_into(chosen, {"table", "json", "csv"});
  set("csv");
  CHECK(chosen == "csv");
  CHECK(refusal(set, "jsno") == "\"jsno\" is not one of table, json, csv (did you mean \"json\"?)");
  CHECK(refusal(set, "JSON-lines-please") ==
        "\"JSON-lines-please\" is not one of table, json, csv");
}

TEST_CASE("lists take commas and repeats, repeated options keep their commas") {
  std::vector<std::string> list;
  list_into(list)("a, b");
  list_into(list)("c,,");
  CHECK(list == std::vector<std::string>{"a", "b", "c"});
  std::vector<std::string> repeated;
  append_to(repeated)("On Hold, awaiting caller");
  append_to(repeated)("New");
  CHECK(repeated == std::vector<std::string>{"On Hold, awaiting caller", "New"});
}

TEST_CASE("durations have a unit") {
  std::optional<std::chrono::milliseconds> duration;
  duration_into(duration)("1h30m");
  CHECK(duration == std::chrono::minutes(90));
  CHECK(refusal(duration_into(duration), "soon") ==
        "\"soon\" is not a duration such as 30s, 5m or 2h");
}

#include "cli/parser.hpp"

#include <catch2/catch.hpp>

#include "cli/globals.hpp"
#include "itsmc/core/error.hpp"

using namespace itsmc;
using namespace itsmc::cli;

namespace {

using Words = std::vector<std::string>;

struct Sample {
  bool full = false;
  std::string url = "default", sort;
  std::string note = "kept";
  std::vector<std::string> names, states, only;
  std::int64_t limit = 50;
};

OptionSet options_of(Sample& sample) {
  OptionSet options;
  options.add(Operand{"NAME", "", Arity::many, append_to(sample.names)});
  options.add({.name = "full", .value = {}, .help = "", .set = into(sample.full), .letter = 'f'});
  options.add({.name = "url", .value = "URL", .help = "", .set = into(sample.url), .letter = 'u'});
  options.add({.name = "state", .value = "S", .help = "", .set = append_to(sample.states)});
  options.add({.name = "note",
               .value = "TEXT",
               .help = "",
               .set = into(sample.note),
               .blank = Blank::meant});
  options.add({.name = "only", .value = "A,B", .help = "", .set = list_into(sample.only)});
  options.add({.name = "sort", .value = "F", .help = "", .set = into(sample.sort)});
  options.add(
      {.name = "limit", .value = "N", .help = "", .set = count_into(sample.limit, {0, 1000})});
  return options;
}

const Environment k_no_environment = [](const std::string&) { return std::nullopt; };

Sample parse(const Words& words, const Environment& environment = k_no_environment,
             const std::vector<FieldText>& defaults = {}) {
  Sample sample;
  const OptionSet options = options_of(sample);
  const Given given = read_arguments(options, words, "noun verb");
  apply(options, given, environment);
  apply_operands(options, given.operands, "noun verb");
  apply_defaults(options, given, environment, defaults);
  return sample;
}

std::string refusal(const Words& words) {
  try {
    parse(words);
  } catch (const Error& error) {
    CHECK(exit_code(error.kind()) == 2);
    return error.text();
  }
  return "taken";
}

}  // namespace

TEST_CASE("the command's words are found among common options") {
  GlobalOptions globals;
  OptionSet common;
  add_globals(common, globals);
  struct Row {
    Words arguments;
    std::string noun, verb;
    Words rest;
  };
  const std::vector<Row> rows{
      {{}, "", "", {}},
      {{"sync", "run", "prod", "--full"}, "sync", "run", {"prod", "--full"}},
      {{"-o", "json", "sync", "--quiet", "run"}, "sync", "run", {"-o", "json", "--quiet"}},
      {{"--output=json", "sync", "run"}, "sync", "run", {"--output=json"}},
      {{"sync", "--help"}, "sync", "", {"--help"}},
      {{"query", "select 1"}, "query", "", {"select 1"}},
      {{"query", "-o", "csv", "-"}, "query", "", {"-o", "csv", "-"}},
      {{"workitem", "show", "--", "-5"}, "workitem", "show", {"--", "-5"}},
      {{"bogus", "list"}, "bogus", "", {"list"}},
  };
  for (const Row& row : rows) {
    const CommandWords words = take_words(row.arguments, common);
    CHECK(words.noun == row.noun);
    CHECK(words.verb == row.verb);
    CHECK(words.rest == row.rest);
  }
}

TEST_CASE("options come in every spelling people use") {
  CHECK(parse({"--full", "a", "--url", "x", "b"}).names == Words{"a", "b"});
  CHECK(parse({"--url=x"}).url == "x");
  CHECK(parse({"-ux"}).url == "x");
  CHECK(parse({"-u", "x", "-f"}).full);
  CHECK(parse({"--url", "x", "--url", "y"}).url == "y");
  CHECK(parse({"--state", "New", "prod", "--state", "On, Hold"}).states ==
        Words{"New", "On, Hold"});
  CHECK(parse({"--state", "New", "prod"}).names == Words{"prod"});
  CHECK(parse({"--sort", "-updated_at"}).sort == "-updated_at");
  CHECK(parse({"--", "--full"}).names == Words{"--full"});
  CHECK(parse({"-"}).names == Words{"-"});
  CHECK_FALSE(parse({"--full=false"}).full);
  CHECK(parse({"--full=true"}).full);
}

TEST_CASE("what cannot be read is named, with the nearest that can") {
  CHECK(refusal({"--ful"}) == "unknown option \"--ful\": did you mean \"--full\"?");
  CHECK(refusal({"--nonsense-here=1"}) == "unknown option \"--nonsense-here\"");
  CHECK(refusal({"--sync-days=60"}) ==
        "unknown option \"--sync-days\": it is a field of the connection");
  CHECK(refusal({"-x"}) == "unknown option \"-x\"");
  CHECK(refusal({"--limit", "many"}) == "--limit: \"many\" is not a whole number");
  CHECK(refusal({"--limit"}) == "option \"--limit\" lacks its value: --limit N");
}

TEST_CASE("an empty value is refused, but for where it says something") {
  for (const Words& words : {Words{"--url", ""}, Words{"--url", " "},
                             Words{"--url", "x", "--url", ""}, Words{"-u", ""}}) {
    CAPTURE(words);
    CHECK(refusal(words) == "--url is empty");
  }
  CHECK(refusal({"--url="}) == "option \"--url\" lacks its value: --url URL");
  CHECK(refusal({"--only", ""}) == "--only is empty");
  CHECK(refusal({"--only", " , "}) == "--only: it names nothing");
  CHECK(refusal({"--only", "a,,b"}) == "taken");
  CHECK(refusal({"prod", ""}) == "NAME is empty");
  CHECK(parse({"--note", ""}).note.empty());
  // A variable that is empty is one that is not set.
  const auto empty = [](const std::string&) { return std::optional<std::string>(""); };
  CHECK(parse({}, empty).url == "default");
  CHECK(parse({}, empty).note == "kept");
}

TEST_CASE("an unknown option's value is never repeated") {
  for (const Words& words : {Words{"--passwort=hunter2"}, Words{"--pass", "hunter2"},
                             Words{"--full=hunter2x"}, Words{"--passwordhunter2=hunter2"}}) {
    const std::string text = refusal(words);
    CHECK(text != "taken");
    if (words.front() != "--full=hunter2x") CHECK(text.find("=hunter2") == std::string::npos);
  }
  CHECK(refusal({"--pass", "hunter2"}) == "unknown option \"--pass\"");
}

TEST_CASE("a secret on the command line is refused without being repeated") {
  for (const Words& words :
       {Words{"connection", "add", "--password", "hunter2"}, Words{"--password=hunter2"},
        Words{"sync", "run", "--client-secret", "hunter2"}, Words{"--client-secret=hunter2"}}) {
    try {
      refuse_secret_values(words);
      FAIL("it was taken");
    } catch (const Error& error) {
      CHECK(exit_code(error.kind()) == 2);
      CHECK((error.text() + error.hint()).find("hunter2") == std::string::npos);
      CHECK(error.hint().find("-stdin") != std::string::npos);
      CHECK(error.hint().find("ITSMC_") != std::string::npos);
    }
  }
  CHECK_NOTHROW(refuse_secret_values(Words{"connection", "add", "--password-stdin"}));
  CHECK_NOTHROW(refuse_secret_values(Words{"query", "--", "--password"}));
}

TEST_CASE("an option comes from the command line, else a variable, else config.toml") {
  const Environment environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "ITSMC_URL") return "from-environment";
    if (name == "ITSMC_FULL") return "1";
    return std::nullopt;
  };
  const std::vector<FieldText> defaults{{"url", "from-file"}, {"limit", "7"}, {"output", "json"}};
  CHECK(parse({"--url", "from-line"}, environment, defaults).url == "from-line");
  CHECK(parse({}, environment, defaults).url == "from-environment");
  CHECK(parse({}, environment, defaults).full);
  CHECK(parse({}, k_no_environment, defaults).url == "from-file");
  CHECK(parse({}, k_no_environment, defaults).limit == 7);
  CHECK(parse({}).url == "default");
}

TEST_CASE("a bad value says where it stood") {
  const Environment environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "ITSMC_LIMIT") return "x";
    return std::nullopt;
  };
  CHECK_THROWS_WITH(parse({}, environment), "ITSMC_LIMIT: \"x\" is not a whole number");
}

TEST_CASE("a default of config.toml that the command cannot take is passed over") {
  CHECK(parse({}, k_no_environment, {{"limit", "x"}}).limit == parse({}, k_no_environment).limit);
}

TEST_CASE("a variable that is empty counts as unset") {
  std::string url = "as it was";
  OptionSet options;
  options.add({.name = "url", .value = "URL", .help = "", .set = into(url)});
  const Environment environment = [](const std::string&) { return std::string(); };
  apply(options, {}, environment);
  CHECK(url == "as it was");
  apply_defaults(options, {}, environment, std::vector<FieldText>{{"url", "file"}});
  CHECK(url == "file");
}

TEST_CASE("what takes a command's place comes from the command line alone") {
  std::string url;
  OptionSet options;
  options.add({.name = "url",
               .value = "URL",
               .help = "",
               .set = into(url),
               .sources = Sources::command_line});
  const Environment environment = [](const std::string&) { return std::string("environment"); };
  const Given given = read_arguments(options, {}, "connection edit");
  apply(options, given, environment);
  apply_defaults(options, given, environment, std::vector<FieldText>{{"url", "file"}});
  CHECK(url.empty());
}

TEST_CASE("config.toml goes where the connection's own value can rank above it") {
  std::optional<std::int64_t> chosen;
  std::int64_t fallback = 4;
  OptionSet options;
  options.add({.name = "in-flight",
               .value = "N",
               .help = {},
               .set = count_into(chosen, {1, 16}),
               .set_default = count_into(fallback, {1, 16})});
  const std::vector<FieldText> defaults{{"in-flight", "9"}};
  const Environment bare = [](const std::string&) { return std::nullopt; };
  apply_defaults(options, read_arguments(options, {}, "sync run"), bare, defaults);
  CHECK_FALSE(chosen);
  CHECK(fallback == 9);
  const Given given = read_arguments(options, {"--in-flight", "2"}, "sync run");
  apply(options, given, bare);
  apply_defaults(options, given, bare, defaults);
  CHECK(chosen == 2);
}

TEST_CASE("operands are counted, and never repeated in the message") {
  std::string name;
  OptionSet one;
  one.add(Operand{"NAME", "", Arity::one, into(name)});
  CHECK_THROWS_WITH(apply_operands(one, {}, "connection show"),
                    "\"itsmc connection show\" needs NAME");
  CHECK_THROWS_WITH(apply_operands(one, {"prod", "hunter2"}, "connection show"),
                    "\"itsmc connection show\" takes one NAME, 2 words were given");
  OptionSet none;
  CHECK_THROWS_WITH(apply_operands(none, {"hunter2"}, "connection list"),
                    "\"itsmc connection list\" takes no operands");
  none.add({.name = "name", .value = "NAME", .help = "", .set = into(name)});
  CHECK_THROWS_WITH(apply_operands(none, {"hunter2"}, "ci find"),
                    "\"itsmc ci find\" takes no operands: the name goes behind --name");
  apply_operands(one, {"prod"}, "connection show");
  CHECK(name == "prod");
}

#include "cli/paged_output.hpp"

#include <csignal>

#include <catch2/catch.hpp>

#include "itsmc/core/files.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using itsmc::test::CliResult;
using itsmc::test::CliWorld;

namespace {

/// Thirty lines from `query` on a terminal of ten.
class LowTerminal : public CliWorld {
 public:
  LowTerminal() {
    std::signal(SIGPIPE, SIG_IGN);  // main's doing
    out_is_terminal = true;
    height = 10;
  }
  CliResult thirty_lines(std::vector<std::string> more = {}) {
    more.insert(more.begin(),
                {"query",
                 "with recursive n(i) as (values (1) union all select i + 1 from n where i < 30) "
                 "select i from n",
                 "--quiet", "--no-headers"});
    return run(more);
  }
  std::string kept() { return read_file(config_dir() / "seen", 1U << 20U).value_or(""); }
  void keep_by(const std::string& variable) {
    std::filesystem::create_directories(config_dir());
    environment[variable] = "cat > " + (config_dir() / "seen").string();
  }
};

}  // namespace

TEST_CASE("output that is longer than the terminal goes to the pager, whole") {
  LowTerminal world;
  world.keep_by("PAGER");
  const CliResult paged = world.thirty_lines();
  CHECK(paged.code == 0);
  CHECK(paged.out.empty());
  const std::string kept = world.kept();
  CHECK(std::count(kept.begin(), kept.end(), '\n') == 30);
}

TEST_CASE("words wait for the text before them, and none is lost") {
  test::TextInput in;
  test::TextOutput both;  // as on a terminal
  cli::Terminal terminal{.in = in, .out = both, .err = both, .out_is_terminal = true, .height = 5};
  cli::Talk talk(terminal);
  cli::PagedOutput paged("false", terminal, talk);
  talk.note("before");
  paged.write("table\n");
  talk.note("after");
  talk.error(Error(ErrorKind::usage, "wrong"), {});
  CHECK(both.text == "before\n");
  paged.finish();
  CHECK(both.text == "before\ntable\nafter\nerror: wrong\n");
  talk.note("later");
  CHECK(both.text.ends_with("later\n"));
  paged.write("more\n");
  talk.note("held");
  paged.show_at_once();
  paged.write("at once\n");
  talk.note("said");
  CHECK(both.text.ends_with("later\nmore\nheld\nat once\nsaid\n"));
}

TEST_CASE("ITSMC_PAGER goes before PAGER") {
  LowTerminal world;
  world.environment["PAGER"] = "false";
  world.keep_by("ITSMC_PAGER");
  CHECK(world.thirty_lines().code == 0);
  CHECK_FALSE(world.kept().empty());
}

TEST_CASE("there is no pager where none is wanted or needed") {
  struct Row {
    std::string why;
    std::function<void(LowTerminal&)> change;
    std::vector<std::string> options;
  };
  const std::vector<Row> rows{
      {"--no-pager", [](LowTerminal&) {}, {"--no-pager"}},
      {"ITSMC_NO_PAGER", [](LowTerminal& w) { w.environment["ITSMC_NO_PAGER"] = "1"; }, {}},
      {"piped", [](LowTerminal& w) { w.out_is_terminal = false; }, {}},
      {"it fits", [](LowTerminal& w) { w.height = 31; }, {}},
      {"unknown height", [](LowTerminal& w) { w.height = 0; }, {}},
      {"a dumb terminal", [](LowTerminal& w) { w.environment["TERM"] = "dumb"; }, {}},
      {"empty", [](LowTerminal& w) { w.environment["ITSMC_PAGER"] = ""; }, {}},
      {"cat", [](LowTerminal& w) { w.environment["ITSMC_PAGER"] = "cat"; }, {}},
      {"not there", [](LowTerminal& w) { w.environment["ITSMC_PAGER"] = "no-such-pager-0"; }, {}},
  };
  for (const Row& row : rows) {
    LowTerminal world;
    world.keep_by("PAGER");
    row.change(world);
    const CliResult plain = world.thirty_lines(row.options);
    INFO(row.why << plain.err);
    CHECK(plain.code == 0);
    CHECK(std::count(plain.out.begin(), plain.out.end(), '\n') == 30);
    CHECK(world.kept().empty());
  }
}

TEST_CASE("a pager that is left early is quiet") {
  LowTerminal world;
  world.environment["PAGER"] = "true";
  const CliResult left = world.thirty_lines();
  CHECK(left.code == 0);
  CHECK(left.out.empty());
  CHECK(left.err.empty());
}

TEST_CASE("what was written before an error is shown without the pager") {
  LowTerminal world;
  world.keep_by("PAGER");
  const CliResult failed = world.run({"query", "select nonsense"});
  CHECK(failed.code != 0);
  CHECK(world.kept().empty());
  CHECK_FALSE(failed.err.empty());
}

#include "cli/globals.hpp"

namespace itsmc::cli {
namespace {

Option common(std::string name, std::string value, std::string help, Setter set) {
  return {.name = std::move(name),
          .value = std::move(value),
          .help = std::move(help),
          .set = std::move(set),
          .group = OptionGroup::common};
}

}  // namespace

Format parse_format(const std::string& word) {
  if (word == "json") return Format::json;
  if (word == "ndjson") return Format::ndjson;
  if (word == "csv") return Format::csv;
  if (word == "tsv") return Format::tsv;
  return Format::table;
}

void add_globals(OptionSet& options, GlobalOptions& globals) {
  Option output = common("output", "FORMAT", "table, json, ndjson, csv or tsv",
                         choice_into(globals.output, {"table", "json", "ndjson", "csv", "tsv"}));
  output.letter = 'o';
  output.fallback = globals.output;
  options.add(std::move(output));
  options.add(common(
      "fields", "A,B",
      "Which columns, in this order; \"help\" lists them, \"schema\" prints their JSON schema",
      list_into(globals.fields)));
  Option jq = common("jq", "EXPR", "Filter the JSON (implies -o json); texts come without quotes",
                     into(globals.jq));
  jq.sources = Sources::command_line_and_environment;
  options.add(std::move(jq));
  options.add(
      common("no-headers", "", "No header line in table, csv and tsv", into(globals.no_headers)));
  options.add(common("csv-safe", "",
                     "csv and tsv: an apostrophe before texts that a spreadsheet would calculate",
                     into(globals.csv_safe)));
  options.add(common("no-pager", "", "Never show long output in a pager (ITSMC_PAGER, PAGER, less)",
                     into(globals.no_pager)));
  options.add(common("no-input", "",
                     "Ask nothing, on a terminal neither: what is missing is an error",
                     into(globals.no_input)));
  Option color = common("color", "WHEN", "auto, always or never (NO_COLOR is obeyed)",
                        choice_into(globals.color, {"auto", "always", "never"}));
  color.fallback = globals.color;
  options.add(std::move(color));
  options.add(common("quiet", "",
                     "Only errors and warnings, on stderr; no report of what was done unless "
                     "--output, --fields or --jq is given",
                     into(globals.quiet)));
  Option error_format =
      common("error-format", "FORMAT", "text, or json: one object a line on stderr",
             choice_into(globals.error_format, {"text", "json"}));
  error_format.fallback = globals.error_format;
  options.add(std::move(error_format));
  options.add(common("log-file", "FILE",
                     "Add what is told to this file too, the run's id in each line",
                     into(globals.log_file)));
  Option log_format =
      common("log-format", "FORMAT", "Of the log file: text, or json: one object a line",
             choice_into(globals.log_format, {"text", "json"}));
  log_format.fallback = globals.log_format;
  options.add(std::move(log_format));
  options.add(common("debug", "",
                     "Tell on stderr what is being done: each exchange, never a secret",
                     into(globals.debug)));
  options.add(
      common("config-dir", "DIR", "Instead of $XDG_CONFIG_HOME/itsmc", into(globals.config_dir)));
  options.add(common("data-dir", "DIR", "Instead of $XDG_DATA_HOME/itsmc", into(globals.data_dir)));
  options.add(
      common("state-dir", "DIR", "Instead of $XDG_STATE_HOME/itsmc", into(globals.state_dir)));
  Option help = common("help", "", "This text", into(globals.help));
  help.letter = 'h';
  help.sources = Sources::command_line;
  options.add(std::move(help));
  Option version = common("version", "", "Name and version", into(globals.version));
  version.sources = Sources::command_line;
  options.add(std::move(version));
}

void add_sort(OptionSet& options, GlobalOptions& globals) {
  options.add(
      {.name = "sort",
       .value = "FIELD",
       .help =
           "By this field, shown then too; -FIELD: the greatest first; what has none comes last",
       .set = into(globals.sort),
       .sources = Sources::command_line_and_environment});
}

}  // namespace itsmc::cli

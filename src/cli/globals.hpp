#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/options.hpp"

namespace itsmc::cli {

enum class Format : std::uint8_t { table, json, ndjson, csv, tsv };
[[nodiscard]] Format parse_format(const std::string& word);

/// The options that every command has.
struct GlobalOptions {
  std::string output = "table";
  std::vector<std::string> fields;
  std::string jq;  // empty: JSON as it is
  std::string
      sort;  // of lists that have no order of their own: FIELD or -FIELD; empty: as it comes
  std::string color = "auto";
  std::string error_format = "text";
  std::string log_file, log_format = "text";
  std::string config_dir, data_dir, state_dir;
  bool no_headers = false, csv_safe = false, no_pager = false, no_input = false, quiet = false,
       debug = false;
  bool help = false, version = false;
};
void add_globals(OptionSet& options, GlobalOptions& globals);
/// --sort, for commands whose rows are a list (Sorting::offered).
void add_sort(OptionSet& options, GlobalOptions& globals);

}  // namespace itsmc::cli

#include "cli/commands/push_warnings.hpp"

#include <fmt/format.h>

#include "itsmc/core/figures.hpp"

namespace itsmc::cli {

std::vector<std::string> push_warnings(const PushReport& report) {
  std::vector<std::string> warnings;
  const std::string what = fmt::format("{}s of {}", to_string(report.type), report.connection);
  if (report.cut > 0) {
    warnings.push_back(fmt::format("{}: values of {} that were longer than 64 KB and are cut: {}",
                                   report.workspace, what, with_separators(report.cut)));
  }
  if (report.rejected > 0) {
    warnings.push_back(
        fmt::format("{0}: {1} that were refused: {2}; see: itsmc workspace push {0} --rejected",
                    report.workspace, what, with_separators(report.rejected)));
  }
  // Without a count both are absent, and neither is above the other.
  if (report.in_workspace > report.in_store) {
    warnings.push_back(fmt::format(
        "{}: {} {} are in the workspace, {} in the store: the others were purged here, or were "
        "sent from another store",
        report.workspace, with_separators(*report.in_workspace), what,
        with_separators(*report.in_store)));
  }
  return warnings;
}

}  // namespace itsmc::cli

#pragma once

#include <optional>
#include <string>

#include "cli/globals.hpp"
#include "cli/terminal.hpp"
#include "itsmc/client/platform.hpp"

namespace itsmc::cli {

/// The pager's command line; absent where there shall be none: stdout is no terminal or one of
/// unknown height, --no-pager, TERM=dumb, or a variable that is empty or "cat". ITSMC_PAGER goes
/// before PAGER, and that before less. Pure but for the environment.
[[nodiscard]] std::optional<std::string> pager_for(const GlobalOptions& options,
                                                   const client::Platform& platform,
                                                   const Terminal& terminal);

/// Keeps what is written until all is there: then a pager shows it when the terminal is too low for
/// it. One thread; the output behind it outlives it.
class PagedOutput : public Output {
 public:
  PagedOutput(std::string pager, const Terminal& terminal)
      : pager_(std::move(pager)), terminal_(terminal) {}
  void write(std::string_view bytes) override { text_ += bytes; }
  /// Does nothing: what is kept is shown at the end.
  void flush() override {}
  /// Shows all. Throws as Output::write and client::show_in_pager do.
  void finish();
  /// Shows all without a pager: an error's words follow.
  void finish_plainly();

 private:
  [[nodiscard]] bool fits() const;
  std::string pager_;
  const Terminal& terminal_;
  std::string text_;
};

}  // namespace itsmc::cli

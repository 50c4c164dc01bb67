#pragma once

#include <optional>
#include <string>

#include "cli/globals.hpp"
#include "cli/talk.hpp"
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
/// it. What is said on stderr after the first word of it comes behind it. One thread; the output
/// behind it and `talk` outlive it.
class PagedOutput : public Output {
 public:
  PagedOutput(std::string pager, const Terminal& terminal, Talk& talk)
      : pager_(std::move(pager)), terminal_(terminal), talk_(talk) {}
  void write(std::string_view bytes) override;
  /// Does nothing while text is kept: it is shown at the end.
  void flush() override;
  void show_at_once() override;
  /// Shows all. Throws as Output::write and client::show_in_pager do.
  void finish();
  /// Shows all without a pager: an error's words follow.
  void finish_plainly();

 private:
  [[nodiscard]] bool fits() const;
  std::string pager_;
  const Terminal& terminal_;
  Talk& talk_;
  std::string text_;
  bool keeps_ = true;
};

}  // namespace itsmc::cli

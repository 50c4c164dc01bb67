#include "cli/paged_output.hpp"

#include <algorithm>

#include "itsmc/client/pager.hpp"

namespace itsmc::cli {
namespace {

// Without a word about a less that is not there: nobody asked for it.
constexpr const char* k_less = "command -v less > /dev/null || exit 127; exec less";

}  // namespace

std::optional<std::string> pager_for(const GlobalOptions& options, const client::Platform& platform,
                                     const Terminal& terminal) {
  const bool possible = terminal.out_is_terminal && terminal.height > 0;
  if (!possible || options.no_pager || platform.getenv("TERM") == "dumb") return std::nullopt;
  std::optional<std::string> pager = platform.getenv("ITSMC_PAGER");
  if (!pager) pager = platform.getenv("PAGER");
  if (!pager) return k_less;
  if (pager->empty() || *pager == "cat") return std::nullopt;
  return pager;
}

bool PagedOutput::fits() const {
  const auto lines = std::count(text_.begin(), text_.end(), '\n');
  return lines < terminal_.height;  // the prompt takes a line
}

void PagedOutput::finish() {
  if (fits()) {
    finish_plainly();
    return;
  }
  terminal_.out.flush();
  terminal_.err.flush();
  if (client::show_in_pager(pager_, text_) == client::Paging::no_such_pager) finish_plainly();
}

void PagedOutput::finish_plainly() {
  terminal_.out.write(text_);
  text_.clear();
}

}  // namespace itsmc::cli

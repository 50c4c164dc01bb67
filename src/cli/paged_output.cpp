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

void PagedOutput::write(std::string_view bytes) {
  if (!keeps_) {
    terminal_.out.write(bytes);
    return;
  }
  talk_.hold();
  text_ += bytes;
}

void PagedOutput::flush() {
  if (!keeps_) terminal_.out.flush();
}

void PagedOutput::show_at_once() {
  finish_plainly();
  keeps_ = false;
}

void PagedOutput::finish() {
  if (fits()) {
    finish_plainly();
    return;
  }
  terminal_.out.flush();
  terminal_.err.flush();
  if (client::show_in_pager(pager_, text_) == client::Paging::no_such_pager) {
    finish_plainly();
    return;
  }
  talk_.release();
}

void PagedOutput::finish_plainly() {
  terminal_.out.write(text_);
  terminal_.out.flush();
  text_.clear();
  talk_.release();
}

}  // namespace itsmc::cli

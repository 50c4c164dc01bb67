#pragma once

#include <span>
#include <string>
#include <vector>

namespace itsmc::cli {

/// A page of the manual: its file's name and its text, in roff with the man macros.
struct ManPage {
  std::string file;  // "itsmc-sync-run.1"
  std::string text;
};

/// itsmc.1, a page for each command, itsmc-config.5, itsmc-partners.7: out of the tables that
/// --help reads.
[[nodiscard]] std::vector<ManPage> man_pages();

/// `itsmc __man [FILE]`: the names of all pages, or the page. Throws Error(not_found).
[[nodiscard]] std::string man_page_of(std::span<const std::string> arguments);

}  // namespace itsmc::cli

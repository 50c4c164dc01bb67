#pragma once

#include <string>
#include <string_view>

namespace itsmc::cli {

/// One manual page as it is written, from its title to its end: roff with the macros of man(7).
/// What is given is plain text; it is escaped here. One thread.
class Roff {
 public:
  /// Writes the title and the section "Name".
  Roff(std::string_view name, int section, std::string_view summary);

  void section(std::string_view title);
  void subsection(std::string_view title);
  /// Line ends in it count as spaces.
  void paragraph(std::string_view text);
  /// A word, and what it means below it.
  void item(std::string_view word, std::string_view meaning);
  /// Lines as they stand; a command line that is too long goes on behind a backslash.
  void example(std::string_view lines);
  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  void filled(std::string_view text);
  std::string text_;
  bool after_heading_ = true;  // there a paragraph needs no break before it
};

}  // namespace itsmc::cli

#include "cli/roff.hpp"

#include <fmt/format.h>

#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

constexpr std::size_t k_line_width = 78;

/// roff reads a backslash, and a dot or an apostrophe at a line's beginning; a plain "-" may become
/// a hyphen that cannot be pasted into a shell.
std::string escaped(std::string_view text) {
  std::string out;
  if (!text.empty() && (text.front() == '.' || text.front() == '\'')) out = "\\&";
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\'') {
      out += "\\(aq";
    } else if (c == '~') {
      out += "\\(ti";
    } else {
      out += c;
    }
  }
  return out;
}

std::string capitals(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

/// "itsmc a --b c" in lines that end with a backslash, broken before options.
std::string broken_command(std::string_view line) {
  std::string out;
  while (line.size() > k_line_width - 8) {
    const std::size_t at = line.rfind(" --", k_line_width - 8);
    if (at == std::string_view::npos || at == 0) break;
    out += fmt::format("{} \\e\n    ", escaped(line.substr(0, at)));
    line.remove_prefix(at + 1);
  }
  return out + escaped(line);
}

}  // namespace

Roff::Roff(std::string_view name, int section, std::string_view summary)
    : text_(fmt::format(".TH {} {} {} \"itsmc {}\"\n.SH NAME\n", capitals(name), section,
                        ITSMC_RELEASED, ITSMC_VERSION)) {
  filled(fmt::format("{} - {}", name, summary));
}

void Roff::section(std::string_view title) {
  text_ += fmt::format(".SH {}\n", capitals(title));
  after_heading_ = true;
}

void Roff::subsection(std::string_view title) {
  text_ += fmt::format(".SS {}\n", escaped(title));
  after_heading_ = true;
}

void Roff::paragraph(std::string_view text) {
  if (!after_heading_) text_ += ".PP\n";
  after_heading_ = false;
  filled(text);
}

void Roff::item(std::string_view word, std::string_view meaning) {
  text_ += ".TP\n.B ";
  text_ += escaped(word);
  text_ += '\n';
  after_heading_ = false;
  filled(meaning);
}

void Roff::example(std::string_view lines) {
  if (!after_heading_) text_ += ".PP\n";
  after_heading_ = false;
  text_ += ".EX\n";
  for (const std::string& line : split(lines, '\n')) text_ += broken_command(line) + "\n";
  text_ += ".EE\n";
}

/// Lines of at most 78 characters, each escaped by itself.
void Roff::filled(std::string_view text) {
  std::string line;
  const auto end_line = [&] {
    if (!line.empty()) text_ += escaped(line) + "\n";
    line.clear();
  };
  std::string spaced(text);
  for (char& c : spaced) c = c == '\n' ? ' ' : c;
  for (const std::string& word : split(spaced, ' ')) {
    if (word.empty()) continue;
    if (line.size() + word.size() + 1 > k_line_width - 8) end_line();
    line += (line.empty() ? "" : " ") + word;
  }
  end_line();
}

}  // namespace itsmc::cli

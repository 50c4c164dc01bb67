#include "config/toml_words.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include <fmt/format.h>

#include "config/toml_parse.hpp"
#include "config/toml_quotes.hpp"
#include "core/byte_order_mark.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::config {
namespace {

/// toml++ counts lines and columns from 1, columns in code points; a byte order mark is no column.
class Places {
 public:
  explicit Places(std::string_view text) : text_(text) {
    starts_.push_back(text.starts_with(k_byte_order_mark) ? k_byte_order_mark.size() : 0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }
  [[nodiscard]] std::size_t byte_of(const toml::source_position& place) const {
    if (place.line == 0 || place.line > starts_.size()) return text_.size();
    std::size_t byte = starts_[place.line - 1];
    for (toml::source_index column = 1; column < place.column && byte < text_.size(); ++column) {
      ++byte;
      while (byte < text_.size() && (static_cast<unsigned char>(text_[byte]) & 0xC0U) == 0x80U) {
        ++byte;
      }
    }
    return byte;
  }
  [[nodiscard]] LinePlace place_of(std::size_t byte) const {
    const auto after = std::upper_bound(starts_.begin() + 1, starts_.end(), byte);
    const std::size_t start = *std::prev(after);
    const std::string_view before = text_.substr(start, byte - start);
    const auto characters = std::count_if(before.begin(), before.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    });
    return {static_cast<std::size_t>(after - starts_.begin()),
            static_cast<std::size_t>(characters) + 1};
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
};

void read_list(const toml::array& list, TomlWord& word) {
  word.form = FieldForm::list;
  std::vector<std::string> parts;
  for (const toml::node& element : list) {
    const auto part = element.value_exact<std::string>();
    if (!part) {
      word.problem = "is a list of other things than text: write [\"a\", \"b\"]";
      return;
    }
    if (part->find(',') != std::string::npos) {
      word.problem = "has a comma within an element";
      return;
    }
    parts.push_back(*part);
  }
  word.value = join(parts, ",");
}

void read_value(const toml::node& node, TomlWord& word) {
  if (const auto* const list = node.as_array()) {
    read_list(*list, word);
  } else if (const auto text = node.value_exact<std::string>()) {
    word.value = *text;
  } else if (const auto number = node.value_exact<std::int64_t>()) {
    word.form = FieldForm::number;
    word.value = std::to_string(*number);
  } else if (const auto truth = node.value_exact<bool>()) {
    word.form = FieldForm::truth;
    word.value = *truth ? "true" : "false";
  } else if (node.is_table()) {
    word.problem = "is a table: all keys stand at the top of the file";
  } else {
    word.problem = "is neither text, a whole number, true or false, nor a list of text";
  }
}

/// toml++ blames the line's end, as a control character within the string.
std::optional<LinePlace> blamed_quote(std::string_view text, const toml::source_position& blamed) {
  const std::optional<std::size_t> quote = unclosed_quote(text);
  const Places places(text);
  if (!quote || *quote > places.byte_of(blamed)) return std::nullopt;
  return places.place_of(*quote);
}

}  // namespace

toml::table parse_toml(std::string_view text, const std::string& file) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    const auto& place = error.source().begin;
    if (const auto quote = blamed_quote(text, place)) {
      throw Error(
          ErrorKind::config,
          fmt::format("{}:{}:{}: the closing quote is missing", file, quote->line, quote->column),
          fmt::format("edit {}", file));
    }
    throw Error(ErrorKind::config,
                fmt::format("{}:{}:{}: {}", file, place.line, place.column,
                            excerpt(error.description(), 200)),
                fmt::format("edit {}", file));
  }
}

void FileProblems::add(LinePlace place, std::string_view key, std::string_view reason) {
  std::string text =
      place.line == 0 ? file_ : fmt::format("{}:{}:{}", file_, place.line, place.column);
  if (!key.empty()) text += fmt::format(": {}", excerpt(key, 80));
  problems_.push_back({place, fmt::format("{}: {}", text, reason)});
}

void FileProblems::raise() const {
  if (problems_.empty()) return;
  std::vector<Problem> ordered = problems_;
  // What is missing has no line, and often is missing because of a slip in one: it comes last.
  std::stable_sort(ordered.begin(), ordered.end(), [](const Problem& a, const Problem& b) {
    if (a.place.line == 0 || b.place.line == 0) return a.place.line > b.place.line;
    return a.place.line < b.place.line;
  });
  std::vector<std::string> lines;
  lines.reserve(ordered.size());
  for (Problem& problem : ordered) lines.push_back(std::move(problem.text));
  throw Error(ErrorKind::config, join(lines, "\n"), fmt::format("edit {}", file_));
}

std::vector<TomlWord> read_toml(std::string_view text, const std::string& file) {
  const toml::table table = parse_toml(text, file);
  const Places places(text);
  std::vector<TomlWord> words;
  for (const auto& [key, node] : table) {
    TomlWord word;
    word.key = key.str();
    word.place = {key.source().begin.line, key.source().begin.column};
    word.value_bytes = {places.byte_of(node.source().begin), places.byte_of(node.source().end)};
    read_value(node, word);
    words.push_back(std::move(word));
  }
  std::stable_sort(words.begin(), words.end(), [](const TomlWord& a, const TomlWord& b) {
    return a.place.line < b.place.line;
  });
  return words;
}

std::string to_toml(FieldForm form, std::string_view words) {
  if (form == FieldForm::number || form == FieldForm::truth) return std::string(words);
  if (form == FieldForm::list) {
    std::vector<std::string> quoted;
    for (const std::string& part : split(words, ',')) {
      quoted.push_back(to_toml(FieldForm::text, trim(part)));
    }
    return "[" + join(quoted, ", ") + "]";
  }
  std::string quoted = "\"";
  for (const char c : words) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '\n') {
      quoted += "\\n";
    } else if (code < 0x20 || code == 0x7F) {
      quoted += fmt::format("\\u{:04X}", code);
    } else {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string problem_of_secret_key(std::string_view key) {
  // These say where a secret is, not what it is.
  for (const std::string_view ending : {"-command", "-file", "-stdin", "-store"}) {
    if (key.ends_with(ending)) return {};
  }
  const std::string lowered = to_lower(key);
  constexpr std::array<std::string_view, 5> k_secret_words{"password", "passwd", "secret", "token",
                                                           "api-key"};
  const bool secret = std::any_of(
      k_secret_words.begin(), k_secret_words.end(),
      [&lowered](std::string_view word) { return lowered.find(word) != std::string::npos; });
  if (!secret) return {};
  const std::string_view option =
      lowered.find("pass") != std::string::npos ? "password" : "client-secret";
  return fmt::format(
      "is a secret, and no secret stands in this file: take it out and use --{0}-stdin, "
      "--{0}-file FILE, --{0}-command COMMAND or {1}",
      option, option == "password" ? "ITSMC_PASSWORD" : "ITSMC_CLIENT_SECRET");
}

}  // namespace itsmc::config

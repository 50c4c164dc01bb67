#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/connection.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::config {

/// A stretch of a file's bytes.
struct Stretch {
  std::size_t begin = 0, end = 0;
};

/// Where something stands in a file, both from 1; line 0: nowhere.
struct LinePlace {
  std::size_t line = 0, column = 0;
};

/// One top-level key of a TOML file with its value as words (FieldText's way), or the reason why it
/// has none.
struct TomlWord {
  std::string key;
  std::string value;
  FieldForm form = FieldForm::text;
  LinePlace place;      // of the key
  Stretch value_bytes;  // where the value stands in the text
  std::string problem;  // "is a table: keys stand at the top of the file"
};

/// What is wrong in a file: each becomes a line "FILE:LINE:COLUMN: KEY: reason".
class FileProblems {
 public:
  explicit FileProblems(std::string file) : file_(std::move(file)) {}
  /// No place: no line is to blame. An empty key: the file as a whole.
  void add(LinePlace place, std::string_view key, std::string_view reason);
  /// Throws Error(config) with all of them, in the order of lines; returns when there are none.
  void raise() const;

 private:
  struct Problem {
    LinePlace place;
    std::string text;
  };
  std::string file_;
  std::vector<Problem> problems_;
};

/// The top-level keys in the order of the file. Throws Error(config) "FILE:LINE:COLUMN: reason"
/// when the text is not TOML.
[[nodiscard]] std::vector<TomlWord> read_toml(std::string_view text, const std::string& file);

/// "TOML's spelling of the words": 30, true, ["a", "b"], "text".
[[nodiscard]] std::string to_toml(FieldForm form, std::string_view words);

/// The reason why a key may not stand in a file that people share; empty when it may. `ways` tells
/// how to give a secret instead.
[[nodiscard]] std::string problem_of_secret_key(std::string_view key);

}  // namespace itsmc::config

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/toml_words.hpp"
#include "itsmc/core/connection.hpp"

namespace itsmc::config {

/// How a key's value is written; absent for a key that no field has.
using KnownForm = std::function<std::optional<FieldForm>(std::string_view key)>;
/// The checks of what the fields' table cannot know: every problem, by field.
using CheckFields = std::function<std::vector<FieldProblem>(const std::vector<FieldText>&)>;

/// What is wrong with a key and its value's type; empty when nothing is, or nobody knows the key.
[[nodiscard]] std::string problem_of(const TomlWord& word, const KnownForm& known);

/// Reads a file of fields and hands them to `check`. Throws Error(config) with every problem of the
/// file, each as "FILE:LINE:COLUMN: KEY: reason".
void read_fields(std::string_view text, const std::string& file, const KnownForm& known,
                 const CheckFields& check);

/// A key of a new file, with its meaning above it. One without a value is a comment that shows the
/// default.
struct NewKey {
  std::string_view key, help, fallback;
  FieldForm form = FieldForm::text;
};
/// The text of a new file: `head`, then the keys in their order.
[[nodiscard]] std::string write_fields(std::string head, const std::vector<NewKey>& keys,
                                       const std::vector<FieldText>& values);

/// The text with one key changed, all else as it was: comments, order, blank lines. An empty value
/// takes the key away; a key that is not there goes to the end. Throws Error(config) when the text
/// is not TOML.
[[nodiscard]] std::string change_key(std::string_view text, const FieldText& change, FieldForm form,
                                     const std::string& file);

}  // namespace itsmc::config

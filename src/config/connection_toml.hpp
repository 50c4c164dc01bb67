#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/connection.hpp"

namespace itsmc::config {

/// Where a connection's text comes from.
struct ConnectionSource {
  std::string file;                 // for the messages
  std::vector<FieldText> defaults;  // of fields that the text does not give
};
/// What a connection file says. Pure. Throws Error(config) with every
/// problem of the file.
[[nodiscard]] Connection parse_connection(std::string_view name, std::string_view text,
                                          const ConnectionSource& source);

/// A new file: every key of the partner with its meaning, those at their default as comments.
[[nodiscard]] std::string write_connection(const Connection& connection);

/// The text with one key changed, all else as it was: comments, order, blank lines. An empty value
/// takes the key away; a key that is not there goes to the end. Throws Error(config) when the text
/// is not TOML.
[[nodiscard]] std::string change_key(std::string_view text, const FieldText& change,
                                     const std::string& file);

/// `changes` spelled as the checks spell them ("prod.service-now.com/x" as a whole URL). Throws
/// Error(invalid) naming every one that breaks a rule, together with what the text says.
[[nodiscard]] std::vector<FieldText> spell(std::string_view text,
                                           const std::vector<FieldText>& changes,
                                           const std::string& file);

}  // namespace itsmc::config

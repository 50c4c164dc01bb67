#include "cli/named_places.hpp"

#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/options.hpp"

namespace itsmc::cli {
namespace {

bool can_be_used(const std::filesystem::path& directory) {
  std::error_code unknown;
  return std::filesystem::is_directory(directory, unknown) &&
         ::access(directory.c_str(), R_OK | W_OK | X_OK) == 0;
}

/// Errors of files have their path in quotes: `making the directory "/proc/nope": ...`.
bool is_about(const std::string& text, const std::filesystem::path& directory) {
  const std::string path = "\"" + directory.string();
  return text.find(path + "\"") != std::string::npos || text.find(path + "/") != std::string::npos;
}

std::string another(const std::string& hint, const std::string& option) {
  if (hint.find("--" + option) != std::string::npos) return hint;
  return fmt::format("{}{}for another directory: --{} DIR or {}", hint, hint.empty() ? "" : "; ",
                     option, environment_name(option));
}

}  // namespace

Error told_with_place(const Error& error, std::span<const NamedPlace> places) {
  if (error.kind() != ErrorKind::storage) return error;
  for (const NamedPlace& place : places) {
    if (!is_about(error.text(), place.path) || can_be_used(place.path)) continue;
    const std::string by =
        place.named_by.empty() ? "" : fmt::format(" ({} names it)", place.named_by);
    return {error.kind(), error.text() + by, another(error.hint(), place.option)};
  }
  return error;
}

}  // namespace itsmc::cli

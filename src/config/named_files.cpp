#include "config/named_files.hpp"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "core/connection_values.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"

namespace itsmc::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_max_file_bytes = 1U << 20U;

}  // namespace

std::vector<std::string> NamedFiles::names() const {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(directory_, error);
  if (error == std::errc::no_such_file_or_directory) return names;
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path file = entry->path().filename();
    if (file.extension() == ".toml" && problem_of_name(file.stem().string()).empty()) {
      names.push_back(file.stem().string());
    }
  }
  if (error) {
    throw Error(ErrorKind::storage,
                fmt::format("reading \"{}\": {}", directory_.string(), error.message()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<std::string> NamedFiles::read(std::string_view name) const {
  if (!problem_of_name(name).empty()) return std::nullopt;
  return read_file(path(name), k_max_file_bytes);
}

void NamedFiles::create(std::string_view name, std::string_view text) const {
  const fs::path file = path(name);
  std::error_code unknown;
  if (fs::exists(file, unknown)) {
    throw Error(ErrorKind::invalid, fmt::format("{} \"{}\" exists already", noun_, name),
                fmt::format("itsmc {} show {}", noun_, name));
  }
  write_atomically(file, text, Privacy::shared);
}

void NamedFiles::replace(std::string_view name, std::string_view text) const {
  write_atomically(path(name), text, Privacy::shared);
}

bool NamedFiles::remove(std::string_view name) const {
  return remove_file(path(name));
}

fs::path NamedFiles::path(std::string_view name) const {
  const std::string problem = problem_of_name(name);
  if (!problem.empty()) {
    throw Error(ErrorKind::invalid, fmt::format("the name of a {} {}", noun_, problem));
  }
  return directory_ / fmt::format("{}.toml", name);
}

}  // namespace itsmc::config

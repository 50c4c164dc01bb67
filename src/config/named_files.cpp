#include "config/named_files.hpp"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "config/own_file.hpp"
#include "core/connection_values.hpp"
#include "core/file_refusal.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"

namespace itsmc::config {
namespace {

namespace fs = std::filesystem;

/// All files that end in .toml, sorted.
std::vector<fs::path> toml_files(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code error;
  fs::directory_iterator entry(directory, error);
  if (error == std::errc::no_such_file_or_directory) return files;
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == ".toml") files.push_back(entry->path());
  }
  if (error) {
    throw Error(ErrorKind::storage,
                fmt::format("reading \"{}\": {}", directory.string(), error.message()),
                hint_of_refusal(directory, FileUse::read, error.value()));
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool is_well_named(const fs::path& file) {
  return problem_of_name(file.stem().string()).empty();
}

}  // namespace

std::vector<std::string> NamedFiles::names() const {
  std::vector<std::string> names;
  for (const fs::path& file : toml_files(directory_)) {
    if (is_well_named(file)) names.push_back(file.stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<fs::path> NamedFiles::misnamed() const {
  std::vector<fs::path> files = toml_files(directory_);
  std::erase_if(files, is_well_named);
  return files;
}

std::optional<std::string> NamedFiles::read(std::string_view name) const {
  if (!problem_of_name(name).empty()) return std::nullopt;
  return read_own_file(path(name));
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

void NamedFiles::edit(std::string_view name, const Change& change) const {
  const auto present = read(name);
  if (!present) {
    throw Error(ErrorKind::not_found, fmt::format("there is no {} \"{}\"", noun_, name),
                fmt::format("itsmc {} list", noun_));
  }
  const std::string text = change(*present, path(name).string());
  if (text != *present) replace(name, text);
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

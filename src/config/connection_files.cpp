#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "config/connection_toml.hpp"
#include "core/connection_values.hpp"
#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"

namespace itsmc::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_max_file_bytes = 1U << 20U;

}  // namespace

ConnectionFiles::ConnectionFiles(fs::path config_dir)
    : directory_(std::move(config_dir.append("connections"))) {}

std::vector<std::string> ConnectionFiles::names() const {
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

std::optional<Connection> ConnectionFiles::load(std::string_view name) const {
  if (!problem_of_name(name).empty()) return std::nullopt;
  const auto text = read_file(path(name), k_max_file_bytes);
  if (!text) return std::nullopt;
  return parse_connection(name, *text, path(name).string());
}

void ConnectionFiles::create(const Connection& connection) const {
  const fs::path file = path(connection.name);
  std::error_code unknown;
  if (fs::exists(file, unknown)) {
    throw Error(ErrorKind::invalid,
                fmt::format("connection \"{}\" exists already", connection.name),
                fmt::format("itsmc connection edit {}", connection.name));
  }
  write_atomically(file, write_connection(connection), Privacy::shared);
}

void ConnectionFiles::change(std::string_view name, const std::vector<FieldText>& changed) const {
  const fs::path file = path(name);
  const auto present = read_file(file, k_max_file_bytes);
  if (!present) {
    throw Error(ErrorKind::not_found, fmt::format("there is no connection \"{}\"", name),
                "itsmc connection list");
  }
  std::string text = *present;
  for (const FieldText& change : spell(text, changed, file.string())) {
    text = change_key(text, change, file.string());
  }
  if (text != *present) write_atomically(file, text, Privacy::shared);
}

bool ConnectionFiles::remove(std::string_view name) const {
  return remove_file(path(name));
}

/// Throws Error(invalid) for a name that would lead out of the directory.
fs::path ConnectionFiles::path(std::string_view name) const {
  const std::string problem = problem_of_name(name);
  if (!problem.empty()) throw Error(ErrorKind::invalid, "the name of a connection " + problem);
  return directory_ / fmt::format("{}.toml", name);
}

}  // namespace itsmc::config

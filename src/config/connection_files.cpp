#include <utility>

#include <fmt/format.h>

#include "config/connection_toml.hpp"
#include "config/named_files.hpp"
#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::config {
namespace {

NamedFiles files_in(const std::filesystem::path& directory) {
  return {directory, "connection"};
}

}  // namespace

ConnectionFiles::ConnectionFiles(std::filesystem::path config_dir)
    : directory_(std::move(config_dir.append("connections"))) {}

std::vector<std::string> ConnectionFiles::names() const {
  return files_in(directory_).names();
}

std::vector<std::filesystem::path> ConnectionFiles::misnamed() const {
  return files_in(directory_).misnamed();
}

std::optional<Connection> ConnectionFiles::load(std::string_view name) const {
  return load(name, {});
}

std::optional<Connection> ConnectionFiles::load(std::string_view name,
                                                const std::vector<FieldText>& defaults) const {
  const auto text = files_in(directory_).read(name);
  if (!text) return std::nullopt;
  return parse_connection(name, *text, {path(name).string(), defaults});
}

void ConnectionFiles::create(const Connection& connection) const {
  files_in(directory_).create(connection.name, write_connection(connection));
}

void ConnectionFiles::change(std::string_view name, const std::vector<FieldText>& changed) const {
  files_in(directory_).edit(name, [&](std::string text, const std::string& file) {
    for (const FieldText& change : spell(text, changed, file)) {
      text = change_key(text, change, file);
    }
    return text;
  });
}

bool ConnectionFiles::remove(std::string_view name) const {
  return files_in(directory_).remove(name);
}

std::filesystem::path ConnectionFiles::path(std::string_view name) const {
  return files_in(directory_).path(name);
}

}  // namespace itsmc::config

#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace itsmc::config {

/// NAME.toml of one directory: what connections and workspaces have in common. Stateless: reads the
/// files at each call.
class NamedFiles {
 public:
  /// `noun`: "connection", for messages.
  NamedFiles(std::filesystem::path directory, std::string noun)
      : directory_(std::move(directory)), noun_(std::move(noun)) {}
  /// Sorted. Files that are not NAME.toml are not looked at. Throws Error(storage).
  [[nodiscard]] std::vector<std::string> names() const;
  /// Files that end like ours, but whose names are none: nobody reads them.
  [[nodiscard]] std::vector<std::filesystem::path> misnamed() const;
  /// Absent when there is no such file, or no such name can be. Throws Error(storage).
  [[nodiscard]] std::optional<std::string> read(std::string_view name) const;
  /// Throws Error(invalid) when it exists, Error(storage).
  void create(std::string_view name, std::string_view text) const;
  /// Throws Error(storage).
  void replace(std::string_view name, std::string_view text) const;
  /// Replaces the text by what `change` makes of it and the file's name, when that is another.
  /// Throws Error(not_found) when there is no such file, Error(storage), and what `change` throws.
  using Change = std::function<std::string(const std::string& text, const std::string& file)>;
  void edit(std::string_view name, const Change& change) const;
  /// True when there was one.
  bool remove(std::string_view name) const;
  /// Throws Error(invalid) for a name that would lead out of the directory.
  [[nodiscard]] std::filesystem::path path(std::string_view name) const;

 private:
  std::filesystem::path directory_;
  std::string noun_;
};

}  // namespace itsmc::config

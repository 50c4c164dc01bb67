#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "config/secret_places.hpp"
#include "core/connection_values.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"

namespace itsmc::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_max_secret_bytes = 1U << 20U;

/// Removes a file and what a crash in the midst of a write left beside it (".NAME.….tmp").
bool remove_secret(const fs::path& path) {
  const bool removed = remove_file(path);
  const std::string prefix = "." + path.filename().string() + ".";
  std::vector<fs::path> leftovers;
  std::error_code error;
  fs::directory_iterator entry(path.parent_path(), error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(".tmp")) leftovers.push_back(entry->path());
  }
  for (const fs::path& leftover : leftovers) remove_file(leftover);
  return removed;
}

std::string_view ending_of(SecretKind kind) {
  switch (kind) {
    case SecretKind::token:
      return ".token.json";
    case SecretKind::client_secret:
      return ".client-secret";
    case SecretKind::refusal:
      return ".refusal.json";
  }
  return {};
}

/// Every one: whoever mends them has to be told once.
Error exposed_error(const std::vector<fs::path>& exposed) {
  std::string named, listed;
  for (const fs::path& path : exposed) {
    named += fmt::format("{}\"{}\"", named.empty() ? "" : ", ", path.string());
    listed += " " + path.string();
  }
  const bool one = exposed.size() == 1;
  return {ErrorKind::config,
          fmt::format("{} can be read by other users of this machine: if one may have read {}, "
                      "make {} in the product",
                      named, one ? "it" : "them", one ? "a new secret" : "new secrets"),
          "chmod 600" + listed};
}

/// Ours, so it is put right; the files themselves are 0600 in any case.
void close_to_others(const fs::path& directory) {
  if (is_private(directory)) return;
  std::error_code ignored;
  fs::permissions(directory, fs::perms::owner_all, ignored);
}

/// What a file of the directory refuses is told with the command that opens all of it.
template <typename Act>
auto opened_whole(const fs::path& directory, const Act& act) {
  try {
    return act();
  } catch (Error& error) {
    hint_at_closed_state(error, directory.parent_path());
    throw Error(error);
  }
}

}  // namespace

std::vector<fs::path> readable_by_others(const fs::path& directory) {
  std::vector<fs::path> found;
  std::error_code error;
  fs::directory_iterator entry(directory, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (!is_private(entry->path())) found.push_back(entry->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

void refuse_bad_owner(std::string_view owner) {
  const bool of_workspace = owner.starts_with(k_of_workspace);
  const std::string problem =
      problem_of_name(of_workspace ? owner.substr(k_of_workspace.size()) : owner);
  if (!problem.empty()) throw Error(ErrorKind::invalid, "the name of a connection " + problem);
}

SecretFiles::SecretFiles(const fs::path& state_dir) : directory_(state_dir / "secrets") {}

/// Ours to keep, so others who can read it are a fault (product.md section 9).
std::optional<Secret> SecretFiles::read(const std::string& owner, SecretKind kind) const {
  const fs::path path = path_of(owner, kind);
  if (!is_private(path)) throw exposed_error(readable_by_others(directory_));
  close_to_others(directory_);
  auto bytes = opened_whole(directory_, [&path] { return read_file(path, k_max_secret_bytes); });
  if (!bytes) return std::nullopt;
  if (bytes->ends_with('\n')) bytes->pop_back();
  return Secret(std::move(*bytes));
}

void SecretFiles::write(const std::string& owner, SecretKind kind, const Secret& text) const {
  const fs::path path = path_of(owner, kind);
  const Secret line(text.reveal() + "\n");
  opened_whole(directory_, [&] {
    make_directory(directory_, Privacy::owner_only);
    close_to_others(directory_);
    write_atomically(path, line.reveal(), Privacy::owner_only);
  });
}

bool SecretFiles::remove(const std::string& owner, SecretKind kind) const {
  const fs::path path = path_of(owner, kind);
  return opened_whole(directory_, [&path] { return remove_secret(path); });
}

std::string SecretFiles::where(const std::string& owner, SecretKind kind) const {
  return path_of(owner, kind).string();
}

fs::path SecretFiles::path_of(std::string_view owner, SecretKind kind) const {
  refuse_bad_owner(owner);
  return directory_ / fmt::format("{}{}", owner, ending_of(kind));
}

}  // namespace itsmc::config

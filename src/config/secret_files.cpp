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

}  // namespace

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
  if (!is_private(path)) {
    throw Error(ErrorKind::config,
                fmt::format("\"{}\" can be read by other users of this machine: if one may have "
                            "read it, make a new secret in the product",
                            path.string()),
                fmt::format("chmod 600 {}", path.string()));
  }
  auto bytes = read_file(path, k_max_secret_bytes);
  if (!bytes) return std::nullopt;
  if (bytes->ends_with('\n')) bytes->pop_back();
  return Secret(std::move(*bytes));
}

void SecretFiles::write(const std::string& owner, SecretKind kind, const Secret& text) const {
  const fs::path path = path_of(owner, kind);
  make_directory(directory_, Privacy::owner_only);
  if (!is_private(directory_)) {
    std::error_code ignored;  // the files themselves are 0600 in any case
    fs::permissions(directory_, fs::perms::owner_all, ignored);
  }
  const Secret line(text.reveal() + "\n");
  write_atomically(path, line.reveal(), Privacy::owner_only);
}

bool SecretFiles::remove(const std::string& owner, SecretKind kind) const {
  return remove_secret(path_of(owner, kind));
}

std::string SecretFiles::where(const std::string& owner, SecretKind kind) const {
  return path_of(owner, kind).string();
}

fs::path SecretFiles::path_of(std::string_view owner, SecretKind kind) const {
  refuse_bad_owner(owner);
  const std::string_view ending = kind == SecretKind::token ? ".token.json" : ".client-secret";
  return directory_ / fmt::format("{}{}", owner, ending);
}

}  // namespace itsmc::config

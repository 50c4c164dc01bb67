#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/connection_values.hpp"
#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"

namespace itsmc::config {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t k_max_secret_bytes = 1U << 20U;
// Longer than a token endpoint may take: whoever holds the lock is asking it.
constexpr std::chrono::minutes k_longest_renewal(5);

/// What belongs to a workspace is kept under "workspace.NAME": no connection has a dot.
constexpr std::string_view k_of_workspace = "workspace.";

fs::path path_of(const fs::path& state_dir, std::string_view name, std::string_view suffix) {
  const bool of_workspace = name.starts_with(k_of_workspace);
  const std::string problem =
      problem_of_name(of_workspace ? name.substr(k_of_workspace.size()) : name);
  if (!problem.empty()) throw Error(ErrorKind::invalid, "the name of a connection " + problem);
  return state_dir / "secrets" / fmt::format("{}{}", name, suffix);
}

/// {"access_token":"..","refresh_token":"..","expires_at":"2026-01-02T03:34:05Z",
///  "refresh_issued_at":"2026-01-02T03:04:05Z"}
Secret write_token(const http::Token& token) {
  json written = {{"access_token", token.access.reveal()},
                  {"refresh_token", token.refresh.reveal()},
                  {"expires_at", format_rfc3339(token.expires_at)}};
  if (token.refresh_issued_at) {
    written["refresh_issued_at"] = format_rfc3339(*token.refresh_issued_at);
  }
  try {
    return Secret(written.dump(2) + "\n");
  } catch (const json::exception&) {  // its words would quote the token
    throw Error(ErrorKind::protocol, "the token is not text in UTF-8");
  }
}

/// What write_token wrote; absent when it is anything else: a sign-in mends that.
std::optional<http::Token> parse_token(const std::string& text) {
  const json read = json::parse(text, nullptr, false);
  if (!read.is_object()) return std::nullopt;
  const auto word = [&read](const char* key) {
    const auto found = read.find(key);
    return found != read.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  http::Token token{Secret(word("access_token")), Secret(word("refresh_token")), {}, {}};
  const auto expires_at = parse_rfc3339(word("expires_at"));
  if (!expires_at || (token.access.empty() && token.refresh.empty())) return std::nullopt;
  token.expires_at = *expires_at;
  token.refresh_issued_at = parse_rfc3339(word("refresh_issued_at"));
  return token;
}

/// Ours to keep, so others who can read it are a fault (product.md section 9).
std::optional<Secret> read_own_secret(const fs::path& path) {
  if (!is_private(path)) {
    throw Error(ErrorKind::config,
                fmt::format("\"{}\" can be read by other users of this machine: if one may have "
                            "read it, make a new secret in the product",
                            path.string()),
                fmt::format("chmod 600 {}", path.string()));
  }
  auto bytes = read_file(path, k_max_secret_bytes);
  if (!bytes) return std::nullopt;
  return Secret(std::move(*bytes));
}

void write_own_secret(const fs::path& path, const Secret& bytes) {
  const fs::path directory = path.parent_path();
  make_directory(directory, Privacy::owner_only);
  if (!is_private(directory)) {
    std::error_code ignored;  // the files themselves are 0600 in any case
    fs::permissions(directory, fs::perms::owner_all, ignored);
  }
  write_atomically(path, bytes.reveal(), Privacy::owner_only);
}

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

SecretFiles::SecretFiles(fs::path state_dir, Clock& clock)
    : directory_(std::move(state_dir)), clock_(clock) {}

std::optional<http::Token> SecretFiles::load(const std::string& connection) const {
  const auto text = read_own_secret(token_path(connection));
  return text ? parse_token(text->reveal()) : std::nullopt;
}

http::Token SecretFiles::renew(
    const std::string& connection, const std::optional<http::Token>& stale,
    const std::function<http::Token(const std::optional<http::Token>&)>& fetch,
    std::stop_token stop) {
  const fs::path path = token_path(connection);  // a bad name ends here
  const std::scoped_lock one_thread(mutex_of(connection));
  const fs::path lock_path = directory_ / "locks" / (connection + ".token.lock");
  const auto one_process =
      FileLock::acquire(lock_path, fmt::format("process {} renews the sign-in", ::getpid()),
                        k_longest_renewal, clock_, stop);
  if (!one_process && stop.stop_requested()) {
    throw Error(ErrorKind::cancelled, "stopped while waiting to renew the sign-in");
  }
  if (!one_process) {
    throw Error(ErrorKind::locked, fmt::format("\"{}\" is held: {}", lock_path.string(),
                                               FileLock::holder_of(lock_path)));
  }
  const auto kept = load(connection);
  if (kept && kept != stale) return *kept;
  const Secret text = write_token(fetch(kept));
  const auto token = parse_token(text.reveal());  // what a later load gives, to the millisecond
  if (!token) throw Error(ErrorKind::protocol, "the sign-in gave an empty token");
  write_own_secret(path, text);
  return *token;
}

bool SecretFiles::forget(const std::string& connection) {
  return remove_secret(token_path(connection));
}

std::optional<Secret> SecretFiles::client_secret(const std::string& connection) const {
  const auto text = read_own_secret(client_secret_path(connection));
  if (!text) return std::nullopt;
  std::string_view line = text->reveal();
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.empty()) return std::nullopt;
  return Secret(std::string(line));
}

void SecretFiles::keep_client_secret(const std::string& connection, const Secret& secret) const {
  write_own_secret(client_secret_path(connection), Secret(secret.reveal() + "\n"));
}

void SecretFiles::remove_all(const std::string& connection) const {
  remove_secret(token_path(connection));
  remove_secret(client_secret_path(connection));
}

fs::path SecretFiles::token_path(const std::string& connection) const {
  return path_of(directory_, connection, ".token.json");
}

fs::path SecretFiles::client_secret_path(const std::string& connection) const {
  return path_of(directory_, connection, ".client-secret");
}

std::mutex& SecretFiles::mutex_of(const std::string& connection) {
  const std::scoped_lock hold(mutex_);
  return renewing_[connection];
}

}  // namespace itsmc::config

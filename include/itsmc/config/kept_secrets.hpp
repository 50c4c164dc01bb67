#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/core/secret.hpp"
#include "itsmc/core/secret_store.hpp"
#include "itsmc/core/time.hpp"
#include "itsmc/http/auth.hpp"

namespace itsmc::config {

/// What is kept: the sign-in (access and refresh token), the client secret, and what the instance
/// refused.
enum class SecretKind : std::uint8_t { token, client_secret, refusal };
inline constexpr std::array k_secret_kinds{SecretKind::token, SecretKind::client_secret,
                                           SecretKind::refusal};

/// The files of a directory that others than their owner can read, by name. Empty too for a
/// directory that is not there or cannot be listed.
[[nodiscard]] std::vector<std::filesystem::path> readable_by_others(
    const std::filesystem::path& directory);

/// The file that a renewal of the owner's sign-in holds: STATE/locks/OWNER.token.lock.
[[nodiscard]] std::filesystem::path token_lock(const std::filesystem::path& state_dir,
                                               std::string_view owner);
/// The one command that opens the state directory with all that is in it, and the way to name
/// another. Empty: nothing in it is closed to us, or it is not there. Looks, changes nothing.
[[nodiscard]] std::string hint_of_closed_state(const std::filesystem::path& state_dir);
/// Gives that hint to an error of a file there whose cause is a permission; any other stays.
void hint_at_closed_state(Error& error, const std::filesystem::path& state_dir);

/// Where secrets lie: texts by their owner and kind. The owner is a connection's name, or
/// "workspace.NAME"; another is Error(invalid). Any thread. What cannot be asked now (a keyring
/// that is locked, hangs or is not there) is Error(unavailable); a file that others can read is
/// Error(config), which names every one, one that cannot be read or written Error(storage).
class SecretPlace {
 public:
  virtual ~SecretPlace() = default;
  /// Absent: none is kept.
  [[nodiscard]] virtual std::optional<Secret> read(const std::string& owner,
                                                   SecretKind kind) const = 0;
  /// In place of what is kept.
  virtual void write(const std::string& owner, SecretKind kind, const Secret& text) const = 0;
  /// True when there was one.
  virtual bool remove(const std::string& owner, SecretKind kind) const = 0;
  /// Every kind.
  void remove_all(const std::string& owner) const;
  /// What people are told: a file's path, or "keyring". Asks nothing.
  [[nodiscard]] virtual std::string where(const std::string& owner, SecretKind kind) const = 0;
};

/// The place of one state directory: files below it, 0600 in 0700, replaced in one step; or the
/// keyring's entries that name this directory. The keyring's library is opened by the first read,
/// write or removal.
[[nodiscard]] std::unique_ptr<SecretPlace> make_secret_place(
    SecretStore store, const std::filesystem::path& state_dir);

/// Client secrets and tokens in one place. Safe between threads and processes: a token is renewed
/// under a lock file for each owner, wherever it is kept. The clock outlives it.
class KeptSecrets : public http::TokenStore {
 public:
  KeptSecrets(std::filesystem::path state_dir, Clock& clock, SecretStore store);

  /// Absent too when what is kept is not what was written: a sign-in mends that.
  [[nodiscard]] std::optional<http::Token> load(const std::string& owner) const override;
  http::Token renew(const std::string& owner, const std::optional<http::Token>& stale,
                    const std::function<http::Token(const std::optional<http::Token>&)>& fetch,
                    std::stop_token stop) override;
  bool forget(const std::string& owner) override;
  [[nodiscard]] std::optional<http::SignInRefusal> refusal(const std::string& owner) const override;
  void keep_refusal(const std::string& owner, const http::SignInRefusal& refusal) override;

  [[nodiscard]] std::optional<Secret> client_secret(const std::string& owner) const;
  void keep_client_secret(const std::string& owner, const Secret& secret) const;
  /// As SecretPlace::where.
  [[nodiscard]] std::string where(const std::string& owner, SecretKind kind) const;

 private:
  std::mutex& mutex_of(const std::string& owner);
  [[nodiscard]] std::optional<FileLock> hold(const std::filesystem::path& lock,
                                             const std::stop_token& stop) const;

  std::filesystem::path directory_;
  Clock& clock_;
  std::unique_ptr<SecretPlace> place_;
  std::mutex mutex_;                            // guards the map, not what is in it
  std::map<std::string, std::mutex> renewing_;  // threads queue here, processes at the file lock
};

}  // namespace itsmc::config

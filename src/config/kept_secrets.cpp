#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "config/secret_places.hpp"
#include "core/file_refusal.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"

namespace itsmc::config {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Longer than a token endpoint may take: whoever holds the lock is asking it.
constexpr std::chrono::minutes k_longest_renewal(5);

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
    return Secret(written.dump(2));
  } catch (const json::exception&) {  // its words would quote the token
    throw Error(ErrorKind::protocol, "the token is not text in UTF-8");
  }
}

/// A word of one of our files; empty when it is anything else.
std::string word_of(const json& read, const char* key) {
  const auto found = read.find(key);
  return found != read.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// What write_token wrote; absent when it is anything else: a sign-in mends that.
std::optional<http::Token> parse_token(const std::string& text) {
  const json read = json::parse(text, nullptr, false);
  if (!read.is_object()) return std::nullopt;
  http::Token token{
      Secret(word_of(read, "access_token")), Secret(word_of(read, "refresh_token")), {}, {}};
  const auto expires_at = parse_rfc3339(word_of(read, "expires_at"));
  if (!expires_at || (token.access.empty() && token.refresh.empty())) return std::nullopt;
  token.expires_at = *expires_at;
  token.refresh_issued_at = parse_rfc3339(word_of(read, "refresh_issued_at"));
  return token;
}

/// {"at":"2026-01-02T03:04:05.000Z","words":"ServiceNow refused the sign-in: access_denied, ..",
///  "salt":"90b1c2..","offered":"3fa2","refresh":"07c1"}
std::string write_refusal(const http::SignInRefusal& refusal) {
  const json written = {{"at", format_rfc3339(refusal.at)},
                        {"words", refusal.words},
                        {"salt", refusal.salt},
                        {"offered", refusal.offered},
                        {"refresh", refusal.refresh}};
  // An instance's words may be anything.
  return written.dump(2, ' ', false, json::error_handler_t::replace);
}

/// What write_refusal wrote; absent when it is anything else: then one more try is made.
std::optional<http::SignInRefusal> parse_refusal(const std::string& text) {
  const json read = json::parse(text, nullptr, false);
  if (!read.is_object()) return std::nullopt;
  const auto at = parse_rfc3339(word_of(read, "at"));
  if (!at) return std::nullopt;
  return http::SignInRefusal{.at = *at,
                             .words = word_of(read, "words"),
                             .salt = word_of(read, "salt"),
                             .offered = word_of(read, "offered"),
                             .refresh = word_of(read, "refresh")};
}

}  // namespace

fs::path token_lock(const fs::path& state_dir, std::string_view owner) {
  return state_dir / "locks" / fmt::format("{}.token.lock", owner);
}

std::string hint_of_closed_state(const fs::path& state_dir) {
  const std::string mend = hint_of_closed_tree(state_dir);
  return mend.empty() ? mend : or_elsewhere(mend, "state-dir");
}

void hint_at_closed_state(Error& error, const fs::path& state_dir) {
  const auto says = [&error](int code) {
    return error.text().find(std::generic_category().message(code)) != std::string::npos;
  };
  if (error.kind() != ErrorKind::storage || (!says(EACCES) && !says(EPERM))) return;
  if (std::string hint = hint_of_closed_state(state_dir); !hint.empty()) {
    error.with_hint(std::move(hint));
  }
}

void SecretPlace::remove_all(const std::string& owner) const {
  for (const SecretKind kind : k_secret_kinds) remove(owner, kind);
}

std::unique_ptr<SecretPlace> make_secret_place(SecretStore store, const fs::path& state_dir) {
  if (store == SecretStore::keyring) return std::make_unique<SecretKeyring>(state_dir);
  return std::make_unique<SecretFiles>(state_dir);
}

KeptSecrets::KeptSecrets(fs::path state_dir, Clock& clock, SecretStore store)
    : directory_(std::move(state_dir)),
      clock_(clock),
      place_(make_secret_place(store, directory_)) {}

std::optional<http::Token> KeptSecrets::load(const std::string& owner) const {
  const auto text = place_->read(owner, SecretKind::token);
  return text ? parse_token(text->reveal()) : std::nullopt;
}

http::Token KeptSecrets::renew(
    const std::string& owner, const std::optional<http::Token>& stale,
    const std::function<http::Token(const std::optional<http::Token>&)>& fetch,
    std::stop_token stop) {
  refuse_bad_owner(owner);
  const std::scoped_lock one_thread(mutex_of(owner));
  const fs::path lock_path = token_lock(directory_, owner);
  const std::optional<FileLock> one_process = hold(lock_path, stop);
  if (!one_process && stop.stop_requested()) {
    throw Error(ErrorKind::cancelled, "stopped while waiting to renew the sign-in");
  }
  if (!one_process) {
    throw Error(ErrorKind::locked, fmt::format("\"{}\" is held: {}", lock_path.string(),
                                               FileLock::holder_of(lock_path)));
  }
  const auto kept = load(owner);
  if (kept && kept != stale) return *kept;
  const Secret text = write_token(fetch(kept));
  const auto token = parse_token(text.reveal());  // what a later load gives, to the millisecond
  if (!token) throw Error(ErrorKind::protocol, "the sign-in gave an empty token");
  place_->write(owner, SecretKind::token, text);
  place_->remove(owner, SecretKind::refusal);
  return *token;
}

std::optional<http::SignInRefusal> KeptSecrets::refusal(const std::string& owner) const {
  const auto text = place_->read(owner, SecretKind::refusal);
  return text ? parse_refusal(text->reveal()) : std::nullopt;
}

void KeptSecrets::keep_refusal(const std::string& owner, const http::SignInRefusal& refusal) {
  place_->write(owner, SecretKind::refusal, Secret(write_refusal(refusal)));
}

std::optional<FileLock> KeptSecrets::hold(const fs::path& lock, const std::stop_token& stop) const {
  try {
    return FileLock::acquire(lock, fmt::format("process {} renews the sign-in", ::getpid()),
                             k_longest_renewal, clock_, stop);
  } catch (Error& error) {
    hint_at_closed_state(error, directory_);
    throw Error(error);
  }
}

bool KeptSecrets::forget(const std::string& owner) {
  place_->remove(owner, SecretKind::refusal);
  return place_->remove(owner, SecretKind::token);
}

std::optional<Secret> KeptSecrets::client_secret(const std::string& owner) const {
  std::optional<Secret> text = place_->read(owner, SecretKind::client_secret);
  return text && !text->empty() ? text : std::nullopt;
}

void KeptSecrets::keep_client_secret(const std::string& owner, const Secret& secret) const {
  place_->write(owner, SecretKind::client_secret, secret);
}

std::string KeptSecrets::where(const std::string& owner, SecretKind kind) const {
  return place_->where(owner, kind);
}

std::mutex& KeptSecrets::mutex_of(const std::string& owner) {
  const std::scoped_lock hold(mutex_);
  return renewing_[owner];
}

}  // namespace itsmc::config

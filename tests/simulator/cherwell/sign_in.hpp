// Tokens, licences and who is asking: cherwell reference 2.
#pragma once
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "cherwell/culture.hpp"
#include "shared/credentials.hpp"
#include "shared/faults.hpp"
#include "shared/journal.hpp"
#include "shared/message.hpp"

namespace itsmc::sim::cherwell {

// Who a request comes from.
struct Session {
  std::string user;
  std::optional<Culture> culture;  // set by setculture
};

// The sign-in IS the token endpoint: every password sign-in takes one licence until its session is
// ended by logout or runs out. Lifetimes run on the clock given, which advance() does not move.
// Thread-safe; the journal must outlive it.
class SignIn {
 public:
  using Milliseconds = std::function<std::int64_t()>;
  SignIn(Credentials credentials, Journal& journal, Milliseconds steady)
      : credentials_(std::move(credentials)), journal_(journal), steady_(std::move(steady)) {}

  // POST token; `now` is the instance's time, for .issued and .expires.
  Reply token(const Request& request, const Firing& firing, std::int64_t now);
  // Who asks by Bearer; nothing: answer 401.
  std::optional<Session> session(const Request& request, const Firing& firing);
  // DELETE logout: ends the pair of that bearer and frees its licence.
  void logout(const Request& request);
  void set_culture(const Request& request, Culture culture);

  void expire_access();
  void expire_refresh();
  void set_lifetimes(std::optional<std::int64_t> access, std::optional<std::int64_t> refresh);
  void set_licences(std::int64_t licences);
  // {"licences":25,"in_use":1,"most":2}
  [[nodiscard]] std::string licences_json();
  [[nodiscard]] const Credentials& credentials() const { return credentials_; }

 private:
  // One signed-in session; a refresh replaces both tokens.
  struct Pair {
    std::string user, access, refresh;
    std::int64_t access_until_ms = 0;
    std::int64_t refresh_until_ms = 0;
    std::optional<Culture> culture;
  };

  Reply granted_or_refused(const Request& request, const Firing& firing, std::int64_t now);
  Reply password_grant(const Fields& form, const std::string& mode, std::int64_t now,
                       std::int64_t licences);
  std::int64_t licences_of(const Firing& firing);
  Reply refresh_grant(const Fields& form, std::int64_t now);
  Reply issue(Pair& pair, std::int64_t now);
  Pair* pair_of(const Request& request);
  void drop_ended();
  [[nodiscard]] bool right_password(const Fields& form, const std::string& mode) const;

  const Credentials credentials_;
  Journal& journal_;
  const Milliseconds steady_;
  std::mutex mutex_;
  std::vector<Pair> pairs_;
  std::int64_t access_seconds_ = 1200;
  std::int64_t refresh_seconds_ = 1200;
  std::int64_t licences_ = 25;
  std::size_t most_ = 0;
};

}  // namespace itsmc::sim::cherwell

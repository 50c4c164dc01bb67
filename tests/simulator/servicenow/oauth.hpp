// Tokens, passwords and who is asking: servicenow reference 1.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "servicenow/instance.hpp"
#include "shared/faults.hpp"
#include "shared/journal.hpp"
#include "shared/message.hpp"

namespace itsmc::sim::servicenow {

// Who a request comes from.
struct Session {
  std::string user;
};

// The token store IS the instance's OAuth provider. Lifetimes run on a steady real clock, so that
// moving the instance's clock by months does not end every sign-in. Thread-safe.
class OAuth {
 public:
  OAuth(Credentials credentials, Journal& journal)
      : credentials_(std::move(credentials)), journal_(journal) {}

  // POST /oauth_token.do
  Reply token(const Request& request, const Firing& firing);
  // /oauth_revoke_token.do?token=...
  Reply revoke(const Request& request);
  // Who asks by Bearer or Basic; nothing: answer 401.
  std::optional<Session> session(const Request& request, const Firing& firing);

  void expire_access();
  void expire_refresh();
  void set_access_seconds(std::int64_t seconds);
  void set_refresh_seconds(std::int64_t seconds);
  void set_lockout(std::int64_t bad_passwords);
  void unlock();
  [[nodiscard]] const Credentials& credentials() const { return credentials_; }

 private:
  struct Grant {
    std::string user;
    std::string refresh;
    std::string access;  // the newest
    std::int64_t refresh_until_ms = 0;
  };
  struct Access {
    std::string user;
    std::int64_t until_ms = 0;
  };

  Reply password_grant(const Fields& form, const Firing& firing);
  Reply refresh_grant(const Fields& form, const Firing& firing);
  Reply client_grant(const Firing& firing);
  Reply granted(const std::string& user, const Firing& firing);
  Reply issue(Grant& grant, const Firing& firing);
  void new_access(Grant& grant);
  [[nodiscard]] bool right_client(const Fields& form) const;
  // Counts bad passwords: after `lockout_` of them the right one is refused too.
  bool right_password(const std::string& user, const std::string& password);

  const Credentials credentials_;
  Journal& journal_;
  std::mutex mutex_;
  std::map<std::string, Grant> grants_;  // by user: one client here
  std::map<std::string, Access> access_;
  std::int64_t access_seconds_ = 1799;
  std::int64_t refresh_seconds_ = 8'640'000;
  std::int64_t lockout_ = 5;
  std::int64_t bad_passwords_ = 0;
  std::uint64_t serial_ = 0;
};

}  // namespace itsmc::sim::servicenow

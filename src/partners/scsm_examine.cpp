#include "partners/scsm_examine.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/check_line.hpp"
#include "itsmc/core/text.hpp"
#include "partners/read_check.hpp"

namespace itsmc::partners::scsm {
namespace {

constexpr std::string_view k_grant_role =
    "Service Manager console > Administration > Security > User Roles > Advanced Operators: add "
    "the account";

/// Of what the contract leaves open: no error is behind it.
Check warning(std::string check, std::string message, std::string cause, std::string hint) {
  return doubtful_line(
      std::move(check), std::move(message),
      {.cause = std::move(cause), .hint = std::move(hint), .kind = ErrorKind::unavailable});
}

/// Advanced Operator, or what includes it (scsm reference 1).
bool is_operator(const Account::Role& role) {
  const std::string words = to_lower(role.profile + ' ' + role.name);
  for (const std::string_view part : {"advancedoperator", "advanced operator", "administrator"}) {
    if (words.find(part) != std::string::npos) return true;
  }
  return false;
}

std::string names_of(const std::vector<Account::Role>& roles) {
  std::vector<std::string> names;
  names.reserve(roles.size());
  for (const Account::Role& role : roles) {
    names.push_back(excerpt(role.profile.empty() ? role.name : role.profile, 60));
  }
  return join(names, ", ");
}

/// Answers of one examination, in the order of the lines. Lives during one `examine`.
class Examination {
 public:
  Examination(const App& app, const std::stop_token& stop)
      : app_(app), connection_(app.connection), stop_(stop) {}

  std::vector<Check> run() {
    if (!reach()) return std::move(checks_);
    version();
    account();
    for (const WorkItemType type : {WorkItemType::incident, WorkItemType::change_request}) {
      add(read_items(type));
    }
    add(rights("write", account_.creates_incidents, "incidents can be created",
               "incidents cannot be created"));
    configuration_items();
    time_zone();
    rate_limit();
    add(good_line("contract",
                  fmt::format("{}, pages of at most {} rows", about_.contract, about_.max_page)));
    token_required();
    statuses();
    return std::move(checks_);
  }

 private:
  void add(Check check) { checks_.push_back(std::move(check)); }

  void skip(std::initializer_list<const char*> names, const std::string& because) {
    for (const char* const name : names) add(skipped_line(name, because));
  }

  /// A token is not enough: only an answer of the app proves the audience. False when nothing more
  /// can be asked.
  bool reach() {
    try {
      about_ = read_about(app_, stop_);
      add(good_line("sign-in", fmt::format("signed in as client {}, for audience {}",
                                           connection_.client_id, connection_.audience)));
      return true;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::cancelled) throw;
      unreachable(error);
      return false;
    }
  }

  void unreachable(const Error& error) {
    // Entra gave no token, or the app does not take it: all else is no matter of the sign-in.
    const bool has_token = app_.wire.tokens.load(connection_.name).has_value();
    const bool signed_in = has_token && error.kind() != ErrorKind::auth;
    if (signed_in) {
      add(good_line("sign-in", fmt::format("Microsoft Entra gave client {} a token for audience {}",
                                           connection_.client_id, connection_.audience)));
      add(bad_line("version", "the web app gives no answer of the contract", trouble_of(error)));
    } else {
      add(bad_line("sign-in", "the sign-in failed", trouble_of(error)));
      add(skipped_line("version", "not asked: the sign-in failed"));
    }
    skip({"roles", "read-incident", "read-change-request", "write", "ci", "time-zone", "rate-limit",
          "contract"},
         signed_in ? "not asked: the contract is not there" : "not asked: the sign-in failed");
    token_required();
    skip({"statuses"}, "not asked");
  }

  void version() {
    const std::string product = about_.product.empty() ? "Service Manager" : about_.product;
    Check check = good_line("version", excerpt(fmt::format("{} {}, management group {}", product,
                                                           about_.version, about_.management_group),
                                               200));
    if (about_.version.empty()) {
      check.status = CheckStatus::warning;
      check.cause = "/info does not tell the product's version";
      check.hint = "no harm for sync";
    }
    add(std::move(check));
  }

  void account() {
    try {
      account_ = parse_account(get(app_, k_account_path, stop_));
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::cancelled) throw;
      add(doubtful_line("roles", "the account's user roles cannot be read", trouble_of(error)));
      return;
    }
    const std::string who =
        account_.account.empty() ? "the web app's account" : excerpt(account_.account, 100);
    if (std::any_of(account_.roles.begin(), account_.roles.end(), is_operator)) {
      add(good_line("roles", fmt::format("{} has {}", who, names_of(account_.roles))));
      return;
    }
    add(warning(
        "roles", fmt::format("{} is not an Advanced Operator", who),
        account_.roles.empty() ? "/me tells no user role" : "it has " + names_of(account_.roles),
        std::string(k_grant_role)));
  }

  /// What /me says may be done.
  [[nodiscard]] static Check rights(std::string name, std::optional<bool> can, std::string yes,
                                    std::string no) {
    if (!can) {
      return warning(std::move(name), "not known", "/me does not say it", "no harm for sync");
    }
    if (*can) return good_line(std::move(name), std::move(yes));
    return warning(std::move(name), std::move(no), "the account's user roles do not allow it",
                   std::string(k_grant_role));
  }

  /// One row, by the query that a sync sends.
  Check read_items(WorkItemType type) {
    const std::string name = read_check(type);
    if (!syncs(connection_, type)) return skipped_line(name, "this connection does not sync it");
    const Timestamp now = about_.now.value_or(app_.client.served_at());
    ItemsQuestion question;
    question.from = (now - std::chrono::days(connection_.sync_days)).time_since_epoch().count();
    question.rows = 1;
    const std::string url = app_.client.url(items_path(type), items_query(question));
    const auto failed = [&name, type](const Error& error) {
      return bad_line(name, fmt::format("{}s cannot be read", to_string(type)), trouble_of(error));
    };
    try {
      const http::Response response = ask(app_, url, stop_);
      if (const auto error = failure_of(app_, response)) return failed(*error);
      const nlohmann::json answer = json_of(response);
      WorkItemBatch items;
      PageScratch scratch;
      static_cast<void>(decode_page({answer.dump(), 0}, StatusRule(), scratch, items));
      return good_line(name, items.empty() ? fmt::format("can be read, none in the last {} days",
                                                         connection_.sync_days)
                                           : "can be read");
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::cancelled) throw;
      return failed(error);
    }
  }

  void configuration_items() {
    if (!connection_.create_ci) {
      add(good_line("ci", "affected CIs come with their work items"));
      return;
    }
    add(rights("ci", account_.creates_items, "configuration items can be created",
               "configuration items cannot be created"));
  }

  void time_zone() {
    if (!about_.now) {
      add(warning("time-zone", "all times are UTC by the contract",
                  "/info does not tell Service Manager's clock", "sync goes by the web app's"));
      return;
    }
    const auto apart = std::chrono::abs(*about_.now - app_.client.served_at());
    const auto seconds = std::chrono::round<std::chrono::seconds>(apart).count();
    Check check = good_line(
        "time-zone", fmt::format("all times are UTC; Service Manager and the web app are {} s "
                                 "apart",
                                 seconds));
    constexpr int k_much = 60;
    if (seconds > k_much) {
      check.status = CheckStatus::warning;
      check.cause = "one of the two clocks is wrong";
      check.hint = "sync goes by Service Manager's clock and stays right; set both clocks";
    }
    add(std::move(check));
  }

  void rate_limit() { add(good_line("rate-limit", "none announced")); }

  /// scsm reference 2: without ida:Audience and ida:Tenant the token check is not even installed.
  void token_required() {
    std::vector<std::string> open;
    for (const std::string_view path : {k_about_path, k_account_path}) {
      const auto response = ask_without_token(app_, path, stop_);
      if (response && response->status == 200 && json_of(*response).is_object()) {
        open.emplace_back(path);
      }
    }
    if (open.empty()) {
      add(good_line("token-required", "nothing is answered without a token"));
      return;
    }
    add(warning("token-required",
                fmt::format("{} is answered without a token", join(open, " and ")),
                "the web app does not check tokens: anybody who reaches it reads Service Manager",
                "set ida:Tenant and ida:Audience of the web app (Azure portal > the web app > "
                "Configuration), and restart it"));
  }

  void statuses() {
    std::vector<std::string> told;
    for (const WorkItemType type : connection_.work_items) {
      try {
        const auto members = parse_members(get(app_, statuses_path(type), stop_));
        told.push_back(fmt::format("{} of {}s", members.size(), to_string(type)));
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::cancelled) throw;
        Check check =
            doubtful_line("statuses", "the list of statuses cannot be read", trouble_of(error));
        check.hint = "what is open is told by the names of the product's own statuses";
        add(std::move(check));
        return;
      }
    }
    add(good_line("statuses", join(told, ", ")));
  }

  const App& app_;
  const Connection& connection_;
  const std::stop_token& stop_;
  std::vector<Check> checks_;
  About about_;
  Account account_;
};

}  // namespace

std::vector<Check> examine(const App& app, const std::stop_token& stop) {
  return Examination(app, stop).run();
}

}  // namespace itsmc::partners::scsm

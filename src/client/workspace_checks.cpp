#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "client/door.hpp"
#include "client/open_workspace.hpp"
#include "client/workspace_access.hpp"
#include "core/check_line.hpp"
#include "http/token_claims.hpp"
#include "itsmc/client/workspaces.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/core/workspace_columns.hpp"
#include "sinks/azure_arm.hpp"

namespace itsmc::client {
namespace {

using sinks::FoundRule;

constexpr const char* k_not_reached = "not reached";

/// What failed is what was found.
Check failed(std::string check, const Error& error, std::string cause, std::string hint) {
  return bad_line(std::move(check), error.text(),
                  {.cause = std::move(cause), .hint = std::move(hint), .kind = error.kind()});
}

/// The list under way. Each step asks one thing and adds its lines; what it needs and an earlier
/// step did not get makes it skip.
class Examination {
 public:
  Examination(const Platform& platform, const Workspace& workspace)
      : platform_(platform), workspace_(workspace) {}

  std::vector<Check> run() {
    if (!door() || !sign_in()) {
      for (const char* name :
           {"sign-in", "audience", "rule", "streams", "columns", "role", "empty-write", "query"}) {
        if (!is_told(name)) add(skipped_line(name, k_not_reached));
      }
      return std::move(checks_);
    }
    empty_write();
    columns();
    query();
    return std::move(checks_);
  }

 private:
  void add(Check check) { checks_.push_back(std::move(check)); }
  [[nodiscard]] bool is_told(std::string_view name) const {
    return std::any_of(checks_.begin(), checks_.end(),
                       [name](const Check& check) { return check.check == name; });
  }
  [[nodiscard]] std::string test_again() const { return "itsmc workspace test " + workspace_.name; }
  [[nodiscard]] std::string edit_and_test(std::string_view option) const {
    return fmt::format("itsmc workspace edit {} {}, then: {}", workspace_.name, option,
                       test_again());
  }

  bool door() {
    Connection seen_as;
    seen_as.self_hosted = true;  // hints name no partner's host
    seen_as.name = workspace_.name;
    seen_as.url = can_send(workspace_) ? workspace_.endpoint : workspace_.arm_endpoint;
    http::TransportOptions options;
    options.ca_file = workspace_.ca_file;
    options.proxy = workspace_.proxy;
    options.total_timeout = workspace_.timeout;
    const http::Inspection seen =
        platform_.new_transport(options)->inspect(seen_as.url, platform_.stop);
    const Timestamp now = platform_.clock.now();
    for (Check& check : judge_door(seen_as, seen, now, StoredRows::none)) {
      if (check.status == CheckStatus::failed) check.hint = for_workspace(std::move(check.hint));
      if (check.check == "clock" && seen.served_at) judge_clock(check, now - *seen.served_at);
      add(std::move(check));
    }
    return !seen.failure;
  }

  /// The door's advice is for a connection: its commands have the same options here, but for the
  /// address.
  [[nodiscard]] std::string for_workspace(std::string hint) const {
    const std::string_view address = can_send(workspace_) ? " --endpoint " : " --arm-endpoint ";
    struct Word {
      std::string_view of_connection, instead;
    };
    for (const Word& word :
         {Word{" connection edit ", " workspace edit "},
          Word{" connection test ", " workspace test "}, Word{" --url ", address}}) {
      const std::size_t at = hint.find(word.of_connection);
      if (at != std::string::npos) hint.replace(at, word.of_connection.size(), word.instead);
    }
    return hint;
  }

  /// Azure rewrites a TimeGenerated of more than two days back or one day ahead without a word
  /// (azure reference 2.4), and ours is this machine's now.
  static void judge_clock(Check& check, std::chrono::milliseconds ahead) {
    constexpr std::chrono::hours k_rewritten(12);
    if (check.status == CheckStatus::ok) return;
    check.hint = "timedatectl set-ntp true";
    if (ahead < k_rewritten && ahead > -k_rewritten) return;
    check.status = CheckStatus::failed;
    check.cause += "; Azure would replace TimeGenerated without saying so";
  }

  bool sign_in() {
    try {
      access_ = std::make_unique<WorkspaceAccess>(platform_, workspace_);
      const auto authorization =
          access_->authorizer(Audience::ingestion)->authorization(platform_.stop);
      const auto claims = http::claims_of(authorization);
      audience_ = claims ? claims->audience : access_->resource(Audience::ingestion);
      if (claims) who_ = claims->client_id.empty() ? claims->object_id : claims->client_id;
      add(good_line("sign-in", fmt::format("signed in by {} as {}", access_->source(), who_)));
      return true;
    } catch (const Error& error) {
      add(failed("sign-in", error, "the token for " + cloud_words() + " was not given",
                 error.hint()));
      return false;
    }
  }

  [[nodiscard]] std::string cloud_words() const {
    return fmt::format("the {} cloud (authority {})", workspace_.cloud, workspace_.authority);
  }

  void empty_write() {
    if (!can_send(workspace_)) return not_set_up();
    try {
      auto access = std::make_unique<WorkspaceAccess>(platform_, workspace_);
      const sinks::Verdict verdict =
          open_workspace(std::move(access))->send(sinks::Table::service_desk, "[]", platform_.stop);
      judge_write(verdict);
    } catch (const Error& error) {
      judge_refusal(error);
    }
  }

  void not_set_up() {
    add(skipped_line("audience", k_not_reached));
    add(failed("rule", Error(ErrorKind::invalid, "endpoint, rule and stream are not known yet"),
               "nothing can be sent before they are made",
               fmt::format("itsmc workspace setup {0}; of a rule that exists: itsmc workspace edit "
                           "{0} --endpoint URL --rule-id dcr-... --stream Custom-...",
                           workspace_.name)));
    for (const char* name : {"streams", "role", "empty-write"})
      add(skipped_line(name, k_not_reached));
  }

  void judge_write(const sinks::Verdict& verdict) {
    add(good_line("audience", audience_));
    add(good_line("rule", workspace_.rule_id));
    if (verdict.kind == sinks::Verdict::Kind::accepted) {
      add(good_line("streams", workspace_.stream));
      add(good_line("role", "the identity may send"));
      add(good_line("empty-write", "accepted"));
      return;
    }
    add(failed("streams", Error(ErrorKind::not_found, verdict.reason),
               fmt::format("the rule has no stream \"{}\"", workspace_.stream),
               "it is a key of the rule's streamDeclarations (JSON View of the rule): " +
                   edit_and_test("--stream Custom-STREAM")));
    add(skipped_line("role", k_not_reached));
    add(skipped_line("empty-write", k_not_reached));
  }

  /// The endpoint looks at the token, then at the rule, then at the role.
  void judge_refusal(const Error& error) {
    const ErrorKind kind = error.kind();
    if (kind == ErrorKind::auth) {
      add(wrong_audience(error));
    } else if (kind == ErrorKind::not_found) {
      add(good_line("audience", audience_));
      add(failed("rule", error,
                 fmt::format("the endpoint knows no rule \"{}\"", workspace_.rule_id),
                 "copy immutableId from JSON View of the rule, and its logsIngestion endpoint: " +
                     edit_and_test("--rule-id dcr-ID --endpoint URL")));
    } else if (kind == ErrorKind::denied) {
      add(good_line("audience", audience_));
      add(good_line("rule", workspace_.rule_id));
      add(skipped_line("streams", k_not_reached));
      add(failed("role", error,
                 fmt::format("{} has not the role \"Monitoring Metrics Publisher\" on the rule, or "
                             "only since minutes: a new assignment takes up to 30",
                             who_),
                 "rule > Access control (IAM) > Add role assignment, for the enterprise "
                 "application; then: " +
                     test_again()));
    } else {
      add(failed("empty-write", error, "the endpoint gave no verdict", error.hint()));
    }
    for (const char* name : {"audience", "rule", "streams", "role", "empty-write"}) {
      if (!is_told(name)) add(skipped_line(name, k_not_reached));
    }
  }

  [[nodiscard]] Check wrong_audience(const Error& error) const {
    const std::string wanted = access_->resource(Audience::ingestion);
    if (audience_ == wanted) {
      return failed("audience", error,
                    fmt::format("the endpoint does not take a token for {}: it belongs to another "
                                "cloud",
                                audience_),
                    "CLOUD is public, usgov or china: " + edit_and_test("--cloud CLOUD"));
    }
    return failed("audience", error,
                  fmt::format("the token is for {}, and {} was asked for", audience_, wanted),
                  fmt::format("{} gave it: sign in anew there, or choose another way: {}",
                              access_->source(), edit_and_test("--auth HOW")));
  }

  void columns() {
    if (!can_send(workspace_)) return add(skipped_line("columns", k_not_reached));
    if (workspace_.resource_id.empty()) {
      return add(unknown_id("columns", "needs the workspace's resource id"));
    }
    try {
      add(compare_columns());
    } catch (const Error& error) {
      Check check = skipped_line("columns", "the rule cannot be read: " + error.text());
      check.hint = "Reader on the rule's resource group lets this be checked";
      add(std::move(check));
    }
  }

  Check compare_columns() {
    sinks::AzureArm arm(workspace_.name, workspace_.arm_endpoint,
                        access_->authorizer(Audience::management),
                        access_->wire(Audience::management));
    const std::string subscription =
        workspace_.resource_id.substr(0, workspace_.resource_id.find("/resourceGroups/"));
    for (const nlohmann::json& one :
         arm.list({subscription + "/providers/Microsoft.Insights/dataCollectionRules",
                   sinks::k_rule_version},
                  platform_.stop)) {
      const FoundRule rule = sinks::read_rule(one);
      if (rule.immutable_id == workspace_.rule_id) return compare_with(rule, arm);
    }
    return skipped_line("columns", "the rule is not in the workspace's subscription");
  }

  Check compare_with(const FoundRule& rule, sinks::AzureArm& arm) {
    const FoundRule::Stream* const stream = rule.find(workspace_.stream);
    if (stream == nullptr) return skipped_line("columns", "the rule has no such stream");
    std::vector<std::string> missing = lacking(stream->columns);
    if (!missing.empty()) return lacks("the rule's stream " + stream->name, missing);
    const auto table =
        arm.find({workspace_.resource_id + "/tables/" + stream->table, sinks::k_table_version},
                 platform_.stop);
    if (!table) return lacks("the workspace", {"the table " + stream->table});
    missing = lacking(sinks::read_table_columns(*table));
    if (!missing.empty()) return lacks("the table " + stream->table, missing);
    return good_line("columns", fmt::format("all {} stand in the rule and in {}",
                                            service_desk_columns().size(), stream->table));
  }

  static std::vector<std::string> lacking(const std::vector<std::string>& there) {
    std::vector<std::string> missing;
    for (const WorkspaceColumn& column : service_desk_columns()) {
      if (std::find(there.begin(), there.end(), column.name) == there.end()) {
        missing.emplace_back(column.name);
      }
    }
    return missing;
  }

  /// What is not declared is dropped without a word (azure reference 2.4).
  [[nodiscard]] Check lacks(const std::string& who, const std::vector<std::string>& missing) const {
    const Error error(ErrorKind::not_found, fmt::format("{} lacks {}", who, join(missing, ", ")));
    return failed(
        "columns", error, "Azure drops such values without a word",
        "add it by that name (those ending in _t as datetime, the others as string), then: " +
            test_again());
  }

  [[nodiscard]] Check unknown_id(std::string check, std::string_view why) const {
    Check line = skipped_line(std::move(check), std::string(why));
    line.hint = fmt::format("itsmc workspace edit {} --resource-id ID", workspace_.name);
    return line;
  }

  void query() {
    if (workspace_.resource_id.empty() && workspace_.workspace_guid.empty()) {
      return add(unknown_id("query", "needs the workspace's id or its resource id"));
    }
    try {
      const sinks::QueryAnswer answer =
          query_workspace(platform_, workspace_.name, "print answered = 1", QueryOver::table);
      add(good_line("query", fmt::format("answered with {} row", answer.rows.size())));
    } catch (const Error& error) {
      add(failed("query", error, "the workspace cannot be asked", error.hint()));
    }
  }

  const Platform& platform_;
  const Workspace& workspace_;
  std::unique_ptr<WorkspaceAccess> access_;
  std::string audience_;
  std::string who_ = "the identity";  // as its token says
  std::vector<Check> checks_;
};

}  // namespace

std::vector<Check> test_workspace(const Platform& platform, const std::string& name) {
  const Workspace workspace = load_workspace(platform, name);
  return Examination(platform, workspace).run();
}

}  // namespace itsmc::client

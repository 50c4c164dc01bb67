#include "partners/provance_examine.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/check_line.hpp"
#include "itsmc/core/text.hpp"
#include "partners/json_part.hpp"
#include "partners/provance_metadata.hpp"
#include "partners/provance_pages.hpp"
#include "partners/provance_record.hpp"
#include "partners/read_check.hpp"

namespace itsmc::partners::provance {
namespace {

using nlohmann::json;

constexpr const char* k_role_path =
    "Power Platform admin center > Environments > Settings > Users > Manage security roles";

/// The names of roles, of the user and of his teams.
struct Roles {
  std::set<std::string> names;
  std::string unread_because;  // empty: they were read

  /// The role that is enough; empty when there is none (provance reference 3).
  [[nodiscard]] std::string enough() const {
    for (const std::string& name : names) {
      if (iequals(name, "System Administrator")) return name;
    }
    for (const std::string& name : names) {
      if (name.find("ITSM") != std::string::npos) return name;
    }
    return {};
  }
  [[nodiscard]] std::string list() const {
    return join(std::vector<std::string>(names.begin(), names.end()), ", ");
  }
};

/// Answers of one examination, in the order of the lines. Lives during one `examine`.
class Examination {
 public:
  Examination(const Organisation& organisation, const http::Wire& wire, const std::stop_token& stop)
      : organisation_(organisation),
        connection_(organisation.connection),
        profile_(organisation.profile),
        wire_(wire),
        stop_(stop) {}

  std::vector<Check> run() {
    if (!sign_in()) {
      for (const char* name : {"version", "roles", "read-incident", "read-change-request", "write",
                               "ci", "time-zone", "rate-limit", "profile", "refresh-token"}) {
        add(skipped_line(name, "not asked: the sign-in failed"));
      }
      return std::move(checks_);
    }
    version();
    read_roles();
    judge_roles();
    read(WorkItemType::incident);
    read(WorkItemType::change_request);
    write();
    configuration_items();
    add(good_line("time-zone", "the product answers in UTC; local texts of dates are never read"));
    rate_limit();
    profile();
    refresh_token();
    return std::move(checks_);
  }

 private:
  void add(Check check) { checks_.push_back(std::move(check)); }

  Answer ask_for(const std::string& path, const http::Query& query) {
    Answer answer = ask(organisation_, path, query, stop_);
    if (!answer.requests_left.empty()) limits_ = {answer.requests_left, answer.time_left};
    return answer;
  }

  bool sign_in() {
    const Answer answer = ask_for("WhoAmI()", {});
    if (answer.error) {
      add(bad_line("sign-in", "the sign-in failed", trouble_of(*answer.error)));
      return false;
    }
    user_ = text_part(answer.body, "UserId");
    add(good_line("sign-in", fmt::format("signed in as {}", connection_.username)));
    return true;
  }

  void version() {
    const Answer answer = ask_for("RetrieveVersion()", {});
    const std::string version = text_part(answer.body, "Version");
    if (!version.empty()) {
      add(good_line("version", fmt::format("Dataverse {}", excerpt(version, 60))));
      return;
    }
    add({.check = "version",
         .status = CheckStatus::warning,
         .message = "unknown",
         .cause = answer.error ? answer.error->text() : "RetrieveVersion names none",
         .hint = "no harm for sync"});
  }

  void take_names(const json& roles) {
    for (const json& role : roles) {
      const std::string name = text_part(role, "name");
      if (!name.empty()) roles_.names.insert(name);
    }
  }

  /// The user's own roles, and those of teams (provance reference 3).
  void read_roles() {
    const std::string user = fmt::format("systemusers({})", user_);
    const Answer own = ask_for(user, {{"$select", "fullname,domainname,isdisabled"},
                                      {"$expand", "systemuserroles_association($select=name)"}});
    if (own.error) {
      roles_.unread_because = own.error->text();
      return;
    }
    take_names(list_part(own.body, "systemuserroles_association"));
    const Answer teams =
        ask_for(user + "/teammembership_association",
                {{"$select", "name"}, {"$expand", "teamroles_association($select=name)"}});
    for (const json& team : list_part(teams.body, "value")) {
      take_names(list_part(team, "teamroles_association"));
    }
  }

  void judge_roles() {
    if (!roles_.unread_because.empty()) {
      add({.check = "roles",
           .status = CheckStatus::warning,
           .message = "the roles cannot be read",
           .cause = roles_.unread_because,
           .hint = k_role_path});
      return;
    }
    const std::string enough = roles_.enough();
    if (!enough.empty()) {
      add(good_line("roles", enough));
      return;
    }
    add({.check = "roles",
         .status = CheckStatus::warning,
         .message = roles_.names.empty() ? "none" : roles_.list(),
         .cause = "neither System Administrator nor a role with ITSM in its name: rows that the "
                  "user may not read are silently left out",
         .hint = fmt::format("give {} such a role: {}", connection_.username, k_role_path),
         .kind = ErrorKind::denied});
  }

  void read(WorkItemType type) {
    const std::string name = read_check(type);
    if (!syncs(connection_, type)) {
      add(skipped_line(name, "this connection does not sync it"));
      return;
    }
    const TableMap* const table = profile_.table(type);
    if (table == nullptr) {
      // A warning: the other type may be in order, and sync says it again.
      const Error error = not_mapped(organisation_, type);
      add({.check = name,
           .status = CheckStatus::warning,
           .message = error.text(),
           .cause = "its sync fails as long as the connection asks for it",
           .hint = error.hint()});
      return;
    }
    const std::string updated(table->column_of("updated_at"));
    http::Query query = {
        {"$select", table->key + "," + updated}, {"$orderby", updated + " desc"}, {"$top", "1"}};
    if (!table->filter.empty()) query.emplace_back("$filter", table->filter);
    const Answer answer = ask_for(table->set, query);
    if (answer.error) {
      add(bad_line(name, fmt::format("the table {} cannot be read", table->set),
                   trouble_of(*answer.error)));
      return;
    }
    const json rows = list_part(answer.body, "value");
    if (!rows.empty()) {
      add(good_line(name, fmt::format("{} can be read, last change {}", table->set,
                                      text_part(rows.front(), updated.c_str()))));
      return;
    }
    add(judge_no_rows(name, *table));
  }

  /// Rows that one may not read are silently absent: without a role that is enough, none is no
  /// proof (provance reference 8, trap 14).
  [[nodiscard]] Check judge_no_rows(const std::string& name, const TableMap& table) const {
    const std::string enough = roles_.enough();
    if (!enough.empty()) {
      return good_line(name, fmt::format("{} has no row that {} may see", table.set, enough));
    }
    const bool sure = roles_.unread_because.empty();
    return {.check = name,
            .status = sure ? CheckStatus::failed : CheckStatus::warning,
            .message = fmt::format("{} shows no row", table.set),
            .cause = "the table is empty, or security roles keep every row from the user",
            .hint = fmt::format("give {} a role that reads {} in the whole organisation: {}",
                                connection_.username, table.set, k_role_path),
            .kind = ErrorKind::denied};
  }

  void write() {
    const std::string enough = roles_.enough();
    if (!enough.empty()) {
      add(good_line("write", fmt::format("by the role {}; not tried", enough)));
      return;
    }
    add({.check = "write",
         .status = CheckStatus::warning,
         .message = "not known: nothing is written to find out",
         .cause = roles_.unread_because.empty() ? "no role says that work items may be created"
                                                : roles_.unread_because,
         .hint = "no harm for sync"});
  }

  void configuration_items() {
    std::vector<std::string> columns;
    for (const TableMap& table : profile_.tables) {
      const std::string_view column = table.column_of("configuration_item");
      if (!column.empty()) columns.push_back(fmt::format("{}.{}", table.set, column));
    }
    if (columns.empty()) {
      add(skipped_line("ci", fmt::format("not mapped by profile {}", profile_.name)));
    } else {
      add(good_line("ci", "named by " + join(columns, ", ")));
    }
  }

  void rate_limit() {
    if (limits_.first.empty()) {
      add(good_line("rate-limit", "none announced"));
      return;
    }
    add(good_line("rate-limit",
                  fmt::format("{} requests and {} s of execution left in these 5 minutes",
                              limits_.first, limits_.second)));
  }

  void add_unwritable(const TableMap& map, std::vector<std::string>& problems) const {
    if (map.create_values.empty() && map.resolve_values.empty()) return;
    for (const std::string& one : unwritable(map, read_rules(organisation_, map.set, stop_))) {
      problems.push_back(fmt::format("{}: {}", map.set, one));
    }
  }

  void add_missing_items(std::vector<std::string>& problems) const {
    const ItemTable& items = profile_.items;
    if (items.set.empty()) return;
    const auto table = read_table(organisation_, items.set, stop_);
    if (!table) {
      problems.push_back(fmt::format("there is no table {} (configuration-item)", items.set));
      return;
    }
    if (items.key != table->key) {
      problems.push_back(
          fmt::format("{} lacks the key {}: it is {}", items.set, items.key, table->key));
    }
    for (const std::string* const column : {&items.name, &items.fqdn, &items.ip}) {
      const auto& all = table->attributes;
      const bool there = std::any_of(all.begin(), all.end(), [column](const Attribute& one) {
        return one.column() == *column;
      });
      if (!column->empty() && !there) problems.push_back(items.set + " lacks " + *column);
    }
  }

  /// The map against the organisation's metadata.
  void profile() {
    std::vector<std::string> problems, seen;
    try {
      for (const TableMap& map : profile_.tables) {
        const auto table = read_table(organisation_, map.set, stop_);
        if (!table) {
          problems.push_back(fmt::format("there is no table {}", map.set));
          continue;
        }
        const std::vector<std::string> missing = missing_in(map, *table);
        if (!missing.empty()) problems.push_back(map.set + " lacks " + join(missing, ", "));
        add_unwritable(map, problems);
        seen.push_back(map.set);
      }
      add_missing_items(problems);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::cancelled) throw;
      add(doubtful_line("profile", "the metadata cannot be read", trouble_of(error)));
      return;
    }
    if (problems.empty()) {
      add(good_line("profile", fmt::format("{}: {} as mapped", profile_.name, join(seen, ", "))));
      return;
    }
    add({.check = "profile",
         .status = CheckStatus::failed,
         .message = fmt::format("profile {} does not fit the instance", profile_.name),
         .cause = join(problems, "; "),
         .hint = fmt::format("itsmc connection profile {} drafts one from the metadata",
                             connection_.name),
         .kind = ErrorKind::protocol});
  }

  void refresh_token() {
    const auto token = wire_.tokens.load(connection_.name);
    if (token && !token->refresh.empty()) {
      add(good_line("refresh-token", "kept; good for 90 days after its last use as a rule"));
      return;
    }
    const bool alone = !connection_.password_command.empty();
    add({.check = "refresh-token",
         .status = alone ? CheckStatus::ok : CheckStatus::warning,
         .message = "none was given",
         .cause = alone ? "" : "the sign-in ends with the access token, after about an hour",
         .hint = alone ? ""
                       : fmt::format("itsmc connection edit {} --password-command COMMAND",
                                     connection_.name)});
  }

  const Organisation& organisation_;
  const Connection& connection_;
  const TableProfile& profile_;
  const http::Wire& wire_;
  const std::stop_token& stop_;
  std::vector<Check> checks_;
  std::string user_;
  Roles roles_;
  std::pair<std::string, std::string> limits_;
};

}  // namespace

std::vector<Check> examine(const Organisation& organisation, const http::Wire& wire,
                           const std::stop_token& stop) {
  return Examination(organisation, wire, stop).run();
}

}  // namespace itsmc::partners::provance

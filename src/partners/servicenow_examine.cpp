#include "partners/servicenow_examine.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/check_line.hpp"
#include "itsmc/core/figures.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/partners/servicenow.hpp"
#include "itsmc/partners/servicenow_page.hpp"
#include "partners/read_check.hpp"
#include "partners/servicenow_lookup.hpp"
#include "partners/servicenow_query.hpp"
#include "partners/servicenow_roles.hpp"

namespace itsmc::partners::servicenow {
namespace {

constexpr int k_sample = 200;

/// Answers of one examination, in the order of the lines. Lives during one `examine`.
class Examination {
 public:
  Examination(const Instance& instance, const std::stop_token& stop)
      : instance_(instance), connection_(instance.connection), stop_(stop) {}

  std::vector<Check> run() {
    if (!sign_in()) {
      for (const char* name :
           {"version", "roles", "read-incident", "read-change-request", "write", "ci", "time-zone",
            "rate-limit", "table-api-filter", "hidden-rows", "deletions", "refresh-token"}) {
        add(skipped_line(name, "not asked: the sign-in failed"));
      }
      return std::move(checks_);
    }
    version();
    const Rights rights = read_rights();
    const std::vector<Check> reads = read_tables();
    Rights judged = rights;
    judged.reads_tried = true;
    judged.reads_all = std::none_of(reads.begin(), reads.end(), [](const Check& check) {
      return check.status == CheckStatus::failed;
    });
    add(judge_roles(judged, connection_));
    for (const Check& check : reads) add(check);
    add(judge_write(judged, connection_));
    configuration_items(judged);
    time_zone();
    rate_limit();
    filter();
    hidden_rows();
    deletions();
    refresh_token();
    return std::move(checks_);
  }

 private:
  struct Sample {
    WorkItemType type;
    Finding found;
  };

  void add(Check check) { checks_.push_back(std::move(check)); }

  Finding ask(const Lookup& lookup) {
    Finding finding = look_up(instance_, lookup, stop_);
    if (!finding.rate_limit.empty()) rate_limit_ = finding.rate_limit;
    return finding;
  }

  /// The user's own row, by name; by the session where the client signs in without one.
  [[nodiscard]] std::string own(std::string_view name_field, std::string_view id_field) const {
    EncodedQuery query;
    if (connection_.username.empty()) {
      return query.clause(std::string(id_field) + "=javascript:gs.getUserID()").text();
    }
    return query.where(name_field, "=", connection_.username).text();
  }

  /// A real read, not only a token: up to Vancouver a client-credentials token may be the guest
  /// user's, who is refused everywhere (servicenow reference 1.3).
  bool sign_in() {
    user_ = ask({"sys_user", own("user_name", "sys_id"), "user_name,time_zone", 1});
    const bool refused_table = user_.error && (user_.error->kind() == ErrorKind::denied ||
                                               user_.error->kind() == ErrorKind::not_found);
    if (!user_.error || refused_table) {
      add(good_line("sign-in", connection_.username.empty()
                                   ? "signed in by client credentials"
                                   : fmt::format("signed in as {}", connection_.username)));
      return true;
    }
    const Error named = named_failure(instance_, *user_.error, stop_);
    Check check = bad_line("sign-in", "the sign-in failed", trouble_of(named));
    const bool guest = connection_.grant == Grant::client_credentials &&
                       named.kind() == ErrorKind::auth &&
                       instance_.wire.tokens.load(connection_.name).has_value();
    if (guest) {
      check.cause = "the client got a token, but the token is the guest user's: " + named.text();
      check.hint =
          "System OAuth > Application Registry > the client > OAuth Application User (KB1710801); "
          "sys_properties: glide.oauth.inbound.client.credential.grant_type.enabled = true";
    }
    add(std::move(check));
    return false;
  }

  void version() {
    const Finding found =
        ask({"sys_properties", "nameINglide.buildtag.last,glide.buildtag,glide.war,glide.buildname",
             "name,value", 10});
    Release release;
    for (const auto& row : found.rows) {
      const Release told = parse_build_tag(row[1]);
      if (release.family.empty() && !told.tag.empty()) release = told;
    }
    Check check = good_line("version", fmt::format("{} ({})", release.family, release.tag));
    if (release.family.empty()) {
      check.status = CheckStatus::warning;
      check.message = "unknown";
      check.cause = found.error          ? found.error->text()
                    : found.rows.empty() ? "sys_properties shows this user no build tag"
                                         : "not a known build tag: " + release.tag;
      check.hint = "no harm for sync; an administrator sees it on /stats.do";
    } else if (release.age == Release::Age::unsupported) {
      check.status = CheckStatus::warning;
      check.cause = "older than Geneva, the oldest release that was ever supported";
      check.hint = "upgrade the instance";
    }
    add(std::move(check));
  }

  Rights read_rights() {
    const Finding found = ask(
        {"sys_user_has_role", own("user.user_name", "user") + "^state=active", "role.name", 500});
    Rights rights;
    for (const auto& row : found.rows) {
      if (!row[0].empty()) rights.roles.insert(row[0]);
    }
    if (found.error) rights.unread_because = found.error->text();
    // Users without admin rights may get an empty list (servicenow reference 8).
    if (!found.error && rights.roles.empty()) {
      rights.unread_because = "sys_user_has_role shows this user no row";
    }
    return rights;
  }

  std::vector<Check> read_tables() {
    std::vector<Check> checks;
    for (const WorkItemType type : {WorkItemType::incident, WorkItemType::change_request}) {
      checks.push_back(read_table(type));
    }
    return checks;
  }

  Check read_table(WorkItemType type) {
    const std::string name = read_check(type);
    if (!syncs(connection_, type)) return skipped_line(name, "this connection does not sync it");
    const std::string table(field_map(type).table());
    Finding found = ask({table, "ORDERBYDESCsys_updated_on", "sys_id,sys_updated_on", k_sample});
    Check check = judge_read(name, table, found);
    samples_.push_back({type, std::move(found)});
    return check;
  }

  /// Tells apart what looks alike: the REST interface closed, the table closed, and every row
  /// hidden (200 with no rows, while the count says that there are some).
  [[nodiscard]] Check judge_read(const std::string& name, const std::string& table,
                                 const Finding& found) const {
    const std::string roles = role_path(connection_);
    if (found.error) {
      Check check = bad_line(name, fmt::format("the table {} cannot be read", table),
                             trouble_of(*found.error));
      const bool api = check.cause.find("API level ACL") != std::string::npos;
      if (check.kind == ErrorKind::denied) {
        check.hint =
            api ? "an access rule on the REST interface refuses the user: All > System Web "
                  "Services > REST API ACLs, and API Access Policies"
                : fmt::format("an access rule on the table refuses the user: grant itil: {}",
                              roles);
      }
      return check;
    }
    if (found.rows.empty() && found.count.value_or(0) > 0) {
      return {.check = name,
              .status = CheckStatus::failed,
              .message = fmt::format("the table {} is hidden: none of {} rows is shown", table,
                                     with_separators(*found.count)),
              .cause = "access rules remove every row from the answer",
              .hint = "grant itil: " + roles,
              .kind = ErrorKind::denied};
    }
    return good_line(name, found.count ? counted_rows(*found.count, table, connection_)
                                       : fmt::format("{} can be read", table));
  }

  void configuration_items(const Rights& rights) {
    const Finding found = ask({"cmdb_ci", "", "sys_id,name", 1});
    const bool may_create =
        rights.roles.count("itil") + rights.roles.count("asset") + rights.roles.count("admin") != 0;
    Check check = good_line("ci", "configuration items can be read");
    if (found.error) {
      check = doubtful_line("ci", "configuration items cannot be read", trouble_of(*found.error));
      check.hint = "their names stay empty in work items; grant itil: " + role_path(connection_);
    } else if (found.rows.empty() && found.count.value_or(0) > 0) {
      check.status = CheckStatus::warning;
      check.message = "configuration items are hidden from the user";
      check.hint = "grant itil: " + role_path(connection_);
    } else if (connection_.create_ci && rights.unread_because.empty() && !may_create) {
      check.status = CheckStatus::warning;
      check.message = "configuration items can be read, but not created";
      check.cause = "missing: itil or asset";
      check.hint = "grant one of them: " + role_path(connection_);
    }
    add(std::move(check));
  }

  void time_zone() {
    if (user_.error || user_.rows.empty()) {
      add({.check = "time-zone",
           .status = CheckStatus::warning,
           .message = "the user's time zone cannot be read",
           .cause = user_.error ? user_.error->text() : "sys_user does not show the user's row",
           .hint = "no harm: itsmc reads and asks for UTC"});
      return;
    }
    const std::string& zone = user_.rows[0][1];
    add(good_line("time-zone", fmt::format("{}; itsmc reads and asks for UTC",
                                           zone.empty() ? "the instance's own" : zone)));
  }

  void rate_limit() {
    add(good_line("rate-limit", rate_limit_.empty() ? "none announced" : rate_limit_));
  }

  /// An unknown field or a bad clause is dropped, and the rest runs: at worst the whole table comes
  /// (servicenow reference 2.8).
  void filter() {
    const Sample* sample = nullptr;
    for (const Sample& candidate : samples_) {
      if (!candidate.found.error) sample = &candidate;
    }
    if (sample == nullptr) {
      add(skipped_line("table-api-filter", "no table can be read"));
      return;
    }
    const std::string table(field_map(sample->type).table());
    const Finding none = ask({table, "sys_idISEMPTY", "sys_id,sys_updated_on", 1});
    std::string broken;
    if (none.error) broken = none.error->text();
    if (!none.rows.empty()) broken = "an impossible query (sys_idISEMPTY) brings rows";
    if (broken.empty() && !sample->found.rows.empty()) {
      const std::string& newest = sample->found.rows[0][1];
      const Finding some = ask({table, "sys_updated_on>=" + newest + "^ORDERBYsys_updated_on",
                                "sys_id,sys_updated_on", 1});
      if (!some.rows.empty() && some.rows[0][1] < newest) {
        broken = fmt::format("asked for rows since {}, got one of {}", newest, some.rows[0][1]);
      }
    }
    if (broken.empty()) {
      add(good_line("table-api-filter", "filters are obeyed"));
      return;
    }
    add({.check = "table-api-filter",
         .status = CheckStatus::failed,
         .message = "the instance does not obey filters",
         .cause = broken,
         .hint = "let the user read sys_id and sys_updated_on of " + table +
                 ": All > System Security > Access Control (ACL)",
         .kind = ErrorKind::protocol});
  }

  void hidden_rows() {
    std::vector<std::string> hidden;
    for (const Sample& sample : samples_) {
      const std::int64_t seen = static_cast<std::int64_t>(sample.found.rows.size());
      const std::int64_t due = std::min<std::int64_t>(k_sample, sample.found.count.value_or(seen));
      if (sample.found.error || due <= seen) continue;
      hidden.push_back(fmt::format("{} of the newest {} rows of {}", due - seen, due,
                                   field_map(sample.type).table()));
    }
    if (hidden.empty()) {
      add(good_line("hidden-rows",
                    fmt::format("none among the newest {} of each table", k_sample)));
      return;
    }
    add({.check = "hidden-rows",
         .status = CheckStatus::warning,
         .message = join(hidden, ", ") + " are kept back",
         .cause = "access rules or domain separation hide them from the user",
         .hint = "grant itil, or accept it: sync counts them as hidden",
         .kind = ErrorKind::denied});
  }

  void deletions() {
    const Finding found = ask({"sys_audit_delete", "", "sys_id", 1});
    const bool readable = !found.error && (!found.rows.empty() || found.count.value_or(0) == 0);
    if (readable) {
      add(good_line("deletions", "sys_audit_delete can be read"));
      return;
    }
    add({.check = "deletions",
         .status = CheckStatus::warning,
         .message = "deletions show only in a full walk",
         .cause = found.error ? found.error->text() : "sys_audit_delete shows this user no row",
         .hint = "itsmc sync run --full " + connection_.name,
         .kind = ErrorKind::denied});
  }

  void refresh_token() {
    const auto token = instance_.wire.tokens.load(connection_.name);
    if (!token || !token->refresh_issued_at) {
      add(good_line("refresh-token", "none kept"));
      return;
    }
    const auto warning =
        refresh_token_warning(*token->refresh_issued_at, instance_.wire.clock.now());
    Check check =
        good_line("refresh-token", fmt::format("from {}, good for 100 days as a rule",
                                               format_rfc3339(*token->refresh_issued_at)));
    if (warning) {
      check.status = CheckStatus::warning;
      check.message = *warning;
      check.cause = "using a refresh token does not prolong it";
      check.hint = "itsmc connection login " + connection_.name;
    }
    add(std::move(check));
  }

  const Instance& instance_;
  const Connection& connection_;
  const std::stop_token& stop_;
  std::vector<Check> checks_;
  Finding user_;
  std::vector<Sample> samples_;
  std::string rate_limit_;
};

}  // namespace

std::vector<Check> examine(const Instance& instance, const std::stop_token& stop) {
  return Examination(instance, stop).run();
}

}  // namespace itsmc::partners::servicenow

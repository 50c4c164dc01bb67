#include "partners/cherwell_examine.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/check_line.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/partners/cherwell.hpp"
#include "partners/cherwell_rights.hpp"
#include "partners/read_check.hpp"

namespace itsmc::partners::cherwell {
namespace {

using nlohmann::json;

constexpr std::array k_types = {WorkItemType::incident, WorkItemType::change_request};
constexpr const char* k_summary_path = "/api/V1/getbusinessobjectsummary/busobname/";
constexpr const char* k_rights_path =
    "/api/V2/getsecuritygroupbusinessobjectpermissionsforcurrentuserbybusobname/busobname/";
// A clock may be a little ahead; a zone is at least a quarter of an hour away.
constexpr std::chrono::minutes k_most_ahead{10};

std::string fields_check(WorkItemType type) {
  return std::string(to_string(type)) + "-fields";
}

/// The product's own page or proxy behind a sign-in that met one: the token endpoint's answer has
/// only its title.
Error named_failure(const Instance& instance, const Error& error, const std::stop_token& stop) {
  if (error.kind() != ErrorKind::unavailable && error.kind() != ErrorKind::protocol) return error;
  http::Request request;  // needs no sign-in (cherwell reference 3)
  request.url = instance.connection.url + "/CherwellAPI/api/V1/serviceinfo";
  request.headers.emplace_back("Accept", "application/json");
  const http::Exchange exchange = instance.wire.new_transport()->send(request, stop);
  if (!exchange.response) return error;
  const std::string type = to_lower(exchange.response->header("Content-Type").value_or(""));
  if (type.find("json") != std::string::npos) return error;
  try {
    std::string plain;
    const std::string_view body = http::plain_body(*exchange.response, plain);
    return judge(instance.connection.url).foreign(*exchange.response, body).value_or(error);
  } catch (const Error&) {
    return error;  // a damaged body names nothing
  }
}

/// Answers of one examination, in the order of the lines. Lives during one `examine`.
class Examination {
 public:
  Examination(const Instance& instance, const std::stop_token& stop)
      : instance_(instance), connection_(instance.connection), stop_(stop) {}

  std::vector<Check> run() {
    if (!sign_in()) {
      for (const char* name :
           {"version", "roles", "read-incident", "read-change-request", "write", "ci", "time-zone",
            "rate-limit", "incident-fields", "change-request-fields", "record-order", "licence"}) {
        add(skipped_line(name, "not asked: the sign-in failed"));
      }
      return std::move(checks_);
    }
    version();
    add(judge_user(find_user(), connection_));
    for (const WorkItemType type : k_types) read(type);
    write();
    add(judge_ci(rights_on("ConfigurationItem"), connection_));
    time_zone();
    add(good_line("rate-limit", "none announced; Cherwell documents none"));
    for (const WorkItemType type : k_types) fields(type);
    record_order();
    add(good_line("licence", fmt::format("the sign-in holds one licence, kept for the next run; "
                                         "back with: itsmc connection logout {}",
                                         connection_.name)));
    return std::move(checks_);
  }

 private:
  void add(Check check) { checks_.push_back(std::move(check)); }

  /// What `ask` throws, as a value; Error(cancelled) passes.
  template <class Ask>
  std::optional<Error> failure_of(Ask&& ask) const {
    try {
      ask();
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::cancelled) throw;
      return error;
    }
    return std::nullopt;
  }

  /// A question that needs the token, not only the token: whatever is refused to a good token is
  /// the business of the lines below.
  bool sign_in() {
    const auto error = failure_of(
        [&] { (void)instance_.api.get(std::string(k_summary_path) + "Incident", {}, stop_); });
    const bool signed_in = !error || error->kind() == ErrorKind::denied ||
                           error->kind() == ErrorKind::not_found ||
                           instance_.wire.tokens.load(connection_.name).has_value();
    const bool usable = signed_in && (!error || (error->kind() != ErrorKind::auth &&
                                                 error->kind() != ErrorKind::unavailable &&
                                                 error->kind() != ErrorKind::throttled));
    if (usable) {
      add(good_line("sign-in", "signed in as " + connection_.username));
      return true;
    }
    add(bad_line("sign-in", "the sign-in failed",
                 trouble_of(named_failure(instance_, *error, stop_))));
    return false;
  }

  void version() {
    const auto error = failure_of([&] {
      service_ = parse_service_info(instance_.api.get("/api/V1/serviceinfo", {}, stop_),
                                    instance_.api.served_at());
    });
    if (error) {
      add(doubtful_line("version", "unknown", trouble_of(*error)));
    } else if (service_.api_version.empty() && service_.csm_version.empty()) {
      add({.check = "version",
           .status = CheckStatus::warning,
           .message = "unknown",
           .cause = "serviceinfo does not tell it",
           .hint = "no harm for sync"});
    } else {
      add(good_line("version",
                    fmt::format("CSM {}, API {}",
                                service_.csm_version.empty() ? "unknown" : service_.csm_version,
                                service_.api_version.empty() ? "unknown" : service_.api_version)));
    }
  }

  UserFound find_user() {
    UserFound user;
    const bool windows = connection_.username.find('\\') != std::string::npos;
    user.error = failure_of([&] {
      user = parse_user(instance_.api.get(
          "/api/V2/getuserbyloginid",
          {{"loginid", connection_.username}, {"loginidtype", windows ? "Windows" : "Internal"}},
          stop_));
      if (user.group_id.empty()) return;
      user.group = user.group_id;
      user.group =
          find_group(instance_.api.get("/api/V2/getsecuritygroups", {}, stop_), user.group_id);
    });
    return user;
  }

  ObjectRights rights_on(const std::string& object) {
    ObjectRights rights;
    const auto error = failure_of([&] {
      rights = parse_rights(instance_.api.get(k_rights_path + object, {}, stop_), object);
    });
    rights.error = error;
    return rights;
  }

  void read(WorkItemType type) {
    const std::string name = read_check(type);
    if (!syncs(connection_, type))
      return add(skipped_line(name, "this connection does not sync it"));
    const std::string object(business_object(type));
    PageReader::Newest found;
    const auto error = failure_of([&] { found = instance_.pages.newest(type, stop_); });
    if (!error) {
      if (found.last_modified) newest_ = std::max(newest_, *found.last_modified);
      add(good_line(name, found.total ? counted_rows(*found.total, object, connection_)
                                      : object + " can be read"));
      return;
    }
    Check check = bad_line(name, object + " cannot be read", trouble_of(*error));
    if (check.kind == ErrorKind::denied) {
      check.hint = fmt::format(
          "grant View on {} to the user's security group: CSM Administrator > Security > Edit "
          "security groups > Business Objects",
          object);
    }
    if (check.hint.empty()) check.hint = "itsmc connection show " + connection_.name;
    add(std::move(check));
  }

  void write() {
    std::map<std::string, ObjectRights> rights;
    for (const WorkItemType type : k_types) {
      const std::string object(business_object(type));
      if (syncs(connection_, type)) rights[object] = rights_on(object);
    }
    add(judge_write(rights));
  }

  void time_zone() {
    if (!service_.utc_offset) {
      add({.check = "time-zone",
           .status = CheckStatus::failed,
           .message = "the server's zone is unknown",
           .cause = "serviceinfo tells neither systemUtcOffset nor systemDateTime: dates cannot be "
                    "read without it",
           .hint = "update the Cherwell Web API of the server",
           .kind = ErrorKind::protocol});
      return;
    }
    const std::string offset = "UTC" + format_offset(*service_.utc_offset);
    if (newest_ > instance_.api.served_at() + k_most_ahead) {
      add({.check = "time-zone",
           .status = CheckStatus::warning,
           .message =
               fmt::format("{}, but the newest row was changed at {}, which is still to come",
                           offset, format_rfc3339(newest_)),
           .cause = "dates may be shown in the user's zone, not in the server's",
           .hint = "give the integration user the server's time zone"});
      return;
    }
    add(good_line("time-zone",
                  fmt::format("{} by {}; dates from the other side of a daylight-saving switch are "
                              "an hour off",
                              offset, service_.offset_source)));
  }

  void fields(WorkItemType type) {
    const std::string name = fields_check(type);
    if (!syncs(connection_, type))
      return add(skipped_line(name, "this connection does not sync it"));
    const std::string object(business_object(type));
    std::shared_ptr<const View> view;
    const auto error = failure_of([&] { view = instance_.views.of(type, stop_); });
    if (error) return add(skipped_line(name, object + " cannot be read"));
    const Blueprint& blueprint = view->blueprint;
    if (blueprint.lacking.empty()) {
      add(good_line(name, fmt::format("{} has all {} fields", object, blueprint.fields.size())));
      return;
    }
    add({.check = name,
         .status = CheckStatus::warning,
         .message = fmt::format("{} has no field for {}", object, join(blueprint.lacking, ", ")),
         .cause = "the blueprint lacks them, or the user may not see them",
         .hint = "they stay empty in work items; add them to the blueprint if you need them",
         .kind = ErrorKind::not_found});
  }

  /// See PageReader::look_at_keys and Partner::first_load_order.
  void record_order() {
    const auto type = std::find_if(k_types.begin(), k_types.end(), [&](WorkItemType candidate) {
      return instance_.views.known(candidate) != nullptr;
    });
    if (type == k_types.end()) {
      return add(skipped_line("record-order", "nothing can be read"));
    }
    PageReader::KeyOrderFound found;
    const auto error = failure_of([&] { found = instance_.pages.look_at_keys(*type, stop_); });
    if (error) {
      add(doubtful_line("record-order", "the order cannot be seen", trouble_of(*error)));
    } else if (found.by_bytes) {
      add(good_line("record-order", "RecIDs are sorted as texts"));
    } else {
      add({.check = "record-order",
           .status = CheckStatus::warning,
           .message = "RecIDs are sorted in an order of their own",
           .cause = found.broken_at,
           .hint = "no row is lost; the first load goes by time, which is slower",
           .kind = ErrorKind::protocol});
    }
  }

  const Instance& instance_;
  const Connection& connection_;
  const std::stop_token& stop_;
  std::vector<Check> checks_;
  ServiceInfo service_;
  Timestamp newest_{};
};

}  // namespace

std::vector<Check> examine(const Instance& instance, const std::stop_token& stop) {
  return Examination(instance, stop).run();
}

}  // namespace itsmc::partners::cherwell

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "itsmc/partners/intake.hpp"
#include "itsmc/partners/provance.hpp"
#include "partners/ci_names.hpp"
#include "partners/intake_words.hpp"
#include "partners/odata_words.hpp"
#include "partners/provance_record.hpp"

namespace itsmc::partners::provance {
namespace {

using nlohmann::json;

constexpr std::string_view k_label = "@OData.Community.Display.V1.FormattedValue";
constexpr int k_exists = 412;
constexpr std::size_t k_subject = 200;

std::string code_at(const json& row, const std::string& column) {
  const auto found = row.find(column);
  if (found == row.end() || found->is_null()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

std::optional<Timestamp> time_at(const json& row, std::string_view column) {
  if (column.empty()) return std::nullopt;
  return parse_rfc3339(code_at(row, std::string(column)));
}

bool is_refused(const Error& error) {
  return error.kind() == ErrorKind::denied || error.kind() == ErrorKind::protocol ||
         error.kind() == ErrorKind::invalid;
}

/// A Dataverse organisation as the place where rows are made. One thread; the wire's references
/// outlive it.
class ProvanceIntake final : public Intake {
 public:
  ProvanceIntake(const Connection& connection, const Credentials& credentials, http::Wire wire,
                 const PartnerOptions& options)
      : connection_(connection),
        profile_(options.profile),
        wire_(std::move(wire)),
        client_(client_options(connection, options.retry),
                http::make_oauth(provance::sign_in(connection, credentials), wire_), wire_),
        organisation_{connection_, client_, profile_} {}

  std::vector<FieldProblem> check(const ItemDraft& draft, std::stop_token stop) override {
    return drafted(draft, stop).problems;
  }

  PlannedRequest plan(const ItemDraft& draft, std::stop_token stop) override {
    return planned(draft, drafted(draft, stop), stop);
  }

  std::vector<FoundItem> find(WorkItemType type, std::string_view correlation_id,
                              std::stop_token stop) override {
    require_correlation_id(correlation_id);
    const TableMap& map = map_of(type);
    std::vector<FoundItem> found;
    // A filter, not the row's own address: a table that is missing must not look like no row.
    for (const json& row : rows_where(map, map.key + " eq " + record_id(correlation_id), stop)) {
      found.push_back(found_item(map, row));
    }
    return found;
  }

  Written create(const ItemDraft& draft, std::stop_token stop) override {
    require_correlation_id(draft.correlation_id);
    const TableMap& map = map_of(draft.type);
    const RecordDraft made = drafted(draft, stop);
    const PlannedRequest planned_row = planned(draft, made, stop);
    const http::Response response =
        send(organisation_,
             {planned_row.method, planned_row.url, planned_row.body, {"If-None-Match", "*"}},
             http::Replay::safe, stop);
    if (response.status == k_exists) {
      // An earlier try, whose answer was lost, or another process.
      const auto found = find(draft.type, draft.correlation_id, stop);
      if (found.size() == 1) return {found.front(), {}};
    }
    if (const auto error = failure_of(organisation_, response)) throw Error(*error);
    const json row = json_of(response);
    return {found_item(map, row), compare_record(made, row)};
  }

  Written change(WorkItemType type, const FoundItem& item, const ItemChange& change,
                 std::stop_token stop) override {
    const TableMap& map = map_of(type);
    Written written{item, {}};
    std::string note = change.note;
    for (const ConfigItem& linked : change.config_items) note += "\nAlso affected: " + linked.name;
    if (change.kind == ItemChange::Kind::comment) {
      comment(map, item, note, stop);
      return written;
    }
    try {
      resolve(map, item, note, change, stop);
    } catch (const Error& error) {
      if (!is_refused(error) && error.kind() != ErrorKind::usage) throw;
      comment(map, item, note, stop);
      written.warnings.push_back("not resolved, a note was left: " + error.text());
      return written;
    }
    if (map.resolve_action.empty()) comment(map, item, note, stop);
    const auto rows = rows_where(map, map.key + " eq " + item.id, stop);
    if (!rows.empty()) written.item = found_item(map, rows.front());
    if (written.item.open) written.warnings.emplace_back("state was changed: it is open still");
    return written;
  }

  std::vector<ConfigItem> find_ci(const CiQuery& query, std::stop_token stop) override {
    const ItemTable& table = items();
    if (is_guid(query.id)) {
      auto found = items_where(fmt::format("{} eq {}", table.key, to_lower(query.id)), stop);
      if (!found.empty()) return found;
    }
    for (const std::string* const name : {&query.fqdn, &query.name}) {
      auto found = find_by_name(*name, query.fqdn.empty() ? *name : query.fqdn, stop);
      if (!found.empty()) return found;
    }
    if (query.ip.empty() || table.ip.empty()) return {};
    return items_where(table.ip + " eq " + odata::quoted(query.ip), stop);
  }

  PlannedRequest plan_ci(const CiDraft& draft, std::stop_token stop) override {
    const ItemTable& table = items();
    json body = json::object();
    const auto put = [&](const std::string& column, const std::string& value) {
      if (!column.empty() && !value.empty()) body[column] = value;
    };
    put(table.name, draft.name.empty() ? draft.fqdn : draft.name);
    put(table.fqdn, draft.fqdn);
    put(table.ip, draft.ip);
    std::vector<FieldProblem> problems;
    for (const auto& [name, value] : draft.set) {
      const WrittenValue one = given_value(rules_of(table.set, stop), name, value);
      if (!one.problem.empty()) problems.push_back({name, one.problem});
      body[one.name] = one.value;
    }
    refuse_problems(problems);
    // One computer, one id: two processes make one.
    const std::string key = to_lower(draft.fqdn.empty() ? draft.name : draft.fqdn);
    return {"PATCH", row_url(table.set, record_id("ci:" + key), select_of(table)), dumped(body)};
  }

  CiWritten create_ci(const CiDraft& draft, std::stop_token stop) override {
    const PlannedRequest wanted = plan_ci(draft, stop);
    const http::Response response =
        send(organisation_, {wanted.method, wanted.url, wanted.body, {"If-None-Match", "*"}},
             http::Replay::safe, stop);
    if (response.status == k_exists) {
      const auto found = find_ci({{}, draft.fqdn, draft.name, {}}, stop);
      if (found.size() == 1) return {found.front(), true, {}};
    }
    if (const auto error = failure_of(organisation_, response)) throw Error(*error);
    return {config_item(json_of(response)), false, {}};
  }

  // Dataverse keeps no templates of rows; create defaults stand in the profile.
  std::vector<ItemTemplate> templates(std::stop_token) override { return {}; }

  const http::Traffic& traffic() const noexcept override { return client_.traffic(); }

 private:
  static std::string dumped(const json& body) {
    return body.dump(-1, ' ', false, json::error_handler_t::replace);
  }
  [[nodiscard]] const TableMap& map_of(WorkItemType type) const {
    const TableMap* const map = profile_.table(type);
    if (map != nullptr) return *map;
    throw Error(ErrorKind::usage,
                fmt::format("the profile {} maps no {}", profile_.name, to_string(type)),
                "itsmc connection profile " + connection_.name + " drafts one");
  }
  [[nodiscard]] const ItemTable& items() const {
    if (!profile_.items.set.empty()) return profile_.items;
    throw Error(ErrorKind::usage, fmt::format("the profile {} maps no CI table", profile_.name),
                "write a table [configuration-item] into a profile: docs/provance.md (in "
                "/usr/share/doc/itsmc)");
  }
  const RecordRules& rules_of(const std::string& set, const std::stop_token& stop) {
    const auto known = rules_.find(set);
    if (known != rules_.end()) return known->second;
    return rules_.emplace(set, read_rules(organisation_, set, stop)).first->second;
  }
  RecordDraft drafted(const ItemDraft& draft, const std::stop_token& stop) {
    const TableMap& map = map_of(draft.type);
    return draft_record(draft, map, rules_of(map.set, stop));
  }
  PlannedRequest planned(const ItemDraft& draft, const RecordDraft& made,
                         const std::stop_token&) const {
    const TableMap& map = map_of(draft.type);
    std::string select = select_of(map);
    for (const auto& [column, value] : made.sent) {
      if (("," + select + ",").find("," + column + ",") == std::string::npos) {
        select += "," + column;
      }
    }
    return {"PATCH", row_url(map.set, record_id(draft.correlation_id), select), dumped(made.body)};
  }

  [[nodiscard]] std::string row_url(const std::string& set, const std::string& id,
                                    const std::string& select) const {
    const http::Query query = select.empty() ? http::Query{} : http::Query{{"$select", select}};
    return client_.url(fmt::format("{}/{}({})", profile_.service_path, set, id), query);
  }
  [[nodiscard]] static std::string select_of(const TableMap& map) {
    std::vector<std::string> names{map.key};
    const auto add = [&](std::string_view column) {
      const bool known = std::find(names.begin(), names.end(), column) != names.end();
      if (!column.empty() && !known) names.emplace_back(column);
    };
    add(map.open_column);
    for (const char* field :
         {"number", "state", "created_at", "resolved_at", "closed_at", "updated_at"}) {
      add(map.column_of(field));
    }
    return join(names, ",");
  }
  [[nodiscard]] static std::string select_of(const ItemTable& table) {
    std::string names = table.key + "," + table.name;
    if (!table.fqdn.empty()) names += "," + table.fqdn;
    return names;
  }

  std::vector<json> rows_where(const TableMap& map, const std::string& filter,
                               const std::stop_token& stop) {
    return ask_list(organisation_, map.set, {{"$select", select_of(map)}, {"$filter", filter}},
                    stop);
  }

  // {"incidentid":"..","ticketnumber":"CAS-00001-A1B2","statecode":0,"statuscode":1,
  //  "statuscode@OData.Community.Display.V1.FormattedValue":"In Progress","createdon":"..Z"}
  // (provance reference 4, 5).
  FoundItem found_item(const TableMap& map, const json& row) const {
    FoundItem found;
    found.id = code_at(row, map.key);
    if (found.id.empty()) {
      throw Error(ErrorKind::protocol, "the answer has no row: nothing was made");
    }
    found.number = code_at(row, std::string(map.column_of("number")));
    if (found.number.empty()) found.number = found.id;
    const std::string state(map.column_of("state"));
    found.state = code_at(row, state + std::string(k_label));
    if (found.state.empty()) found.state = code_at(row, state);
    found.url = fmt::format("{}/main.aspx?pagetype=entityrecord&etn={}&id={}", connection_.url,
                            logical_name(map), found.id);
    found.created_at = time_at(row, map.column_of("created_at"));
    const auto ended = time_at(row, map.column_of("closed_at"));
    const auto resolved = time_at(row, map.column_of("resolved_at"));
    found.open = map.open_column.empty() ? !ended : is_open(map, row);
    if (!found.open) {
      // The platform keeps no time of the end; the last change is the nearest.
      found.ended_at = resolved ? resolved
                       : ended  ? ended
                                : time_at(row, map.column_of("updated_at"));
    }
    return found;
  }
  static bool is_open(const TableMap& map, const json& row) {
    const std::string value = code_at(row, map.open_column);
    const auto& open = map.open_values;
    return std::find(open.begin(), open.end(), value) != open.end();
  }
  /// A table's key is its name and "id" behind it: the platform makes it so.
  static std::string logical_name(const TableMap& map) {
    return map.key.ends_with("id") ? map.key.substr(0, map.key.size() - 2) : map.key;
  }

  void write(const RowWrite& row, http::Replay replay, const std::stop_token& stop) {
    const http::Response response = send(organisation_, row, replay, stop);
    if (response.status == 204) return;  // done, and without a row to show
    if (const auto error = failure_of(organisation_, response)) throw Error(*error);
  }

  /// A note of the platform, in the row's timeline (annotation; its names by general knowledge).
  void comment(const TableMap& map, const FoundItem& item, const std::string& note,
               const std::stop_token& stop) {
    const json body = {{"subject", "itsmc"},
                       {"notetext", note},
                       {fmt::format("objectid_{}@odata.bind", logical_name(map)),
                        fmt::format("/{}({})", map.set, item.id)}};
    write({"POST", client_.url(profile_.service_path + "/annotations", {}), dumped(body), {}},
          http::Replay::never, stop);
  }

  void resolve(const TableMap& map, const FoundItem& item, const std::string& note,
               const ItemChange& change, const std::stop_token& stop) {
    std::vector<TableValue> values = map.resolve_values;
    for (const auto& given : change.set) {
      std::erase_if(values, [&](const TableValue& one) { return one.column == given.first; });
      values.push_back({given.first, given.second});
    }
    json body = json::object();
    for (const TableValue& one : values) {
      const WrittenValue written = written_value(rules_of(map.set, stop), one.column, one.value);
      if (!written.problem.empty()) {
        throw Error(ErrorKind::invalid, one.column + ": " + written.problem);
      }
      body[written.name] = written.value;
    }
    if (!map.resolve_action.empty()) return close(map, item, note, body, stop);
    if (body.empty()) {
      throw Error(ErrorKind::usage,
                  fmt::format("the profile {} does not say what resolves a row", profile_.name));
    }
    write({"PATCH", row_url(map.set, item.id, {}), dumped(body), {"If-Match", "*"}},
          http::Replay::safe, stop);
  }

  // {"IncidentResolution":{"subject":"..","incidentid@odata.bind":"/incidents(..)"},"Status":5}: a
  // case is not resolved by a PATCH (provance reference 7).
  void close(const TableMap& map, const FoundItem& item, const std::string& note,
             const json& values, const std::stop_token& stop) {
    const json resolution = {
        {"subject", excerpt(note, k_subject)},
        {"description", note},
        {logical_name(map) + "id@odata.bind", fmt::format("/{}({})", map.set, item.id)}};
    const json body = {{"IncidentResolution", resolution},
                       {"Status", values.value("statuscode", 5)}};
    write({"POST",
           client_.url(profile_.service_path + "/" + map.resolve_action, {}),
           dumped(body),
           {}},
          http::Replay::safe, stop);
  }

  ConfigItem config_item(const json& row) const {
    const ItemTable& table = profile_.items;
    ConfigItem item{code_at(row, table.key), code_at(row, table.name),
                    table.fqdn.empty() ? std::string() : code_at(row, table.fqdn), table.set};
    if (!item.id.empty()) return item;
    throw Error(ErrorKind::protocol, "the answer has no configuration item: nothing was made");
  }
  std::vector<ConfigItem> items_where(const std::string& filter, const std::stop_token& stop) {
    const ItemTable& table = profile_.items;
    const std::string whole =
        table.filter.empty() ? filter : fmt::format("({}) and ({})", filter, table.filter);
    std::vector<ConfigItem> found;
    for (const json& row : ask_list(organisation_, table.set,
                                    {{"$select", select_of(table)}, {"$filter", whole}}, stop)) {
      found.push_back(config_item(row));
    }
    return found;
  }
  std::vector<ConfigItem> find_by_name(const std::string& name, const std::string& whole,
                                       const std::stop_token& stop) {
    if (name.empty()) return {};
    const ItemTable& table = profile_.items;
    std::vector<std::string> tests{table.name + " eq " + odata::quoted(name)};
    if (!table.fqdn.empty()) tests.push_back(table.fqdn + " eq " + odata::quoted(name));
    auto found = items_where(join(tests, " or "), stop);
    if (found.empty() && name.find('.') != std::string::npos) {
      found = items_where(table.name + " eq " + odata::quoted(short_name(name)), stop);
    }
    std::erase_if(found, [&](const ConfigItem& one) { return !may_be(one, whole); });
    return found;
  }

  Connection connection_;
  TableProfile profile_;
  http::Wire wire_;
  http::Client client_;
  Organisation organisation_;                              // refers to the three above
  std::map<std::string, RecordRules, std::less<>> rules_;  // by set
};

}  // namespace

std::unique_ptr<Intake> open_intake(const Connection& connection, const Credentials& credentials,
                                    const http::Wire& wire, const PartnerOptions& options) {
  return std::make_unique<ProvanceIntake>(connection, credentials, wire, options);
}

}  // namespace itsmc::partners::provance

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "itsmc/partners/scsm.hpp"
#include "partners/ci_names.hpp"
#include "partners/intake_words.hpp"
#include "partners/odata_words.hpp"
#include "partners/scsm_app.hpp"
#include "partners/scsm_draft.hpp"

namespace itsmc::partners::scsm {
namespace {

using nlohmann::json;

// Beyond the contract's first edition: what /info lists as "features".
constexpr std::string_view k_finds = "externalId";
constexpr std::string_view k_changes = "changes";
constexpr std::string_view k_templates = "templates";
constexpr std::string_view k_base = "/api/itsmc/v1";
constexpr std::string_view k_computer = "Microsoft.Windows.Computer";
constexpr std::array<std::string_view, 3> k_changeable = {"status", "resolutionDescription",
                                                          "resolutionCategory"};

bool is_refused(const Error& error) {
  return error.kind() == ErrorKind::denied || error.kind() == ErrorKind::protocol ||
         error.kind() == ErrorKind::invalid;
}

/// A web app that serves the contract, as the place where incidents are made. One thread; the
/// wire's references outlive it.
class ScsmIntake final : public Intake {
 public:
  ScsmIntake(const Connection& connection, const Credentials& credentials, http::Wire wire,
             const PartnerOptions& options)
      : connection_(connection),
        wire_(std::move(wire)),
        client_(client_options(connection, options),
                http::make_oauth(scsm::sign_in(connection, credentials), wire_), wire_),
        app_{connection_, client_, wire_} {}

  std::vector<FieldProblem> check(const ItemDraft& draft, std::stop_token stop) override {
    read_rules(draft, stop);
    return draft_incident(draft, rules_).problems;
  }

  PlannedRequest plan(const ItemDraft& draft, std::stop_token stop) override {
    read_rules(draft, stop);
    return planned(draft_incident(draft, rules_));
  }

  std::vector<FoundItem> find(WorkItemType type, std::string_view correlation_id,
                              std::stop_token stop) override {
    need_incident(type);
    require_correlation_id(correlation_id);
    need(k_finds, stop);
    read_statuses(stop);
    const json answer = get(app_, items_path(type),
                            {{"$filter", "externalId eq " + odata::quoted(correlation_id)}}, stop);
    std::vector<FoundItem> found;
    for (const json& item : answer.value("value", json::array())) {
      found.push_back(parse_found(item, statuses_));
    }
    std::stable_sort(found.begin(), found.end(), [](const FoundItem& a, const FoundItem& b) {
      return a.created_at < b.created_at;
    });
    return found;
  }

  Written create(const ItemDraft& draft, std::stop_token stop) override {
    need_incident(draft.type);
    require_correlation_id(draft.correlation_id);
    // Without it a lost answer could not be looked up.
    need(k_finds, stop);
    read_rules(draft, stop);
    read_statuses(stop);
    const IncidentDraft made = draft_incident(draft, rules_);
    // externalId makes a repeat harmless (scsm reference 5).
    const json answer = send(app_, planned(made), http::Replay::safe, stop);
    Written written{parse_found(answer, statuses_), compare_incident(made, answer)};
    for (std::size_t i = 1; i < draft.config_items.size(); ++i) {
      link(draft.config_items[i], written, stop);
    }
    return written;
  }

  Written change(WorkItemType type, const FoundItem& item, const ItemChange& change,
                 std::stop_token stop) override {
    need_incident(type);
    need(k_changes, stop);
    read_statuses(stop);
    Written written{item, {}};
    if (change.kind == ItemChange::Kind::resolve) {
      resolve(change, written, stop);
    } else {
      comment(change.note, written.item, stop);
    }
    for (const ConfigItem& linked : change.config_items) link(linked, written, stop);
    return written;
  }

  std::vector<ConfigItem> find_ci(const CiQuery& query, std::stop_token stop) override {
    if (is_guid(query.id)) {
      auto found = find_by_id(query.id, stop);
      if (!found.empty()) return found;
    }
    for (const std::string* const name : {&query.fqdn, &query.name}) {
      auto found = find_by_name(*name, stop);
      const std::string& whole = query.fqdn.empty() ? *name : query.fqdn;
      if (found.empty() && whole.find('.') != std::string::npos) {
        found = find_by_name(short_name(*name), stop);
      }
      found.erase(std::remove_if(found.begin(), found.end(),
                                 [&](const ConfigItem& one) { return !may_be(one, whole); }),
                  found.end());
      if (!found.empty()) return found;
    }
    return {};  // the contract knows no addresses
  }

  PlannedRequest plan_ci(const CiDraft& draft, std::stop_token) override {
    json body = {{"class", draft.klass.empty() ? std::string(k_computer) : draft.klass},
                 {"principalName", draft.fqdn.empty() ? draft.name : draft.fqdn},
                 {"displayName", draft.name.empty() ? draft.fqdn : draft.name}};
    for (const auto& [name, value] : draft.set) {
      if (!body.contains(name)) {
        throw Error(ErrorKind::invalid, name +
                                            " cannot be set: a configuration item takes class, "
                                            "principalName and displayName");
      }
      body[name] = value;
    }
    return {"POST", path_url("/configitems"), body.dump()};
  }

  CiWritten create_ci(const CiDraft& draft, std::stop_token stop) override {
    const PlannedRequest wanted = plan_ci(draft, stop);
    // principalName is the key: who has it already is answered, nothing is made twice.
    const CiDraft key{.name = json::parse(wanted.body).at("principalName").get<std::string>()};
    const bool existed = !find_by_name(key.name, stop).empty();
    CiWritten written{parse_config_item(send(app_, wanted, http::Replay::safe, stop)), existed, {}};
    if (!draft.ip.empty()) {
      written.warnings.emplace_back("ip was dropped: the contract's configuration items have none");
    }
    return written;
  }

  std::vector<ItemTemplate> templates(std::stop_token stop) override {
    need(k_templates, stop);
    return parse_templates(get(app_, std::string(k_base) + "/templates", stop));
  }

  const http::Traffic& traffic() const noexcept override { return client_.traffic(); }

 private:
  static void need_incident(WorkItemType type) {
    if (type == WorkItemType::incident) return;
    throw Error(ErrorKind::usage, "Service Manager takes incidents only", "use --type incident");
  }

  [[nodiscard]] bool has(std::string_view feature, const std::stop_token& stop) {
    if (!about_) about_ = read_about(app_, stop);
    const auto& all = about_->features;
    return std::find(all.begin(), all.end(), feature) != all.end();
  }
  /// What an older gateway lacks must not end in a second incident.
  void need(std::string_view feature, const std::stop_token& stop) {
    if (has(feature, stop)) return;
    throw Error(ErrorKind::usage,
                fmt::format("the gateway at {} is older than this: its /info does not name the "
                            "feature \"{}\"",
                            connection_.url, feature),
                "bring the gateway up to date (docs/scsm-gateway in /usr/share/doc/itsmc)");
  }

  void read_rules(const ItemDraft& draft, const std::stop_token& stop) {
    if (rules_.lists.empty()) {
      for (const std::string& member : listed_members()) read_list(list_of_member(member), stop);
    }
    if (!draft.template_name.empty() && rules_.templates.empty()) {
      rules_.templates = templates(stop);
    }
  }
  /// A list that may not be read is left to the gateway's own judgement.
  void read_list(std::string_view name, const std::stop_token& stop) try {
    const std::string path = fmt::format("{}/enumerations/{}", k_base, name);
    rules_.lists[std::string(name)] = parse_members(get(app_, path, stop));
  } catch (const Error& error) {
    const bool hidden = error.kind() == ErrorKind::denied || error.kind() == ErrorKind::not_found;
    if (!hidden) throw;
  }
  void read_statuses(const std::stop_token& stop) {
    if (has_statuses_) return;
    try {
      statuses_ = StatusRule(parse_members(get(app_, statuses_path(WorkItemType::incident), stop)));
    } catch (const Error& error) {
      const bool hidden = error.kind() == ErrorKind::denied || error.kind() == ErrorKind::not_found;
      if (!hidden) throw;  // else the product's own are known
    }
    has_statuses_ = true;
  }

  [[nodiscard]] std::string path_url(std::string_view path) const {
    return client_.url(std::string(k_base) + std::string(path), {});
  }
  [[nodiscard]] PlannedRequest planned(const IncidentDraft& made) const {
    return {"POST", path_url("/incidents"), made.body()};
  }
  [[nodiscard]] PlannedRequest patch(const FoundItem& item, const json& body) const {
    return {"PATCH", path_url("/workitems/" + percent_encode(item.id)), body.dump()};
  }

  // scsm reference 4: Status Resolved and ResolutionDescription; ResolutionCategory is a list that
  // each administrator fills, so it is set only when it is given.
  void resolve(const ItemChange& change, Written& written, const std::stop_token& stop) {
    json body = {{"status", "Resolved"}, {"resolutionDescription", change.note}};
    for (const auto& [name, value] : change.set) {
      const bool known =
          std::find(k_changeable.begin(), k_changeable.end(), name) != k_changeable.end();
      if (!known) {
        throw Error(ErrorKind::invalid, name +
                                            " cannot be set when an incident is resolved: only "
                                            "status, resolutionDescription, resolutionCategory");
      }
      body[name] = value;
    }
    try {
      // A repeat sets the same values.
      const json answer = send(app_, patch(written.item, body), http::Replay::safe, stop);
      written.item = parse_found(answer, statuses_);
      if (written.item.open) {
        written.warnings.push_back(fmt::format(
            "status was changed to \"{}\": the incident is open still", written.item.state));
      }
    } catch (const Error& error) {
      if (!is_refused(error)) throw;
      comment(change.note, written.item, stop);
      written.warnings.push_back("not resolved, a comment was left: " + error.text());
    }
  }

  void comment(const std::string& note, const FoundItem& item, const std::stop_token& stop) {
    const PlannedRequest planned{
        "POST", path_url("/workitems/" + percent_encode(item.id) + "/comments"),
        json{{"text", note}}.dump(-1, ' ', false, json::error_handler_t::replace)};
    (void)send(app_, planned, http::Replay::never, stop);
  }

  /// The incident matters more than its link.
  void link(const ConfigItem& item, Written& written, const std::stop_token& stop) try {
    need(k_changes, stop);
    (void)send(app_, patch(written.item, {{"affectedConfigItem", item.id}}), http::Replay::safe,
               stop);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled || error.kind() == ErrorKind::auth) throw;
    written.warnings.push_back(
        fmt::format("configuration item {} was not linked: {}", item.name, error.text()));
  }

  std::vector<ConfigItem> find_by_id(const std::string& id, const std::stop_token& stop) try {
    if (!has(k_changes, stop)) return {};
    return {
        parse_config_item(get(app_, fmt::format("{}/configitems/{}", k_base, to_lower(id)), stop))};
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::not_found) return {};
    throw;
  }
  std::vector<ConfigItem> find_by_name(const std::string& name, const std::stop_token& stop) {
    if (name.empty()) return {};
    const std::string quoted = odata::quoted(name);
    return parse_config_items(get(app_, std::string(k_base) + "/configitems",
                                  {{"$filter", fmt::format("displayName eq {} or principalName eq "
                                                           "{}",
                                                           quoted, quoted)}},
                                  stop));
  }

  Connection connection_;
  http::Wire wire_;
  http::Client client_;
  App app_;  // refers to the three above
  std::optional<About> about_;
  IncidentRules rules_;
  StatusRule statuses_;
  bool has_statuses_ = false;
};

}  // namespace

std::unique_ptr<Intake> open_intake(const Connection& connection, const Credentials& credentials,
                                    const http::Wire& wire, const PartnerOptions& options) {
  return std::make_unique<ScsmIntake>(connection, credentials, wire, options);
}

}  // namespace itsmc::partners::scsm

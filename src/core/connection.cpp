#include "itsmc/core/connection.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "core/connection_values.hpp"
#include "itsmc/core/table_profile.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc {
namespace {

constexpr std::array<std::string_view, 2> k_cloud_suffixes{".service-now.com",
                                                           ".servicenowservices.com"};

/// The words given, by field; of two for one field the later counts. Empty words are no words.
using Given = std::map<std::string, std::string, std::less<>>;

Given collect(std::span<const FieldText> fields) {
  Given given;
  for (const FieldText& field : fields) {
    given.insert_or_assign(field.name, std::string(trim(field.value)));
  }
  std::erase_if(given, [](const auto& field) {
    return field.second.empty() && find_connection_field(field.first) != nullptr;
  });
  return given;
}

std::string ways_to_give(std::string_view secret) {
  std::string variable = "ITSMC_" + std::string(secret);
  std::transform(variable.begin(), variable.end(), variable.begin(), [](char c) {
    if (c == '-') return '_';
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return fmt::format("use --{0}-stdin, --{0}-file FILE, --{0}-command COMMAND or {1}", secret,
                     variable);
}

std::string refusal(const ConnectionField& field, PartnerKind partner) {
  return fmt::format("is not for {}: {}", title(partner), field.refused_because);
}

/// What is wrong with one field that was given; empty when nothing is.
std::string problem_of(const FieldText& given, std::optional<PartnerKind> partner,
                       Connection& connection) {
  const ConnectionField* field = find_connection_field(given.name);
  if (field == nullptr) {
    std::vector<std::string> known;
    for (const ConnectionField& row : connection_fields()) known.emplace_back(row.name);
    const std::string near = nearest(given.name, known);
    return near.empty() ? "is not a field of a connection"
                        : fmt::format("is not a field of a connection: did you mean \"{}\"?", near);
  }
  if (partner && field->need(*partner) == Need::refused) return refusal(*field, *partner);
  if (field->secret) return "is never given as a value: " + ways_to_give(field->name);
  return set_field(connection, given.name, given.value);
}

bool has(SecretsGiven secrets, SecretsGiven which) {
  return (static_cast<unsigned>(secrets) & static_cast<unsigned>(which)) != 0;
}

/// With client credentials nobody signs in as a user.
bool is_required(const ConnectionField& field, const Connection& connection) {
  if (field.need(connection.partner) != Need::required) return false;
  const bool of_user = field.name == "username" || field.name == "password";
  return !(of_user && connection.partner == PartnerKind::servicenow &&
           connection.grant == Grant::client_credentials);
}

std::string problem_of_secret(const ConnectionField& field, const Connection& connection,
                              SecretsGiven secrets) {
  const bool is_password = field.name == "password";
  const bool at_hand =
      has(secrets, is_password ? SecretsGiven::password : SecretsGiven::client_secret);
  if (field.need(connection.partner) == Need::refused) {
    return at_hand ? refusal(field, connection.partner) : std::string();
  }
  const std::string& command =
      is_password ? connection.password_command : connection.client_secret_command;
  const bool missing = is_required(field, connection) && !at_hand && command.empty();
  return missing ? "is required: " + ways_to_give(field.name) : std::string();
}

std::string_view host_of(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  if (url.starts_with('[')) return url.substr(0, url.find(']') + 1);
  return url.substr(0, url.find(':'));
}

/// ServiceNow is cloud only, unless somebody says otherwise: a slip in the host would send the
/// password to a stranger (servicenow reference 10).
std::string problem_of_servicenow_host(std::string_view url) {
  const std::string_view host = host_of(url);
  for (const std::string_view suffix : k_cloud_suffixes) {
    if (host.size() > suffix.size() && host.ends_with(suffix)) return {};
  }
  constexpr std::string_view k_own_host = "for ServiceNow on a host of your own add --self-hosted";
  constexpr std::string_view k_web_site = ".servicenow.com";
  const bool web_site = host.size() > k_web_site.size() && host.ends_with(k_web_site);
  const bool bare = host.find_first_of(".:") == std::string_view::npos && !is_loopback(host);
  if (web_site || bare) {
    const std::string_view instance = host.substr(0, host.find('.'));
    return fmt::format("\"{}\" is not an instance: did you mean \"https://{}.service-now.com\"? {}",
                       host, instance, k_own_host);
  }
  return fmt::format(
      "\"{}\" is not in ServiceNow's cloud (*.service-now.com, *.servicenowservices.com): {}", host,
      k_own_host);
}

/// "y", typed where a question was expected, is no host; "https://y" is one.
std::string problem_of_bare_word(std::string_view url) {
  const bool bare = url.find_first_of(".:/") == std::string_view::npos && !is_loopback(url);
  if (!bare) return {};
  return fmt::format("\"{0}\" is not a whole address: write https:// before it if it is a host",
                     excerpt(url, 40));
}

void fill_in_defaults(Connection& connection) {
  const bool entra =
      connection.partner == PartnerKind::scsm || connection.partner == PartnerKind::provance;
  if (entra && connection.authority.empty()) {
    connection.authority = find_connection_field("authority")->fallback;
  }
  if (connection.partner == PartnerKind::provance && connection.tenant.empty()) {
    connection.tenant = tenant_of(connection.username);
  }
  if (connection.partner == PartnerKind::provance && connection.profile.empty()) {
    connection.profile = k_default_profile;
  }
  if (connection.partner == PartnerKind::scsm && connection.audience.empty()) {
    connection.audience = connection.url;
  }
}

/// The rules that join several fields.
void check_together(CheckedConnection& checked, const Given& given, SecretsGiven secrets,
                    SecretRule rule) {
  const Connection& connection = checked.connection;
  const auto report = [&checked](std::string_view field, std::string reason) {
    if (!reason.empty()) checked.problems.push_back({std::string(field), std::move(reason)});
  };
  for (const ConnectionField& field : connection_fields()) {
    if (field.secret) {
      const bool as_value = given.contains(field.name);  // reported already
      if (rule == SecretRule::enforce && !as_value) {
        report(field.name, problem_of_secret(field, connection, secrets));
      }
    } else if (is_required(field, connection) && !given.contains(field.name)) {
      report(field.name, fmt::format("is required by {}", title(connection.partner)));
    }
  }
  const bool cloud = connection.partner == PartnerKind::servicenow && !connection.self_hosted;
  if (!connection.url.empty()) {
    report("url", cloud ? problem_of_servicenow_host(connection.url)
                        : problem_of_bare_word(given.find("url")->second));
  }
  // Client credentials belong to one tenant (scsm reference, sign-in).
  if (connection.partner == PartnerKind::scsm && iequals(connection.tenant, "organizations")) {
    report("tenant", "\"organizations\" is not one tenant: give its id or its domain");
  }
}

std::size_t place_of(std::string_view field) {
  const ConnectionField* const found = find_connection_field(field);
  if (field == "name") return 0;
  const auto all = connection_fields();
  return found == nullptr ? all.size() + 1 : static_cast<std::size_t>(found - all.data()) + 1;
}

std::string join_types(const std::vector<WorkItemType>& types) {
  std::vector<std::string> words;
  words.reserve(types.size());
  for (const WorkItemType type : types) words.emplace_back(to_string(type));
  return join(words, ",");
}

}  // namespace

CheckedConnection check_connection(std::string_view name, std::span<const FieldText> fields,
                                   SecretsGiven secrets, SecretRule rule) {
  CheckedConnection checked;
  checked.connection.name = name;
  std::string name_problem = problem_of_name(name);
  if (!name_problem.empty()) checked.problems.push_back({"name", std::move(name_problem)});
  const Given given = collect(fields);
  const auto partner_word = given.find("partner");
  const auto partner =
      partner_word == given.end() ? std::nullopt : parse_partner(partner_word->second);
  for (const auto& [field, value] : given) {
    std::string problem = problem_of({field, value}, partner, checked.connection);
    if (!problem.empty()) checked.problems.push_back({field, std::move(problem)});
  }
  if (partner) {
    check_together(checked, given, secrets, rule);
    fill_in_defaults(checked.connection);
  } else if (partner_word == given.end()) {
    checked.problems.push_back(
        {"partner", "is required: choose of servicenow, scsm, provance, cherwell"});
  }
  std::stable_sort(checked.problems.begin(), checked.problems.end(),
                   [](const FieldProblem& a, const FieldProblem& b) {
                     return place_of(a.field) < place_of(b.field);
                   });
  return checked;
}

std::vector<FieldText> to_fields(const Connection& connection) {
  const Connection& c = connection;
  Connection plain;
  plain.partner = c.partner;
  plain.url = c.url;
  plain.username = c.username;
  fill_in_defaults(plain);
  std::vector<FieldText> fields;
  const auto tell = [&fields](std::string_view field, std::string value, bool differs) {
    if (differs && !value.empty()) fields.push_back({std::string(field), std::move(value)});
  };
  tell("partner", std::string(to_string(c.partner)), true);
  tell("url", c.url, true);
  tell("self-hosted", "true", c.self_hosted);
  tell("grant", "client-credentials", c.grant == Grant::client_credentials);
  tell("username", c.username, true);
  tell("client-id", c.client_id, true);
  tell("tenant", c.tenant, c.tenant != plain.tenant);
  tell("authority", c.authority, c.authority != plain.authority);
  tell("audience", c.audience, c.audience != plain.audience);
  tell("profile", c.profile, c.profile != plain.profile);
  tell("work-items", join_types(c.work_items), c.work_items != plain.work_items);
  tell("sync-days", std::to_string(c.sync_days), c.sync_days != plain.sync_days);
  tell("create-ci", "true", c.create_ci);
  tell("in-flight", std::to_string(c.in_flight.value_or(0)), c.in_flight.has_value());
  tell("timeout", std::to_string(c.timeout.count()) + "s", c.timeout != plain.timeout);
  tell("ca-file", c.ca_file, true);
  tell("proxy", c.proxy, true);
  tell("workspace", c.workspace, true);
  tell("password-command", c.password_command, true);
  tell("client-secret-command", c.client_secret_command, true);
  tell("secret-store", std::string(to_string(c.secret_store)),
       c.secret_store != plain.secret_store);
  return fields;
}

}  // namespace itsmc

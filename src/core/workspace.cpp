#include "itsmc/core/workspace.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "core/connection_values.hpp"
#include "itsmc/core/azure_cloud.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc {
namespace {

using Given = std::map<std::string, std::string, std::less<>>;

constexpr std::string_view k_provider = "Microsoft.OperationalInsights/workspaces";
constexpr std::array<std::string_view, 6> k_auth_words{
    "auto", "secret", "certificate", "federated", "managed-identity", "cli"};

std::string quoted(std::string_view value) {
  return fmt::format("\"{}\"", excerpt(value, 80));
}

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

bool is_guid(std::string_view text) {
  constexpr std::array<std::size_t, 5> k_lengths{8, 4, 4, 4, 12};
  const std::vector<std::string> parts = split(text, '-');
  if (parts.size() != k_lengths.size()) return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].size() != k_lengths[i] || !is_hex(parts[i])) return false;
  }
  return true;
}

/// "/subscriptions/S/resourceGroups/G/providers/Microsoft.OperationalInsights/workspaces/W", or
/// "S/G/W"; azure reference 3.
std::string read_resource_id(std::string& place, std::string_view value) {
  std::string_view text = trim(value);
  while (text.ends_with('/')) text.remove_suffix(1);
  std::vector<std::string> parts = split(text.starts_with('/') ? text.substr(1) : text, '/');
  const auto is = [&parts](std::size_t i, std::string_view word) {
    return iequals(parts[i], word);
  };
  const bool whole = parts.size() == 8 && is(0, "subscriptions") && is(2, "resourceGroups") &&
                     is(4, "providers") && is(5, "Microsoft.OperationalInsights") &&
                     is(6, "workspaces");
  if (whole) parts = {parts[1], parts[3], parts[7]};
  const bool fits = parts.size() == 3 && is_guid(parts[0]) &&
                    std::none_of(parts.begin(), parts.end(), [](const std::string& part) {
                      return part.empty() || part.find_first_of(" ?#%") != std::string::npos;
                    });
  if (!fits) {
    return fmt::format(
        "{} is not a workspace's resource id: copy it from the workspace's "
        "Properties page, or write SUBSCRIPTION/GROUP/NAME",
        quoted(value));
  }
  place = fmt::format("/subscriptions/{}/resourceGroups/{}/providers/{}/{}", parts[0], parts[1],
                      k_provider, parts[2]);
  return {};
}

/// A region or the rule's name in this place gives a 404 that nobody understands (azure reference
/// 8).
std::string read_rule_id(std::string& place, std::string_view value) {
  const std::string text = to_lower(value);
  if (text.size() != 36 || !text.starts_with("dcr-") || !is_hex(std::string_view(text).substr(4))) {
    return fmt::format(
        "{} is not a rule's immutable id (dcr- and 32 hex digits): it is neither "
        "the rule's name nor a region; see JSON View of the rule, immutableId",
        quoted(value));
  }
  place = text;
  return {};
}

std::string read_stream(std::string& place, std::string_view value) {
  constexpr std::string_view k_prefix = "Custom-";
  if (!value.starts_with(k_prefix) || value.size() == k_prefix.size()) {
    return fmt::format("{} is not a stream of work items: it begins with Custom-", quoted(value));
  }
  place = value;
  return {};
}

std::string read_guid(std::string& place, std::string_view value) {
  if (!is_guid(value)) {
    return fmt::format("{} is not a workspace's id: it is a GUID, on the workspace's Overview page",
                       quoted(value));
  }
  place = to_lower(value);
  return {};
}

std::string read_word(std::string& place, std::string_view value,
                      const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), value) == known.end()) {
    const std::string near = nearest(value, known);
    return near.empty() ? fmt::format("{}: choose of {}", quoted(value), join(known, ", "))
                        : fmt::format("{}: did you mean \"{}\"?", quoted(value), near);
  }
  place = value;
  return {};
}

std::vector<std::string> cloud_words() {
  std::vector<std::string> words;
  for (const AzureCloud& cloud : azure_clouds()) words.emplace_back(cloud.word);
  return words;
}

/// By the rule of a connection's field.
template <class Value>
std::string read_as(std::string_view field, Value& place, Value Connection::*member,
                    std::string_view value) {
  Connection read;
  std::string problem = set_field(read, field, value);
  if (problem.empty()) place = read.*member;
  return problem;
}

std::string read_url(std::string& place, std::string_view value) {
  return read_as("authority", place, &Connection::authority, value);
}

std::string set_identity_field(Workspace& w, std::string_view field, std::string_view value) {
  if (field == "auth") {
    return read_word(w.auth, value, {k_auth_words.begin(), k_auth_words.end()});
  }
  if (field == "tenant") return read_as(field, w.tenant, &Connection::tenant, value);
  if (field == "client-id") return read_as(field, w.client_id, &Connection::client_id, value);
  if (field == "certificate") return read_as("ca-file", w.certificate, &Connection::ca_file, value);
  if (field == "secret-store")
    return read_as(field, w.secret_store, &Connection::secret_store, value);
  return read_as("client-secret-command", w.client_secret_command,
                 &Connection::client_secret_command, value);
}

std::string set_workspace_field(Workspace& w, std::string_view field, std::string_view value) {
  if (field == "resource-id") return read_resource_id(w.resource_id, value);
  if (field == "endpoint") return read_url(w.endpoint, value);
  if (field == "rule-id") return read_rule_id(w.rule_id, value);
  if (field == "stream") return read_stream(w.stream, value);
  if (field == "log-stream") return read_stream(w.log_stream, value);
  if (field == "workspace-guid") return read_guid(w.workspace_guid, value);
  if (field == "cloud") return read_word(w.cloud, value, cloud_words());
  if (field == "authority") return read_url(w.authority, value);
  if (field == "arm-endpoint") return read_url(w.arm_endpoint, value);
  if (field == "query-endpoint") return read_url(w.query_endpoint, value);
  if (field == "timeout") return read_as(field, w.timeout, &Connection::timeout, value);
  if (field == "ca-file") return read_as(field, w.ca_file, &Connection::ca_file, value);
  if (field == "proxy") return read_as(field, w.proxy, &Connection::proxy, value);
  return set_identity_field(w, field, value);
}

std::string problem_of(Workspace& workspace, std::string_view field, std::string_view value) {
  if (find_workspace_field(field) != nullptr) return set_workspace_field(workspace, field, value);
  std::vector<std::string> known;
  for (const WorkspaceField& row : workspace_fields()) known.emplace_back(row.name);
  const std::string near = nearest(field, known);
  return near.empty() ? "is not a field of a workspace"
                      : fmt::format("is not a field of a workspace: did you mean \"{}\"?", near);
}

/// What each way to sign in needs, and what would never be looked at. `auto` and a federated token
/// take what is missing from the AZURE_* variables.
struct SignInRule {
  std::string_view auth;
  std::array<std::string_view, 3> needs, refuses;
};
constexpr std::array k_sign_in_rules{
    SignInRule{"secret", {"tenant", "client-id"}, {"certificate"}},
    SignInRule{"certificate", {"tenant", "client-id", "certificate"}, {"client-secret-command"}},
    SignInRule{"federated", {}, {"certificate", "client-secret-command"}},
    SignInRule{"managed-identity", {}, {"tenant", "certificate", "client-secret-command"}},
    SignInRule{"cli", {}, {"client-id", "certificate", "client-secret-command"}},
};

void check_sign_in(CheckedWorkspace& checked, const Given& given) {
  const std::string& auth = checked.workspace.auth;
  const auto* const rule = std::find_if(k_sign_in_rules.begin(), k_sign_in_rules.end(),
                                        [&](const SignInRule& row) { return row.auth == auth; });
  if (rule == k_sign_in_rules.end()) return;
  for (const std::string_view field : rule->needs) {
    if (field.empty() || given.contains(field)) continue;
    checked.problems.push_back({std::string(field), fmt::format("is required by --auth {}", auth)});
  }
  for (const std::string_view field : rule->refuses) {
    if (field.empty() || !given.contains(field)) continue;
    checked.problems.push_back({std::string(field), fmt::format("is not used by --auth {}", auth)});
  }
}

/// The rules that join several fields.
void check_together(CheckedWorkspace& checked, const Given& given) {
  const auto report = [&checked](std::string_view field, std::string reason) {
    checked.problems.push_back({std::string(field), std::move(reason)});
  };
  const std::array<std::string_view, 3> of_rule{"endpoint", "rule-id", "stream"};
  const bool any = std::any_of(of_rule.begin(), of_rule.end(),
                               [&given](std::string_view field) { return given.contains(field); });
  if (!any && !given.contains("resource-id")) {
    report("resource-id",
           "is required, or --endpoint, --rule-id and --stream of a rule that exists");
  }
  for (const std::string_view field : of_rule) {
    if (any && !given.contains(field)) {
      report(field, "is required: endpoint, rule-id and stream belong together");
    }
  }
  check_sign_in(checked, given);
}

void fill_in_cloud(Workspace& workspace) {
  const AzureCloud* const cloud = find_azure_cloud(workspace.cloud);
  if (cloud == nullptr) return;
  if (workspace.authority.empty()) workspace.authority = cloud->authority;
  if (workspace.arm_endpoint.empty()) workspace.arm_endpoint = cloud->arm_endpoint;
  if (workspace.query_endpoint.empty()) workspace.query_endpoint = cloud->query_endpoint;
}

std::size_t place_of(std::string_view field) {
  if (field == "name") return 0;
  const WorkspaceField* const found = find_workspace_field(field);
  const auto all = workspace_fields();
  return found == nullptr ? all.size() + 1 : static_cast<std::size_t>(found - all.data()) + 1;
}

}  // namespace

CheckedWorkspace check_workspace(std::string_view name, std::span<const FieldText> fields) {
  CheckedWorkspace checked;
  checked.workspace.name = name;
  std::string name_problem = problem_of_name(name);
  if (!name_problem.empty()) checked.problems.push_back({"name", std::move(name_problem)});
  Given given;
  for (const FieldText& field : fields) {
    const std::string_view value = trim(field.value);
    if (!value.empty()) given.insert_or_assign(field.name, std::string(value));
  }
  for (const auto& [field, value] : given) {
    std::string problem = problem_of(checked.workspace, field, value);
    if (!problem.empty()) checked.problems.push_back({field, std::move(problem)});
  }
  check_together(checked, given);
  fill_in_cloud(checked.workspace);
  std::stable_sort(checked.problems.begin(), checked.problems.end(),
                   [](const FieldProblem& a, const FieldProblem& b) {
                     return place_of(a.field) < place_of(b.field);
                   });
  return checked;
}

std::vector<FieldText> to_fields(const Workspace& w) {
  Workspace plain;
  plain.cloud = w.cloud;
  fill_in_cloud(plain);
  std::vector<FieldText> fields;
  const auto tell = [&fields](std::string_view field, const std::string& value,
                              const std::string& usual = {}) {
    if (value != usual) fields.push_back({std::string(field), value});
  };
  tell("resource-id", w.resource_id);
  tell("endpoint", w.endpoint);
  tell("rule-id", w.rule_id);
  tell("stream", w.stream);
  tell("log-stream", w.log_stream);
  tell("workspace-guid", w.workspace_guid);
  tell("cloud", w.cloud, "public");
  tell("authority", w.authority, plain.authority);
  tell("arm-endpoint", w.arm_endpoint, plain.arm_endpoint);
  tell("query-endpoint", w.query_endpoint, plain.query_endpoint);
  tell("auth", w.auth, plain.auth);
  tell("tenant", w.tenant);
  tell("client-id", w.client_id);
  tell("certificate", w.certificate);
  tell("timeout", fmt::format("{}s", w.timeout.count()), fmt::format("{}s", plain.timeout.count()));
  tell("ca-file", w.ca_file);
  tell("proxy", w.proxy);
  tell("client-secret-command", w.client_secret_command);
  tell("secret-store", std::string(to_string(w.secret_store)), "file");
  return fields;
}

bool can_send(const Workspace& workspace) noexcept {
  return !workspace.endpoint.empty() && !workspace.rule_id.empty() && !workspace.stream.empty();
}

}  // namespace itsmc

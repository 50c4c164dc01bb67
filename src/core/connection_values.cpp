#include "core/connection_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "core/url.hpp"
#include "itsmc/core/table_profile.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc {
namespace {

constexpr std::size_t k_max_value_bytes = 4096;
constexpr std::size_t k_max_name_chars = 64;
constexpr std::chrono::seconds k_max_timeout = std::chrono::hours(1);

std::string quoted(std::string_view value) {
  return fmt::format("\"{}\"", excerpt(value, 80));
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct CountRule {
  int most;
  std::string_view unit, plural;
};

std::string read_count(auto& place, std::string_view value, const CountRule& rule) {
  long long number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  const bool whole = end == value.data() + value.size() && error != std::errc::invalid_argument;
  if (!whole) {
    return fmt::format("{} is not a whole number: ask for 1 to {}", quoted(value), rule.most);
  }
  const bool too_long = error == std::errc::result_out_of_range;
  if (number < 1 && !(too_long && value.front() != '-')) {
    return fmt::format("{} is fewer than 1 {}: ask for 1 to {}", excerpt(value, 20), rule.unit,
                       rule.most);
  }
  if (too_long || number > rule.most) {
    return fmt::format("{} is more than {} {}, the limit: ask for {} or fewer", excerpt(value, 20),
                       rule.most, rule.plural, rule.most);
  }
  place = static_cast<int>(number);
  return {};
}

std::string read_switch(bool& place, std::string_view value) {
  const std::optional<bool> read = parse_switch(value);
  if (!read) return fmt::format("{} is neither true nor false", quoted(value));
  place = *read;
  return {};
}

std::string read_timeout(std::chrono::seconds& place, std::string_view value) {
  const auto read = parse_duration(value);
  if (!read) return fmt::format("{} is not a duration: write it as 90s or 2m", quoted(value));
  const auto seconds = std::chrono::floor<std::chrono::seconds>(*read);
  if (seconds != *read) return fmt::format("{} is not in whole seconds", quoted(value));
  if (seconds < std::chrono::seconds(1)) {
    return fmt::format("{} is less than 1s, the least", quoted(value));
  }
  if (seconds > k_max_timeout) {
    return fmt::format("{} is more than 1h, the limit: ask for 1h or less", quoted(value));
  }
  place = seconds;
  return {};
}

std::string read_grant(Grant& place, std::string_view value) {
  if (value != "password" && value != "client-credentials") {
    return fmt::format("{} is neither password nor client-credentials", quoted(value));
  }
  place = value == "password" ? Grant::password : Grant::client_credentials;
  return {};
}

std::string read_work_items(std::vector<WorkItemType>& place, std::string_view value) {
  const std::array<std::string, 2> known{"incident", "change-request"};
  std::array<bool, 2> wanted{};
  for (const std::string& part : split(value, ',')) {
    const std::string_view word = trim(part);
    const auto found = std::find(known.begin(), known.end(), word);
    if (found == known.end()) {
      const std::string near = nearest(word, known);
      return fmt::format("{} cannot be synced: {}", quoted(word),
                         near.empty() ? "choose of incident, change-request"
                                      : fmt::format("did you mean \"{}\"?", near));
    }
    wanted[static_cast<std::size_t>(found - known.begin())] = true;
  }
  place.clear();
  if (wanted[0]) place.push_back(WorkItemType::incident);
  if (wanted[1]) place.push_back(WorkItemType::change_request);
  return {};
}

std::string read_instance_url(std::string& place, std::string_view value) {
  NormalUrl url = normalise_url(value);
  place = std::move(url.url);
  return url.problem;
}

/// The path counts here: "https://adfs.example.com/adfs".
std::string read_url_with_path(std::string& place, std::string_view value) {
  const Url url = parse_url(value, PlainHttp::loopback_only);
  if (url.problem.empty()) place = url.origin() + url.path;
  return url.problem;
}

/// Compared by others to the letter, a trailing slash included, and never contacted: a url, a
/// client id, "api://..." (scsm reference 2, 3).
std::string read_audience(std::string& place, std::string_view value) {
  const std::string_view text = trim(value);
  const bool sendable = !text.empty() && std::all_of(text.begin(), text.end(),
                                                     [](char c) { return c > ' ' && c < '\x7F'; });
  if (!sendable) return fmt::format("{} is not an audience: a url or a client id", quoted(value));
  if (text.find("://") != std::string_view::npos) {
    const Url url = parse_url(text, PlainHttp::loopback_only);
    if (!url.problem.empty()) return url.problem;
  }
  place = text;
  return {};
}

/// A proxy sees tunnels only, so its own address may be http.
std::string read_proxy(std::string& place, std::string_view value) {
  const bool bare = value.find("://") == std::string_view::npos;
  const Url url =
      parse_url(bare ? "http://" + std::string(value) : std::string(value), PlainHttp::anywhere);
  if (url.problem.empty()) place = url.origin();
  return url.problem;
}

/// It becomes part of a URL's path.
std::string read_tenant(std::string& place, std::string_view value) {
  const bool fits = std::all_of(value.begin(), value.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '.';
  });
  if (!fits) return fmt::format("{} is neither a tenant's id nor its domain", quoted(value));
  // provance reference 2.1: both answer invalid_request to these grants.
  if (iequals(value, "common") || iequals(value, "consumers")) {
    return fmt::format("{} is not one tenant: give its id or its domain", quoted(value));
  }
  place = value;
  return {};
}

std::string read_ca_file(std::string& place, std::string_view value) {
  if (!value.starts_with('/')) {
    return fmt::format("{} is not a whole path: it must be found from any directory",
                       quoted(value));
  }
  place = value;
  return {};
}

std::string read_profile(std::string& place, std::string_view value) {
  if (!is_profile_file(value) && find_builtin_profile(value) == nullptr) {
    std::vector<std::string> known;
    for (const TableProfile& one : builtin_profiles()) known.push_back(one.name);
    const std::string near = nearest(value, known);
    return fmt::format("{} is not a profile: {}", quoted(value),
                       near.empty() ? fmt::format("choose of {}, or give a file that ends in .toml",
                                                  join(known, ", "))
                                    : fmt::format("did you mean \"{}\"?", near));
  }
  place = value;
  return {};
}

std::string read_name(std::string& place, std::string_view value) {
  std::string problem = problem_of_name(value);
  if (problem.empty()) place = value;
  return problem;
}

std::string read_text(std::string& place, std::string_view value) {
  place = value;
  return {};
}

std::string read_secret_store(SecretStore& place, std::string_view value) {
  for (const SecretStore store : {SecretStore::file, SecretStore::keyring}) {
    if (value != to_string(store)) continue;
    place = store;
    return {};
  }
  return fmt::format("{} is neither file nor keyring", quoted(value));
}

std::string read_partner(PartnerKind& place, std::string_view value) {
  const auto partner = parse_partner(value);
  if (partner) {
    place = *partner;
    return {};
  }
  const std::array<std::string, 4> known{"servicenow", "scsm", "provance", "cherwell"};
  const std::string near = nearest(value, known);
  return fmt::format(
      "{} is not a partner: {}", quoted(value),
      near.empty() ? "choose of " + join(known, ", ") : fmt::format("did you mean \"{}\"?", near));
}

}  // namespace

bool is_for_all_connections(std::string_view field) noexcept {
  constexpr std::array<std::string_view, 7> k_shared{
      "work-items", "sync-days", "create-ci", "in-flight", "timeout", "ca-file", "proxy"};
  return std::find(k_shared.begin(), k_shared.end(), field) != k_shared.end();
}

std::string set_field(Connection& connection, std::string_view field, std::string_view value) {
  if (value.size() > k_max_value_bytes) {
    return fmt::format("is longer than {} bytes, the limit", k_max_value_bytes);
  }
  const bool has_control = std::any_of(value.begin(), value.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (has_control) return "holds a line break or another control character";
  Connection& c = connection;
  constexpr CountRule k_days{k_max_sync_days, "day", "days"};
  constexpr CountRule k_requests{k_max_in_flight, "request at once", "requests at once"};
  if (field == "partner") return read_partner(c.partner, value);
  if (field == "url") return read_instance_url(c.url, value);
  if (field == "self-hosted") return read_switch(c.self_hosted, value);
  if (field == "grant") return read_grant(c.grant, value);
  if (field == "username") return read_text(c.username, value);
  if (field == "client-id") return read_text(c.client_id, value);
  if (field == "tenant") return read_tenant(c.tenant, value);
  if (field == "authority") return read_url_with_path(c.authority, value);
  if (field == "audience") return read_audience(c.audience, value);
  if (field == "profile") return read_profile(c.profile, value);
  if (field == "work-items") return read_work_items(c.work_items, value);
  if (field == "sync-days") return read_count(c.sync_days, value, k_days);
  if (field == "create-ci") return read_switch(c.create_ci, value);
  if (field == "in-flight") return read_count(c.in_flight, value, k_requests);
  if (field == "timeout") return read_timeout(c.timeout, value);
  if (field == "ca-file") return read_ca_file(c.ca_file, value);
  if (field == "proxy") return read_proxy(c.proxy, value);
  if (field == "workspace") return read_name(c.workspace, value);
  if (field == "password-command") return read_text(c.password_command, value);
  if (field == "client-secret-command") return read_text(c.client_secret_command, value);
  if (field == "secret-store") return read_secret_store(c.secret_store, value);
  return "is not a field of a connection";
}

std::optional<bool> parse_switch(std::string_view text) {
  const std::string word = to_lower(trim(text));
  for (const std::string_view yes : {"true", "yes", "1", "on"}) {
    if (word == yes) return true;
  }
  for (const std::string_view no : {"false", "no", "0", "off"}) {
    if (word == no) return false;
  }
  return std::nullopt;
}

std::string problem_of_name(std::string_view name) {
  if (name.empty()) return "is required";
  if (name.size() > k_max_name_chars) {
    return fmt::format("has {} characters: {} is the limit", name.size(), k_max_name_chars);
  }
  const bool fits = std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '-';
  });
  if (!fits)
    return fmt::format("{} has other characters than letters, digits, _ and -", quoted(name));
  if (!is_letter(name.front())) return fmt::format("{} does not start with a letter", quoted(name));
  return {};
}

std::string tenant_of(std::string_view username) {
  const std::size_t at = username.rfind('@');
  // provance reference 2.3
  if (at == std::string_view::npos || at + 1 == username.size()) return "organizations";
  return to_lower(username.substr(at + 1));
}

}  // namespace itsmc

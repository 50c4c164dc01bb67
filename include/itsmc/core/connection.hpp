#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/secret_store.hpp"
#include "itsmc/core/work_item.hpp"

namespace itsmc {

enum class PartnerKind : std::uint8_t { servicenow, scsm, provance, cherwell };
inline constexpr std::array k_partner_kinds{PartnerKind::servicenow, PartnerKind::scsm,
                                            PartnerKind::provance, PartnerKind::cherwell};
[[nodiscard]] std::string_view to_string(PartnerKind kind) noexcept;
/// "ServiceNow", "System Center Service Manager"...
[[nodiscard]] std::string_view title(PartnerKind kind) noexcept;
[[nodiscard]] std::optional<PartnerKind> parse_partner(std::string_view word) noexcept;

enum class Grant : std::uint8_t { password, client_credentials };

inline constexpr int k_max_sync_days = 120;
inline constexpr int k_default_in_flight = 4;
inline constexpr int k_max_in_flight = 16;

/// A named link to one instance of a partner: what stands in connections/NAME.toml. No secrets.
struct Connection {
  std::string name;
  PartnerKind partner = PartnerKind::servicenow;
  std::string url;  // scheme and host only, no trailing slash
  std::string username;
  std::string client_id;
  Grant grant = Grant::password;  // servicenow
  std::string tenant, authority, audience, profile;
  std::vector<WorkItemType> work_items{WorkItemType::incident, WorkItemType::change_request};
  int sync_days = 30;
  bool create_ci = false;
  bool self_hosted = false;
  std::optional<int> in_flight;  // absent: config.toml's, else k_default_in_flight
  std::string ca_file, proxy, workspace;
  std::chrono::seconds timeout{120};
  std::string password_command, client_secret_command;
  SecretStore secret_store = SecretStore::file;
};

/// What a user or a file gave for a connection: words, not yet checked.
struct FieldText {
  std::string name;   // "sync-days": the flag without dashes; the TOML key is the same word
  std::string value;  // lists joined by commas, booleans "true"/"false"
};
/// Null when the field was not given.
[[nodiscard]] const FieldText* find_field(const std::vector<FieldText>& fields,
                                          std::string_view name) noexcept;

enum class Need : std::uint8_t { required, optional, refused };
/// How a field's words look: text, a whole number, true or false, words joined by commas. In TOML:
/// string, integer, boolean, array of strings.
enum class FieldForm : std::uint8_t { text, number, truth, list };

/// One row of the connection field table: flags, TOML keys, prompts, help and checks read it.
struct ConnectionField {
  std::string_view name;        // "client-id"
  std::string_view prompt;      // "Client id"
  std::string_view help;        // one line for --help
  std::string_view fallback{};  // the default as text; empty: none
  FieldForm form = FieldForm::text;
  bool secret = false;  // password, client-secret: never in a file, never an option's value
  Need servicenow = Need::optional, scsm = Need::optional, provance = Need::optional,
       cherwell = Need::optional;
  std::string_view refused_because{};  // for the message where it is refused
  [[nodiscard]] Need need(PartnerKind kind) const noexcept;
};
[[nodiscard]] std::span<const ConnectionField> connection_fields() noexcept;
[[nodiscard]] const ConnectionField* find_connection_field(std::string_view name) noexcept;

struct FieldProblem {
  std::string field;   // "sync-days"
  std::string reason;  // "400 is more than 120 days, the limit"
};

/// A checked connection, or every problem at once (then `connection` is not to be used).
struct CheckedConnection {
  Connection connection;
  std::vector<FieldProblem> problems;
};
enum class SecretsGiven : std::uint8_t { none = 0, password = 1, client_secret = 2, both = 3 };
/// Pure. `secrets` says which secrets are at hand (only required when `enforce_secrets`).
enum class SecretRule { enforce, ignore };
[[nodiscard]] CheckedConnection check_connection(std::string_view name,
                                                 std::span<const FieldText> fields,
                                                 SecretsGiven secrets, SecretRule rule);

/// The connection's non-default fields as words: what show prints and connections/NAME.toml holds.
[[nodiscard]] std::vector<FieldText> to_fields(const Connection& connection);

/// "https://host[:port]" out of what people paste (paths, /nav_to.do, trailing slashes), or the
/// reason why not: https only, but for loopback.
struct NormalUrl {
  std::string url, problem;
};
[[nodiscard]] NormalUrl normalise_url(std::string_view text);
[[nodiscard]] bool is_loopback(std::string_view host) noexcept;

}  // namespace itsmc

#include <algorithm>
#include <array>

#include "itsmc/core/connection.hpp"
#include "itsmc/core/table_profile.hpp"

namespace itsmc {
namespace {

struct PartnerWords {
  PartnerKind kind;
  std::string_view word, title;
};
constexpr std::array k_partners{
    PartnerWords{PartnerKind::servicenow, "servicenow", "ServiceNow"},
    PartnerWords{PartnerKind::scsm, "scsm", "System Center Service Manager"},
    PartnerWords{PartnerKind::provance, "provance", "Provance"},
    PartnerWords{PartnerKind::cherwell, "cherwell", "Cherwell"},
};

constexpr std::string_view k_no_user = "its web app signs in by client id and secret only";
constexpr std::string_view k_no_client_secret =
    "it signs in by user name, password and client id, never with a client secret";
constexpr std::string_view k_no_entra = "it does not sign in by Microsoft Entra";

// The order is that of prompts, of show and of the file.
constexpr std::array k_fields{
    ConnectionField{.name = "partner",
                    .prompt = "Partner (servicenow, scsm, provance, cherwell)",
                    .help = "The product: servicenow, scsm, provance or cherwell",
                    .servicenow = Need::required,
                    .scsm = Need::required,
                    .provance = Need::required,
                    .cherwell = Need::required},
    ConnectionField{.name = "url",
                    .prompt = "URL of the instance",
                    .help = "Address of the instance (scsm: of the web app, not of the server)",
                    .servicenow = Need::required,
                    .scsm = Need::required,
                    .provance = Need::required,
                    .cherwell = Need::required},
    ConnectionField{.name = "self-hosted",
                    .prompt = "Hosted by yourselves",
                    .help = "ServiceNow on a host of your own instead of its cloud",
                    .fallback = "false",
                    .form = FieldForm::truth,
                    .scsm = Need::refused,
                    .provance = Need::refused,
                    .cherwell = Need::refused,
                    .refused_because = "any host may be its own, only ServiceNow has a cloud"},
    ConnectionField{.name = "grant",
                    .prompt = "OAuth grant",
                    .help = "How to sign in to ServiceNow: password or client-credentials",
                    .fallback = "password",
                    .scsm = Need::refused,
                    .provance = Need::refused,
                    .cherwell = Need::refused,
                    .refused_because = "it signs in one way only"},
    ConnectionField{.name = "username",
                    .prompt = "User name",
                    .help = "The integration user",
                    .servicenow = Need::required,
                    .scsm = Need::refused,
                    .provance = Need::required,
                    .cherwell = Need::required,
                    .refused_because = k_no_user},
    ConnectionField{.name = "password",
                    .prompt = "Password",
                    .help = "Used once to obtain tokens, never stored",
                    .secret = true,
                    .servicenow = Need::required,
                    .scsm = Need::refused,
                    .provance = Need::required,
                    .cherwell = Need::required,
                    .refused_because = k_no_user},
    ConnectionField{.name = "client-id",
                    .prompt = "Client id",
                    .help = "Id of the OAuth client made for this tool",
                    .servicenow = Need::required,
                    .scsm = Need::required,
                    .provance = Need::required,
                    .cherwell = Need::required},
    ConnectionField{.name = "client-secret",
                    .prompt = "Client secret",
                    .help = "Secret of the OAuth client, kept where --secret-store says",
                    .secret = true,
                    .servicenow = Need::required,
                    .scsm = Need::required,
                    .provance = Need::refused,
                    .cherwell = Need::refused,
                    .refused_because = k_no_client_secret},
    ConnectionField{.name = "tenant",
                    .prompt = "Tenant",
                    .help = "Microsoft Entra tenant: an id or a domain (provance: default from "
                            "the user name's domain)",
                    .servicenow = Need::refused,
                    .scsm = Need::required,
                    .cherwell = Need::refused,
                    .refused_because = k_no_entra},
    ConnectionField{.name = "authority",
                    .prompt = "Authority",
                    .help = "URL of the Microsoft Entra sign-in host",
                    .fallback = "https://login.microsoftonline.com",
                    .servicenow = Need::refused,
                    .cherwell = Need::refused,
                    .refused_because = k_no_entra},
    ConnectionField{.name = "audience",
                    .prompt = "Audience",
                    .help = "What the token is for (scsm: default the url)",
                    .servicenow = Need::refused,
                    .provance = Need::refused,
                    .cherwell = Need::refused,
                    .refused_because = "only System Center Service Manager's web app has one"},
    ConnectionField{.name = "profile",
                    .prompt = "Profile",
                    .help = "Table map of a Provance instance: dataverse-case, provance-example "
                            "or a .toml file",
                    .fallback = k_default_profile,
                    .servicenow = Need::refused,
                    .scsm = Need::refused,
                    .cherwell = Need::refused,
                    .refused_because = "only Provance's tables are described by a profile"},
    ConnectionField{.name = "work-items",
                    .prompt = "Work items",
                    .help = "What to sync: incident, change-request or both, with a comma",
                    .fallback = "incident,change-request",
                    .form = FieldForm::list},
    ConnectionField{.name = "sync-days",
                    .prompt = "Days of the first sync",
                    .help = "How many days back the first sync goes, 1 to 120",
                    .fallback = "30",
                    .form = FieldForm::number},
    ConnectionField{.name = "create-ci",
                    .prompt = "Create missing CIs",
                    .help = "Create an affected CI that the partner lacks",
                    .fallback = "false",
                    .form = FieldForm::truth},
    ConnectionField{.name = "in-flight",
                    .prompt = "Requests at once",
                    .help = "Requests at once on this instance, 1 to 16",
                    .fallback = "4",
                    .form = FieldForm::number},
    ConnectionField{.name = "timeout",
                    .prompt = "Timeout",
                    .help = "How long one answer may take, as 90s or 2m",
                    .fallback = "120s"},
    ConnectionField{.name = "ca-file",
                    .prompt = "CA file",
                    .help = "PEM file of a private certificate authority, a whole path"},
    ConnectionField{.name = "proxy", .prompt = "Proxy", .help = "URL of an HTTP proxy"},
    ConnectionField{.name = "workspace",
                    .prompt = "Workspace",
                    .help = "Name of the Log Analytics workspace that receives the work items"},
    ConnectionField{.name = "password-command",
                    .prompt = "Password command",
                    .help = "Shell command that prints the password, run at each sign-in",
                    .scsm = Need::refused,
                    .refused_because = k_no_user},
    ConnectionField{.name = "client-secret-command",
                    .prompt = "Client secret command",
                    .help = "Shell command that prints the client secret",
                    .provance = Need::refused,
                    .cherwell = Need::refused,
                    .refused_because = k_no_client_secret},
    ConnectionField{.name = "secret-store",
                    .prompt = "Secret store",
                    .help = "Where the sign-in and the client secret are kept: file (readable by "
                            "you alone) or keyring",
                    .fallback = "file"},
};

const PartnerWords& words(PartnerKind kind) noexcept {
  return k_partners[static_cast<std::size_t>(kind)];
}

}  // namespace

std::string_view to_string(PartnerKind kind) noexcept {
  return words(kind).word;
}

std::string_view title(PartnerKind kind) noexcept {
  return words(kind).title;
}

std::optional<PartnerKind> parse_partner(std::string_view word) noexcept {
  for (const PartnerWords& partner : k_partners) {
    if (partner.word == word) return partner.kind;
  }
  return std::nullopt;
}

Need ConnectionField::need(PartnerKind kind) const noexcept {
  switch (kind) {
    case PartnerKind::servicenow:
      return servicenow;
    case PartnerKind::scsm:
      return scsm;
    case PartnerKind::provance:
      return provance;
    case PartnerKind::cherwell:
      return cherwell;
  }
  return Need::optional;
}

std::span<const ConnectionField> connection_fields() noexcept {
  return k_fields;
}

const FieldText* find_field(const std::vector<FieldText>& fields, std::string_view name) noexcept {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [name](const FieldText& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

const ConnectionField* find_connection_field(std::string_view name) noexcept {
  const auto* const found =
      std::find_if(k_fields.begin(), k_fields.end(),
                   [name](const ConnectionField& field) { return field.name == name; });
  return found == k_fields.end() ? nullptr : &*found;
}

}  // namespace itsmc

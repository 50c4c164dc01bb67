#include "itsmc/http/entra.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "itsmc/core/text.hpp"

namespace itsmc::http::entra {
namespace {

/// Names in braces are taken from App.
struct Known {
  int code;
  std::string_view cause, next;
};

constexpr std::string_view k_secrets =
    "Microsoft Entra admin center > App registrations > {client} > Certificates & secrets";
constexpr std::string_view k_new_secret =
    "make a new secret ({secrets}) and copy its Value, which is shown only once";
constexpr std::string_view k_check_tenant =
    "check the tenant ({tenant}), the client id and the authority ({authority}): each cloud has "
    "its own";
constexpr std::string_view k_check_resource =
    "check that \"{resource}\" is the Application ID URI of an app registration in tenant {tenant} "
    "(App registrations > the app > Expose an API), to the letter";
constexpr std::string_view k_other_account =
    "use an account for integrations that may sign in with a password alone (Entra > Protection > "
    "Conditional Access and per-user MFA)";
constexpr std::string_view k_consent =
    "have an administrator grant consent: App registrations > {client} > API permissions > Grant "
    "admin consent";
constexpr std::string_view k_sign_in_again = "sign in again";
constexpr std::string_view k_later = "try again in some minutes; https://status.azure.com";
constexpr std::string_view k_set_clock =
    "set this machine's clock (timedatectl set-ntp true); a federated token's file is to be "
    "replaced before it ends";
constexpr std::string_view k_check_federation =
    "compare issuer, subject and audience, case included, with App registrations > {client} > "
    "Certificates & secrets > Federated credentials; a new one takes some minutes";
constexpr std::string_view k_home_realm =
    "use an account whose password Entra itself checks, or have the administrator allow cloud "
    "password validation in the Home Realm Discovery policy";

// azure reference 1.2; provance reference 2.5, 2.6. The codes are for hints only: they may change.
constexpr std::array k_known = {
    Known{7000215, "the client secret is wrong: often its ID was copied instead of its Value",
          k_new_secret},
    Known{7000222, "the client secret has expired", k_new_secret},
    Known{7000216, "the app wants a client secret or an assertion and got none",
          "give the client secret"},
    Known{7000218, "the app is not marked as a public client, so it wants a client secret",
          "App registrations > {client} > Authentication > Allow public client flows: Yes"},
    Known{7000112, "the app is disabled in the tenant",
          "Enterprise applications > {client} > Properties > Enabled for users to sign in: Yes"},
    Known{700016, "tenant {tenant} does not know the client id {client}", k_check_tenant},
    Known{700011, "tenant {tenant} does not know the client id {client}", k_check_tenant},
    Known{90002, "there is no tenant {tenant} at {authority}", k_check_tenant},
    Known{900023, "{tenant} is not the name of a tenant", k_check_tenant},
    Known{50059, "the request names no tenant", k_check_tenant},
    Known{50128, "{tenant} is not the name of a tenant", k_check_tenant},
    Known{900382, "the app and the tenant are in different clouds", k_check_tenant},
    Known{900432, "the app and the tenant are in different clouds", k_check_tenant},
    Known{90038, "the tenant is in another cloud", k_check_tenant},
    Known{9001023, "a password needs a tenant of its own, not a shared one", k_check_tenant},
    Known{70011, "the scope is malformed for \"{resource}\"", k_check_resource},
    Known{1002012, "the scope is malformed for \"{resource}\"", k_check_resource},
    Known{901002, "this endpoint names what a token is for by scope, not by resource",
          k_check_resource},
    Known{500011, "tenant {tenant} does not know what the token was asked for, \"{resource}\"",
          k_check_resource},
    Known{50001, "tenant {tenant} does not know what the token was asked for, \"{resource}\"",
          k_check_resource},
    Known{700027, "the certificate or its signature is not the app's",
          "upload the certificate that signs: {secrets}"},
    Known{50012, "the certificate or its signature is not the app's",
          "upload the certificate that signs: {secrets}"},
    Known{700024, "the signed assertion is outside its time: the clock is wrong or the file old",
          k_set_clock},
    Known{500133, "the signed assertion is outside its time: the clock is wrong or the file old",
          k_set_clock},
    Known{70021, "no federated credential of the app matches", k_check_federation},
    Known{700021, "the signed assertion names another app than the client id {client}",
          "check the client id"},
    Known{700023, "the signed assertion is meant for another token endpoint than {authority}",
          k_check_tenant},
    Known{700212, "no federated credential of the app has this audience", k_check_federation},
    Known{700211, "no federated credential of the app has this issuer", k_check_federation},
    Known{700213, "no federated credential of the app has this subject", k_check_federation},
    Known{7002138, "no federated credential of the app matches", k_check_federation},
    Known{50126, "the user name or the password is wrong",
          "check both; failed tries count towards a lock-out"},
    Known{50034, "tenant {tenant} does not know the user",
          "check the user name and the tenant; a guest or a personal account cannot be used"},
    Known{50053, "the account is locked after too many failed tries, or the address is blocked",
          "wait some minutes, check the password, and sign in once"},
    Known{50055, "the password has expired", "change it at https://portal.office.com"},
    Known{50057, "the account is disabled", "have the administrator enable the account"},
    Known{50105, "the user is not assigned to the app",
          "Enterprise applications > {client} > Users and groups"},
    Known{501051, "the app is not assigned to a role of what the token is for",
          "Enterprise applications > the app of \"{resource}\" > Users and groups"},
    Known{50076, "the account must confirm with a second factor, which nobody can do here",
          k_other_account},
    Known{50079, "the account must set up a second factor, which nobody can do here",
          k_other_account},
    Known{53003, "a Conditional Access policy blocks the sign-in", k_other_account},
    Known{53000, "a Conditional Access policy wants a managed device", k_other_account},
    Known{50020, "the account belongs to another directory",
          "use an account of tenant {tenant} itself"},
    Known{51004, "tenant {tenant} does not know the account", "use an account of this tenant"},
    Known{50135, "the password must be changed first", "change it at https://portal.office.com"},
    Known{65001, "nobody has given the app consent", k_consent},
    Known{65004, "consent was declined", k_consent},
    Known{90094, "an administrator must give the app consent", k_consent},
    Known{70008, "the kept sign-in has expired", k_sign_in_again},
    Known{700082, "the kept sign-in has expired: it was not used for too long", k_sign_in_again},
    Known{70043, "the kept sign-in has expired by a Conditional Access policy", k_sign_in_again},
    Known{50173, "the kept sign-in was revoked: the password has changed", k_sign_in_again},
    Known{50196, "the same question was asked too often: Entra takes it for a loop", k_later},
    Known{90055, "Microsoft Entra gets too many requests", k_later},
    Known{90006, "Microsoft Entra could not answer for the moment", k_later},
    Known{90024, "Microsoft Entra could not answer for the moment", k_later},
    Known{90090, "Microsoft Entra could not answer for the moment", k_later},
    Known{50000, "Microsoft Entra could not answer for the moment", k_later},
};
constexpr std::array k_passing = {90055, 90006, 90024, 90090, 50000};
// Consent, assignment, an app or a resource that is not there yet, Conditional Access.
constexpr std::array k_granted_there = {65001,  65004,  90094,  50105, 501051, 7000112,
                                        700016, 700011, 500011, 50001, 53003,  53000};

/// The documentation says to decide on OAuth's own word; it is what is left without a known code.
struct KnownWord {
  std::string_view word, cause, next;
};
constexpr std::array k_known_words = {
    KnownWord{"invalid_client", "the client id or its secret is wrong", k_new_secret},
    KnownWord{"unauthorized_client", "the app may not sign in like this", k_check_tenant},
    KnownWord{"interaction_required", "the account must do something in a browser first",
              k_other_account},
    KnownWord{"consent_required", "nobody has given the app consent", k_consent},
    KnownWord{"invalid_grant",
              "the password is wrong, or consent, MFA or a federated sign-in is in "
              "the way",
              k_home_realm},
    KnownWord{"invalid_resource", "the tenant does not know what the token was asked for",
              k_check_resource},
    KnownWord{"invalid_scope", "the scope is malformed", k_check_resource},
};

std::string filled(std::string_view text, const App& app) {
  const std::string client = app.client_id;
  const std::string secrets = fmt::format(fmt::runtime(k_secrets), fmt::arg("client", client));
  return fmt::format(fmt::runtime(text), fmt::arg("client", client), fmt::arg("tenant", app.tenant),
                     fmt::arg("authority", app.authority), fmt::arg("resource", app.resource),
                     fmt::arg("secrets", secrets));
}

/// OAuth's word stands alone: "..., invalid_client" and not within another word.
bool has_word(std::string_view words, std::string_view word) {
  const auto is_part = [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  for (std::size_t at = words.find(word); at != std::string_view::npos;
       at = words.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || !is_part(words[at - 1]);
    const bool ends = end == words.size() || !is_part(words[end]);
    if (begins && ends) return true;
  }
  return false;
}

std::optional<Explanation> explain_code(int code, const App& app) {
  const auto known = std::find_if(k_known.begin(), k_known.end(),
                                  [code](const Known& row) { return row.code == code; });
  if (known == k_known.end()) return std::nullopt;
  const bool of_resource = code == 500011 || code == 50001;
  if (of_resource && !app.unknown_resource.empty()) {
    return Explanation{code, filled(known->cause, app), app.unknown_resource};
  }
  return Explanation{code, filled(known->cause, app), filled(known->next, app)};
}

}  // namespace

std::string token_url(std::string_view authority, std::string_view tenant, Endpoint endpoint) {
  while (authority.ends_with('/')) authority.remove_suffix(1);
  return fmt::format("{}/{}/oauth2/{}token", authority, percent_encode(tenant),
                     endpoint == Endpoint::v2 ? "v2.0/" : "");
}

std::optional<int> code_in(std::string_view words) noexcept {
  constexpr std::string_view k_mark = "AADSTS";
  const std::size_t at = words.find(k_mark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = words.substr(at + k_mark.size());
  int code = 0;
  const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), code);
  return read.ec == std::errc() && code > 0 ? std::optional(code) : std::nullopt;
}

bool is_passing(int code) noexcept {
  return std::find(k_passing.begin(), k_passing.end(), code) != k_passing.end();
}

bool is_granted_there(int code) noexcept {
  return std::find(k_granted_there.begin(), k_granted_there.end(), code) != k_granted_there.end();
}

std::optional<Explanation> explain(std::string_view words, const App& app) {
  const auto code = code_in(words);
  if (code) {
    if (auto known = explain_code(*code, app)) return known;
  }
  const auto word =
      std::find_if(k_known_words.begin(), k_known_words.end(),
                   [words](const KnownWord& row) { return has_word(words, row.word); });
  const bool named = word != k_known_words.end();
  if (!code && !named) return std::nullopt;
  Explanation explanation;
  explanation.code = code.value_or(0);
  explanation.cause = named ? filled(word->cause, app) : "Microsoft Entra refused the sign-in";
  explanation.next = named ? filled(word->next, app) : "";
  if (!code) return explanation;
  explanation.next = fmt::format("{}{}Microsoft explains it at {}/error?code={}", explanation.next,
                                 named ? "; " : "", "https://login.microsoftonline.com", *code);
  return explanation;
}

std::function<std::string(std::string_view)> refused_hint(App app) {
  return [app = std::move(app)](std::string_view words) {
    const auto explained = explain(words, app);
    if (!explained) {
      return fmt::format("check {} and the client id, then: {}", filled("tenant {tenant}", app),
                         app.then);
    }
    return fmt::format("{}: {}. Then: {}", explained->cause, explained->next, app.then);
  };
}

}  // namespace itsmc::http::entra

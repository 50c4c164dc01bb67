#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace itsmc::http::entra {

/// Microsoft Entra's two token endpoints (azure reference 1.1). v1 names what the token is for by
/// `resource`, v2 by `scope`, which ends in "/.default" for client credentials.
enum class Endpoint { v1, v2 };

/// "https://login.microsoftonline.com" and "contoso.onmicrosoft.com" to the token url. The
/// authority may end in a slash; the tenant is a GUID or a domain and is encoded.
[[nodiscard]] std::string token_url(std::string_view authority, std::string_view tenant,
                                    Endpoint endpoint);

/// What a sign-in was for: for the words of an explanation, so nothing secret is in it.
struct App {
  std::string client_id, tenant, authority;
  std::string resource;  // what the token was asked for
  std::string then;      // the command to repeat: "itsmc connection login corp"
  /// What to do when the tenant does not know the resource; empty: it is an app of one's own.
  std::string unknown_resource = {};
};

/// A refused sign-in, explained.
struct Explanation {
  int code = 0;       // 7000215; 0: explained by OAuth's own word
  std::string cause;  // why, for people
  std::string next;   // what to do about it
};

/// The number of "AADSTS7000215: Invalid client secret provided. ..."; absent when there is none.
[[nodiscard]] std::optional<int> code_in(std::string_view words) noexcept;

/// True for the codes of a bad moment at Microsoft: asking again later may help.
[[nodiscard]] bool is_passing(int code) noexcept;

/// True for the codes that say nothing against the secret: an administrator grants at Microsoft
/// what is missing, and the same secret works from then on.
[[nodiscard]] bool is_granted_there(int code) noexcept;

/// Cause and next step for what the token endpoint said. A code that is not known gets the page
/// where Microsoft explains it. Nothing of `words` but the code is repeated. Absent when they hold
/// neither a code nor an OAuth word. Pure.
[[nodiscard]] std::optional<Explanation> explain(std::string_view words, const App& app);

/// For OAuthOptions::refused_hint: the explanation as one line, ending with `app.then`.
[[nodiscard]] std::function<std::string(std::string_view words)> refused_hint(App app);

}  // namespace itsmc::http::entra

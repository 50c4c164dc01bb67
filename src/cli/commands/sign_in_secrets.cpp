#include "cli/commands/sign_in_secrets.hpp"

#include <fmt/format.h>

#include "cli/commands/connection_options.hpp"
#include "cli/prompt.hpp"

namespace itsmc::cli {

Wanted wanted_secrets(const Session& session, const Connection& connection,
                      const client::GivenSecrets& secrets) {
  const auto have = static_cast<unsigned>(secrets_at_hand(session, secrets, connection.partner));
  const auto needs = [&connection](std::string_view field) {
    return find_connection_field(field)->need(connection.partner) == Need::required;
  };
  const client::SignInState kept = client::sign_in_state(session.platform, connection);
  Wanted wanted;
  wanted.password = needs("password") && connection.grant == Grant::password &&
                    (have & static_cast<unsigned>(SecretsGiven::password)) == 0 &&
                    kept.password_place.empty();
  wanted.client_secret = needs("client-secret") && kept.client_secret_place.empty() &&
                         (have & static_cast<unsigned>(SecretsGiven::client_secret)) == 0 &&
                         connection.client_secret_command.empty();
  const bool by_itself =
      kept.client_secret_place == "command" || kept.client_secret_place == "environment";
  wanted.doubted_client_secret = needs("client-secret") && kept.refusal && !secrets.client_secret &&
                                 !kept.client_secret_place.empty() && !by_itself;
  return wanted;
}

void ask_for_secrets(Session& session, Wanted wanted, client::GivenSecrets& secrets) {
  if (wanted.password) secrets.password = ask_secret(session.terminal, "Password");
  if (wanted.client_secret) secrets.client_secret = ask_secret(session.terminal, "Client secret");
  if (!wanted.doubted_client_secret) return;
  session.talk.note("the last sign-in was refused; the client secret may be what has changed");
  secrets.client_secret =
      ask_secret_or_none(session.terminal, "Client secret (Enter: the one that is kept)");
}

std::vector<FieldProblem> problems_of(Wanted wanted) {
  std::vector<FieldProblem> problems;
  const auto miss = [&problems](const std::string& name) {
    problems.push_back(
        {name, fmt::format("is required: use --{0}-stdin, --{0}-file FILE, --{0}-command COMMAND "
                           "or {1}",
                           name, environment_name(name))});
  };
  if (wanted.password) miss("password");
  if (wanted.client_secret) miss("client-secret");
  return problems;
}

std::string line_with_files(TypedCommand typed, const std::vector<FieldProblem>& secrets) {
  for (const FieldProblem& secret : secrets) {
    typed = with(std::move(typed), {secret.field + "-file", "FILE"});
  }
  return to_line(typed);
}

}  // namespace itsmc::cli

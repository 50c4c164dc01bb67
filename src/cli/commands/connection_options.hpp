#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"
#include "cli/session.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/core/connection.hpp"

namespace itsmc::cli {

/// Declares an option for every field of a connection that is not a secret, out of the table.
/// `blank`: of the fields that a connection may do without and that have no default.
void add_field_options(OptionSet& options, std::vector<FieldText>& fields, Sources sources,
                       Blank blank);

/// Where the secrets are to be taken from.
struct SecretOptions {
  bool password_stdin = false, client_secret_stdin = false;
  std::string password_file, client_secret_file;
};
void add_secret_options(OptionSet& options, SecretOptions& secrets, Sources sources);
/// Only those of the client secret.
void add_client_secret_options(OptionSet& options, SecretOptions& secrets, Sources sources);

/// Warns of each field that a variable changes, not the command line: it may be a forgotten one.
void warn_of_variables(Session& session, const std::vector<FieldText>& changed);

/// Secrets out of stdin (password first, then client secret) and files, and why any could not be
/// had: Error(usage) for two ways at once, Error(invalid) for what cannot be read or is empty; the
/// text begins with the option.
struct TakenSecrets {
  client::GivenSecrets secrets;
  std::vector<Error> refused;
};
[[nodiscard]] TakenSecrets try_secrets(Session& session, const SecretOptions& options);
/// The same; what could not be had is thrown, all at once.
[[nodiscard]] client::GivenSecrets take_secrets(Session& session, const SecretOptions& options);

/// Throws Error(invalid) when an option gives a secret that the connection's product does not take:
/// it would be ignored in silence. A variable is meant for another connection. The hint is
/// `command` with what the product takes.
void refuse_foreign_secrets(const Session& session, const Connection& connection,
                            const SecretOptions& options, const std::string& command);

/// Given by option, or waiting in ITSMC_PASSWORD / ITSMC_CLIENT_SECRET. A variable does not count
/// for a partner that refuses that secret: it is meant for another connection.
[[nodiscard]] SecretsGiven secrets_at_hand(const Session& session,
                                           const client::GivenSecrets& secrets,
                                           std::optional<PartnerKind> partner);

/// "sync_days" for "sync-days": a field as JSON's keys spell it.
[[nodiscard]] std::string key_of(std::string_view field);

/// Every problem at once, each with its flag.
[[nodiscard]] Error problems_error(const std::string& doing,
                                   const std::vector<FieldProblem>& problems,
                                   const std::string& command);

}  // namespace itsmc::cli

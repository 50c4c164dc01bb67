#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "itsmc/client/platform.hpp"
#include "itsmc/core/check.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/core/secret.hpp"
#include "itsmc/http/auth.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {

/// Secrets as a command was given them; absent: take the service's credential, the kept one, the
/// connection's command, or ITSMC_PASSWORD / ITSMC_CLIENT_SECRET, in this order.
struct GivenSecrets {
  std::optional<Secret> password, client_secret;
  http::RefusedSecret refused = http::RefusedSecret::withheld;
};

enum class Verify { yes, no };

/// All connections, by name. Throws Error(config) naming file and line.
[[nodiscard]] std::vector<std::string> connection_names(const Platform& platform);
/// Throws Error(not_found) with the nearest name.
[[nodiscard]] Connection load_connection(const Platform& platform, const std::string& name);
/// All connections, by name. A file that cannot be read is its error, and holds up none of the
/// rest.
struct EveryConnection {
  std::vector<Connection> ready;
  std::vector<Error> unreadable;
};
[[nodiscard]] EveryConnection load_every_connection(const Platform& platform);
/// Files and variables that look like a connection's and are none: nobody reads them.
[[nodiscard]] std::vector<Error> stray_connections(const Platform& platform);
/// The named ones, which must all be well: Error(not_found) for an unknown name. None named: all,
/// as above.
[[nodiscard]] EveryConnection load_connections(const Platform& platform,
                                               const std::vector<std::string>& names);

/// Rows that the store holds under a connection's name, of another instance than the connection's.
struct OtherRows {
  std::string partner, url;  // of the instance that they came from
  std::int64_t rows = 0;
};
/// Absent: there are none.
[[nodiscard]] std::optional<OtherRows> rows_of_another_instance(const Platform& platform,
                                                                const Connection& connection);

enum class Rows { keep, purge };

/// How a connection is saved. `rows`: what becomes of the rows that are in the store under its
/// name: they are this instance's too (keep), or go (purge); absent: rows of another instance are
/// Error(usage) that names both ways.
struct Saving {
  Verify verify = Verify::yes;
  std::optional<Rows> rows;
};

/// What to type where a connection of that name is there already. Pure.
[[nodiscard]] std::string instead_of_adding(const std::string& name);

/// Signs in and probes (Verify::yes), then saves the file, the client secret and the token; when
/// the probe fails nothing is saved and the failed checks come back. Throws Error(invalid) when the
/// name is taken, Error(not_found) for an unknown workspace, Error(storage) when the directory
/// cannot be written, Error(locked) when rows are to go while a sync runs; nothing is left then.
struct Added {
  std::vector<Check> checks;
  bool saved = false;
  std::optional<store::Purged> purged;  // absent: nothing was to go
};
Added add_connection(const Platform& platform, const Connection& connection,
                     const GivenSecrets& secrets, const Saving& saving);

/// New fields and secrets of a connection.
struct Changes {
  std::vector<FieldText> fields;
  GivenSecrets secrets;
};
/// The connection as it would be with `fields` changed; saves nothing. Throws Error(invalid).
[[nodiscard]] Connection changed_connection(const Platform& platform, const std::string& name,
                                            const std::vector<FieldText>& fields);
/// What is wrong with the files that a connection's fields name: a --ca-file without a certificate
/// that can be read. Only of fields that are well in themselves.
[[nodiscard]] std::vector<FieldProblem> problems_of_files(const std::vector<FieldText>& fields);
/// The same of a workspace that is not there.
[[nodiscard]] std::vector<FieldProblem> problems_of_workspace(const Platform& platform,
                                                              const std::vector<FieldText>& fields);
/// Changes a connection; Verify::yes probes first.
Added edit_connection(const Platform& platform, const std::string& name, const Changes& changes,
                      const Saving& saving);

/// What an edit finds in the store under the connection's name, looked at once: rows of another
/// instance, and, where the window gets shorter, how many changed last before it begins: they stay,
/// and no sync brings them up to date.
struct StandingRows {
  std::optional<OtherRows> other;
  std::int64_t outside_window = 0;
};
[[nodiscard]] StandingRows rows_before_edit(const Platform& platform, const Connection& before,
                                            const Connection& after);

/// True when the change needs a new sign-in. Another port of the same host does not, where the
/// product's tokens do not name it.
[[nodiscard]] bool signs_in_differently(const Connection& before, const Connection& after);

/// What there is of a connection that is to be removed: its file, and rows in the store, which
/// outlive it. Throws Error(not_found) when there is neither, Error(usage) when it is made of
/// variables alone.
struct Removable {
  bool has_file = false;
  store::Purged stored;
};
[[nodiscard]] Removable find_removable(const Platform& platform, const std::string& name);
/// What the store holds of a connection, and a purge would remove.
[[nodiscard]] store::Purged purgeable(const Platform& platform, const std::string& name);
/// Returns what was purged. Without a file only rows can go: Rows::keep is then
/// Error(not_found). Throws Error(locked), which names the holder, while a sync runs.
store::Purged remove_connection(const Platform& platform, const std::string& name, Rows rows);

/// The check list: dns, tcp, tls, clock here, then Partner::examine, then the local store. Never
/// throws for what it finds. A secret that was refused before is tried again.
[[nodiscard]] std::vector<Check> test_connection(const Platform& platform,
                                                 const Connection& connection,
                                                 const GivenSecrets& secrets);
/// 4 where a sign-in or permission failed; else 5 where the instance did; else 3: only what lies
/// here failed (store, state directory). 0: nothing failed. product.md section 9, whose 5 is for
/// what the instance or the way to it lacks: trying later mends no file.
[[nodiscard]] int exit_code(const std::vector<Check>& checks) noexcept;

/// A new sign-in by credential grant.
void login(const Platform& platform, const Connection& connection, const GivenSecrets& secrets);
struct LoggedOut {
  bool was_signed_in = false;
  std::string given_back;   // "its licence is given back"; empty: the product counts none
  std::string signs_in_by;  // the secret that stays and signs in by itself; empty: none does
};
/// Forgets the session. Ends it where the product counts licences.
LoggedOut logout(const Platform& platform, const Connection& connection);

/// A table map drafted from the instance's metadata, as a profile file's text. Throws Error(usage)
/// for a partner whose tables are the product's own.
[[nodiscard]] std::string draft_profile(const Platform& platform, const Connection& connection);

/// What `connection show` says of secrets: where each is, never what it is.
struct SignInState {
  std::string client_secret_place;  // a path, "keyring", "command", "environment"; empty: none
  std::string token_place;          // empty: not signed in
  std::optional<Timestamp> signed_in_at, access_expires;
  /// When a new sign-in is needed: the access token's end too where the client secret is gone that
  /// a renewal needs.
  std::optional<Timestamp> refresh_expires;
  std::string password_place;  // a path, "command", "environment"; empty: asked at login
  std::optional<http::SignInRefusal> refusal;  // the last sign-in was refused
};
[[nodiscard]] SignInState sign_in_state(const Platform& platform, const Connection& connection);
/// True when the product wants a client secret and none is anywhere: nothing can be renewed.
[[nodiscard]] bool lacks_client_secret(const Connection& connection, const SignInState& state);
/// True while the access token is good.
[[nodiscard]] bool works_now(const SignInState& state, Timestamp now);
/// A sign-in that works now and ends with its access token, as the client secret is gone: the
/// words and the command to type. Absent: it can be renewed, or it does not work now or cannot be
/// read, which whoever uses it tells.
[[nodiscard]] std::optional<Error> ends_unrenewed(const Platform& platform,
                                                  const Connection& connection);
/// The command to type after a sync that failed: the sign-in where that is what is missing, else
/// the check list, which tells more than the sync would again. Asks nobody.
[[nodiscard]] std::string next_after_failure(const Platform& platform,
                                             const Connection& connection);
/// The secret that makes a new sign-in without anybody, and where it lies: "the password
/// (command)". Empty: somebody has to sign in.
[[nodiscard]] std::string signs_in_by(const Connection& connection, const SignInState& state);

}  // namespace itsmc::client

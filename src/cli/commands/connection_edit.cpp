#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/connection_options.hpp"
#include "cli/commands/connection_rows.hpp"
#include "cli/commands/connection_saving.hpp"
#include "cli/commands/sign_in_secrets.hpp"
#include "cli/display_text.hpp"
#include "cli/prompt.hpp"
#include "itsmc/core/figures.hpp"

namespace itsmc::cli {
namespace {

struct EditOptions {
  std::string name;
  std::vector<FieldText> fields;
  SecretOptions secrets;
  RowOptions rows;
  bool no_verify = false;
};

/// A shorter window leaves older rows behind: they stay as they were, and that is said.
void say_what_stays(Session& session, std::int64_t rows, const Connection& after) {
  if (rows == 0) return;
  session.talk.note(fmt::format(
      "{0} rows in the store changed last before the {1} days begin: they stay, and no sync brings "
      "them up to date; to drop every row and read the window anew: itsmc connection edit {2} "
      "--purge, then itsmc sync run {2}",
      with_separators(rows), after.sync_days, after.name));
}

/// Rows that were another instance's, and which --keep-rows or a yes made this one's.
void say_kept(Session& session, const std::optional<client::OtherRows>& other,
              const Connection& after) {
  if (!other) return;
  session.talk.note(fmt::format("its {} rows in the store, from {} at {}, are now those of {}",
                                with_separators(other->rows), other->partner, other->url,
                                after.url));
}

bool has_secrets(const client::Changes& changes) {
  return changes.secrets.password || changes.secrets.client_secret;
}

bool is_same(const Connection& one, const Connection& other) {
  const std::vector<FieldText> fields = to_fields(one), others = to_fields(other);
  return std::equal(fields.begin(), fields.end(), others.begin(), others.end(),
                    [](const FieldText& a, const FieldText& b) {
                      return a.name == b.name && a.value == b.value;
                    });
}

/// A connection before and after, and what becomes of the rows; absent: nothing was said of them.
struct Edit {
  const Connection &before, &after;
  const client::StandingRows& standing;
  std::optional<client::Rows> rows;
};

/// What would be refused after the sign-in was given: rows of another instance and no word on them.
std::optional<FieldProblem> unsettled_rows(const Edit& edit) {
  if (edit.rows) return std::nullopt;
  const std::optional<client::OtherRows>& other = edit.standing.other;
  if (!other) return std::nullopt;
  return FieldProblem{"keep-rows",
                      fmt::format("or --purge is required: the store holds {} rows from {} at {}",
                                  with_separators(other->rows), other->partner, other->url)};
}

/// A new sign-in, and what of it must be given: asked on a terminal, told elsewhere before the
/// instance is asked in vain.
void settle_sign_in(Session& session, const TypedCommand& typed, const Edit& edit,
                    client::GivenSecrets& secrets) {
  const Connection &before = edit.before, &after = edit.after;
  Connection looked_at = after;
  looked_at.secret_store = before.secret_store;  // nothing has moved yet
  Wanted wanted = wanted_secrets(session, looked_at, secrets);
  if (can_ask(session.terminal)) {
    const bool other_client = before.client_id != after.client_id && !secrets.client_secret &&
                              after.client_secret_command.empty();
    const bool has_secret =
        find_connection_field("client-secret")->need(after.partner) == Need::required;
    wanted.client_secret = wanted.client_secret || (other_client && has_secret);
    return ask_for_secrets(session, wanted, secrets);
  }
  if (!wanted.any()) return;
  std::vector<FieldProblem> problems = problems_of(wanted);
  std::string hint = line_with_files(typed, problems);
  if (const auto rows = unsettled_rows(edit)) {
    problems.push_back(*rows);
    hint += ", and --keep-rows or --purge --yes";
  }
  Error error = problems_error("not changed: it needs a new sign-in", problems, "connection edit");
  throw Error(error.with_hint(std::move(hint)));
}

std::string what_became(const Session& session, const Connection& before, const Connection& after,
                        const client::Changes& changes) {
  if (!has_secrets(changes) && is_same(before, after)) {
    return fmt::format("connection \"{}\" is as it was", after.name);
  }
  const client::SignInState state = client::sign_in_state(session.platform, after);
  const bool signs_in_later = client::signs_in_differently(before, after) &&
                              state.token_place.empty() &&
                              client::signs_in_by(after, state).empty();
  return fmt::format("connection \"{0}\" is changed{1}{2}", after.name,
                     signs_in_later ? "; next: itsmc connection login " : "",
                     signs_in_later ? after.name : "");
}

int run_edit(const EditOptions& options, Session& session) {
  const Connection before = client::load_connection(session.platform, options.name);
  session.connection = before.name;
  refuse_foreign_secrets(session, before, options.secrets, "connection edit");
  client::Changes changes{options.fields, take_secrets(session, options.secrets)};
  const bool only_rows = options.fields.empty() && !has_secrets(changes);
  if (only_rows && !options.rows.keep && !options.rows.purge) {
    throw Error(ErrorKind::usage, "nothing to change: no field was given",
                "itsmc connection edit --help");
  }
  warn_of_variables(session, options.fields);
  const Connection after =
      client::changed_connection(session.platform, options.name, options.fields);
  note_dropped_path(session, options.fields, after);
  const TypedCommand typed = typed_command("connection edit " + before.name, session.given, {});
  const bool signs_in = client::signs_in_differently(before, after) || has_secrets(changes);
  const client::StandingRows standing = client::rows_before_edit(session.platform, before, after);
  const auto rows = settle_rows(session, options.rows, after, standing.other);
  if (signs_in && !options.no_verify) {
    settle_sign_in(session, typed, {before, after, standing, rows}, changes.secrets);
  }
  const client::Added edited =
      client::edit_connection(session.platform, options.name, changes,
                              {.verify = verify_of(options.no_verify || only_rows), .rows = rows});
  // A login would sign in with the fields as they were.
  const bool anew = signs_in || before.url != after.url;
  report(session, options.name, edited, anew ? &typed : nullptr);
  session.talk.note(what_became(session, before, after, changes));
  if (rows == client::Rows::keep) say_kept(session, standing.other, after);
  say_purged(session, edited);
  if (rows != client::Rows::purge) say_what_stays(session, standing.outside_window, after);
  return 0;
}

}  // namespace

Action build_connection_edit(OptionSet& options) {
  auto chosen = std::make_shared<EditOptions>();
  options.add(Operand{"NAME", "The connection", Arity::one, into(chosen->name)});
  add_field_options(options, chosen->fields, Sources::command_line_and_environment, Blank::meant);
  add_secret_options(options, chosen->secrets, Sources::command_line_and_environment);
  add_row_options(options, chosen->rows);
  options.add(Option{.name = "no-verify",
                     .value = {},
                     .help = "Save without contacting the instance",
                     .set = into(chosen->no_verify)});
  return [chosen](Session& session) { return run_edit(*chosen, session); };
}

}  // namespace itsmc::cli

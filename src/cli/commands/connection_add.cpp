#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/connection_checks.hpp"
#include "cli/commands/connection_options.hpp"
#include "cli/commands/connection_rows.hpp"
#include "cli/display_text.hpp"
#include "cli/prompt.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

struct AddOptions {
  std::string name;
  std::vector<FieldText> fields;
  SecretOptions secrets;
  RowOptions rows;
  bool no_verify = false;
};

client::Verify verify_of(bool no_verify) {
  return no_verify ? client::Verify::no : client::Verify::yes;
}

/// A connection on its way: what was given, and what people typed when asked.
struct Draft {
  std::string name;
  std::vector<FieldText> fields;
  client::GivenSecrets secrets;
  std::vector<std::string> asked;  // fields that may be asked again
};

CheckedConnection check(const Session& session, const Draft& draft) {
  const FieldText* const partner = find_field(draft.fields, "partner");
  const auto kind = partner == nullptr ? std::nullopt : parse_partner(partner->value);
  return check_connection(draft.name, draft.fields, secrets_at_hand(session, draft.secrets, kind),
                          SecretRule::enforce);
}

bool was_asked(const Draft& draft, std::string_view field) {
  return std::find(draft.asked.begin(), draft.asked.end(), field) != draft.asked.end();
}

bool is_missing(const Draft& draft, std::string_view field) {
  if (field == "name") return draft.name.empty();
  if (field == "password") return !draft.secrets.password;
  if (field == "client-secret") return !draft.secrets.client_secret;
  return find_field(draft.fields, field) == nullptr;
}

void ask_for(Session& session, Draft& draft, const std::string& field) {
  Terminal& terminal = session.terminal;
  if (field == "name") {
    draft.name = ask(terminal, "Name of the connection");
  } else if (field == "password") {
    draft.secrets.password = ask_secret(terminal, find_connection_field(field)->prompt);
  } else if (field == "client-secret") {
    draft.secrets.client_secret = ask_secret(terminal, find_connection_field(field)->prompt);
  } else {
    const ConnectionField& row = *find_connection_field(field);
    const std::string answer = ask(terminal, row.prompt, row.fallback);
    std::erase_if(draft.fields, [&field](const FieldText& old) { return old.name == field; });
    if (!answer.empty()) draft.fields.push_back({field, answer});
  }
  draft.asked.push_back(field);
}

/// A url outside ServiceNow's cloud is well when people host it themselves: no other url would be.
bool settled_by_self_hosting(Session& session, Draft& draft, const FieldProblem& problem) {
  const bool offers = problem.reason.find("--self-hosted") != std::string::npos &&
                      find_field(draft.fields, "self-hosted") == nullptr;
  if (!offers || !was_asked(draft, problem.field)) return false;
  if (!confirm(session.terminal, "Do you host this ServiceNow yourselves?")) return false;
  draft.fields.push_back({"self-hosted", "true"});
  return true;
}

/// Asks for the first thing that is missing or was answered wrongly until there is none; what came
/// by an option is not asked again.
void ask_for_missing(Session& session, Draft& draft) {
  for (;;) {
    const std::vector<FieldProblem> problems = check(session, draft).problems;
    const auto next = std::find_if(problems.begin(), problems.end(), [&draft](const auto& problem) {
      return is_missing(draft, problem.field) || was_asked(draft, problem.field);
    });
    if (next == problems.end()) return;
    if (was_asked(draft, next->field)) session.talk.note(next->reason);
    if (settled_by_self_hosting(session, draft, *next)) continue;
    ask_for(session, draft, next->field);
  }
}

/// "itsmc connection login prod" in a hint, said of a connection that was not saved, leads nowhere:
/// the command to type is `instead`, once more and corrected.
std::string leading_on(std::string hint, const std::string& name, std::string_view instead) {
  for (const std::string_view verb : {"login", "edit", "test", "logout"}) {
    const std::string dead = fmt::format("itsmc connection {} {}", verb, name);
    for (std::size_t at = hint.find(dead); at != std::string::npos; at = hint.find(dead, at)) {
      hint.replace(at, dead.size(), instead);
      at += instead.size();
    }
  }
  return hint;
}

void lead_on(std::vector<Check>& checks, const std::string& name, std::string_view instead) {
  for (Check& check : checks) check.hint = leading_on(std::move(check.hint), name, instead);
}

/// The first failed check is the error; the whole list goes before it.
Error not_saved(const std::string& name, const std::vector<Check>& checks) {
  for (const Check& check : checks) {
    if (check.status != CheckStatus::failed) continue;
    std::string text = fmt::format("{}: not saved: {}: {}", name, check.check, check.message);
    if (!check.cause.empty()) text += ": " + check.cause;
    return {check.kind, std::move(text), check.hint};
  }
  return {ErrorKind::unavailable, fmt::format("{}: not saved", name),
          "save without trying: --no-verify"};
}

void report(Session& session, const std::string& name, const client::Added& added) {
  const CheckedOne checked{name, added.checks};
  const Format format = session.format();
  if (format == Format::json || format == Format::ndjson) {
    const std::string saved = fmt::format(",\"saved\":{}", added.saved);
    session.terminal.out.write(checks_json(checked, saved) + '\n');
  }
  if (worst(added.checks) != CheckStatus::ok) {
    session.talk.note(trim(checks_text(checked, Colour::off)));
  }
  if (!added.saved) throw not_saved(name, added.checks);
}

void say_purged(Session& session, const client::Added& added) {
  if (added.purged == 0) return;
  session.talk.note(
      fmt::format("{} rows are removed from the store", with_separators(added.purged)));
}

int run_add(const AddOptions& options, Session& session) {
  Draft draft{options.name, options.fields, take_secrets(session, options.secrets), {}};
  const bool askable = can_ask(session.terminal);
  if (askable) ask_for_missing(session, draft);
  const CheckedConnection checked = check(session, draft);
  if (!checked.problems.empty()) {
    const std::string subject = draft.name.empty() ? std::string("the connection")
                                                   : fmt::format("connection \"{}\"", draft.name);
    throw problems_error(fmt::format("{} cannot be added", subject), checked.problems,
                         "connection add");
  }
  client::Added added =
      client::add_connection(session.platform, checked.connection, draft.secrets,
                             {.verify = verify_of(options.no_verify),
                              .rows = settle_rows(session, options.rows, checked.connection)});
  if (!added.saved) lead_on(added.checks, draft.name, "itsmc connection add " + draft.name);
  report(session, draft.name, added);
  // Without a sign-in the password was not used, and it is not kept.
  const bool signs_in_later =
      options.no_verify && checked.connection.password_command.empty() &&
      find_connection_field("password")->need(checked.connection.partner) == Need::required &&
      checked.connection.grant == Grant::password;
  session.talk.note(fmt::format("connection \"{0}\" is saved; next: itsmc {1} {0}", draft.name,
                                signs_in_later ? "connection login" : "sync run"));
  say_purged(session, added);
  return 0;
}

struct EditOptions {
  std::string name;
  std::vector<FieldText> fields;
  SecretOptions secrets;
  RowOptions rows;
  bool no_verify = false;
};

/// A shorter window leaves older rows behind: they stay as they were, and that is said.
void say_what_stays(Session& session, const Connection& before, const Connection& after) {
  if (after.sync_days >= before.sync_days) return;
  const std::int64_t rows = client::rows_outside_window(session.platform, after);
  if (rows == 0) return;
  session.talk.note(fmt::format(
      "{0} rows in the store changed last before the {1} days begin: they stay, and no sync brings "
      "them up to date; to drop every row and read the window anew: itsmc connection edit {2} "
      "--purge, then itsmc sync run {2}",
      with_separators(rows), after.sync_days, after.name));
}

bool changes_nothing(const EditOptions& options, const client::Changes& changes) {
  return options.fields.empty() && !changes.secrets.password && !changes.secrets.client_secret;
}

int run_edit(const EditOptions& options, Session& session) {
  const Connection before = client::load_connection(session.platform, options.name);
  session.connection = before.name;
  refuse_foreign_secrets(session, before, options.secrets, "connection edit");
  const client::Changes changes{options.fields, take_secrets(session, options.secrets)};
  const bool only_rows = changes_nothing(options, changes);
  if (only_rows && !options.rows.keep && !options.rows.purge) {
    throw Error(ErrorKind::usage, "nothing to change: no field was given",
                "itsmc connection edit --help");
  }
  warn_of_variables(session, options.fields);
  const Connection after =
      client::changed_connection(session.platform, options.name, options.fields);
  client::Added edited =
      client::edit_connection(session.platform, options.name, changes,
                              {.verify = verify_of(options.no_verify || only_rows),
                               .rows = settle_rows(session, options.rows, after)});
  const bool has_password =
      find_connection_field("password")->need(before.partner) == Need::required;
  if (!edited.saved && has_password) {
    // A login would sign in with the fields as they were.
    lead_on(edited.checks, before.name,
            fmt::format("itsmc connection edit {} ... --password-file FILE", before.name));
  }
  report(session, options.name, edited);
  session.talk.note(
      fmt::format("connection \"{}\" is {}", options.name, only_rows ? "as it was" : "changed"));
  say_purged(session, edited);
  say_what_stays(session, before, after);
  return 0;
}

}  // namespace

Action build_connection_add(OptionSet& options) {
  auto chosen = std::make_shared<AddOptions>();
  options.add(Operand{"NAME", "What to call it: letters, digits, _ and -", Arity::maybe,
                      into(chosen->name)});
  add_field_options(options, chosen->fields, Sources::all);
  add_secret_options(options, chosen->secrets, Sources::all);
  add_row_options(options, chosen->rows);
  options.add(Option{.name = "no-verify",
                     .value = {},
                     .help = "Save without contacting the instance",
                     .set = into(chosen->no_verify)});
  return [chosen](Session& session) { return run_add(*chosen, session); };
}

Action build_connection_edit(OptionSet& options) {
  auto chosen = std::make_shared<EditOptions>();
  options.add(Operand{"NAME", "The connection", Arity::one, into(chosen->name)});
  add_field_options(options, chosen->fields, Sources::command_line_and_environment);
  add_secret_options(options, chosen->secrets, Sources::command_line_and_environment);
  add_row_options(options, chosen->rows);
  options.add(Option{.name = "no-verify",
                     .value = {},
                     .help = "Save without contacting the instance",
                     .set = into(chosen->no_verify)});
  return [chosen](Session& session) { return run_edit(*chosen, session); };
}

}  // namespace itsmc::cli

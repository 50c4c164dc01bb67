#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/connection_options.hpp"
#include "cli/commands/connection_rows.hpp"
#include "cli/commands/connection_saving.hpp"
#include "cli/commands/questions.hpp"
#include "cli/prompt.hpp"
#include "itsmc/core/table_profile.hpp"

namespace itsmc::cli {
namespace {

struct AddOptions {
  std::string name;
  std::vector<FieldText> fields;
  SecretOptions secrets;
  RowOptions rows;
  bool no_verify = false;
};

/// A connection on its way: what was given, and what people typed when asked.
struct Draft {
  std::string name;
  std::vector<FieldText> fields;
  client::GivenSecrets secrets;
};

/// The default profile and the default types do not go together: neither was chosen, and the first
/// sync would end with 6.
std::vector<FieldProblem> problems_of_default_profile(const Draft& draft,
                                                      const Connection& connection) {
  const bool chosen = find_field(draft.fields, "profile") != nullptr ||
                      find_field(draft.fields, "work-items") != nullptr;
  if (connection.partner != PartnerKind::provance || chosen) return {};
  const TableProfile& profile = *find_builtin_profile(k_default_profile);
  std::vector<FieldProblem> problems;
  for (const WorkItemType type : connection.work_items) {
    if (profile.table(type) != nullptr) continue;
    problems.push_back(
        {"work-items",
         fmt::format("{} is not mapped by profile {}, the default: give --work-items incident, or "
                     "--profile FILE that maps both (itsmc connection profile NAME drafts one, "
                     "once the connection is there)",
                     to_string(type), profile.name)});
  }
  return problems;
}

CheckedConnection check(const Session& session, const Draft& draft) {
  const FieldText* const partner = find_field(draft.fields, "partner");
  const auto kind = partner == nullptr ? std::nullopt : parse_partner(partner->value);
  CheckedConnection checked = check_connection(
      draft.name, draft.fields, secrets_at_hand(session, draft.secrets, kind), SecretRule::enforce);
  for (FieldProblem& problem : problems_of_default_profile(draft, checked.connection)) {
    checked.problems.push_back(std::move(problem));
  }
  for (FieldProblem& problem : client::problems_of_files(draft.fields)) {
    checked.problems.push_back(std::move(problem));
  }
  return checked;
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
    // The types are asked for only where the default profile does not map both.
    const std::string_view offered = field == "work-items" ? "incident" : row.fallback;
    keep_answer(draft.fields, field, ask(terminal, row.prompt, offered));
  }
}

// As check_connection ends its reason: what to do where nobody can be asked.
constexpr std::string_view k_own_host = "for ServiceNow on a host of your own add --self-hosted";

/// A url outside ServiceNow's cloud is well when people host it themselves: no other url would be.
bool offers_self_hosting(const Draft& draft, const FieldProblem& problem) {
  const FieldText* const url = find_field(draft.fields, "url");
  // "y" is an answer, no host: whoever means a host without a dot writes https:// before it.
  const bool is_host = url != nullptr && url->value.find_first_of(".:") != std::string::npos;
  return is_host && problem.reason.ends_with(k_own_host) &&
         find_field(draft.fields, "self-hosted") == nullptr;
}

/// The question takes the place of what would have to be typed.
void leave_to_the_question(FieldProblem& problem) {
  problem.reason.resize(problem.reason.size() - k_own_host.size());
  while (problem.reason.ends_with(' ') || problem.reason.ends_with(':')) problem.reason.pop_back();
}

/// What is on paper comes first, what is secret last.
int rank_of(const FieldProblem& problem) {
  const ConnectionField* const field = find_connection_field(problem.field);
  return field != nullptr && field->secret ? 1 : 0;
}

std::vector<FieldProblem> problems_to_ask_for(const Session& session, const Draft& draft) {
  refuse_taken("connection", client::connection_names(session.platform), draft.name,
               client::instead_of_adding(draft.name));
  std::vector<FieldProblem> problems = check(session, draft).problems;
  std::stable_sort(problems.begin(), problems.end(), [](const auto& one, const auto& other) {
    return rank_of(one) < rank_of(other);
  });
  for (FieldProblem& problem : problems) {
    if (offers_self_hosting(draft, problem)) leave_to_the_question(problem);
  }
  return problems;
}

bool may_be_self_hosted(const std::vector<FieldProblem>& problems, const Draft& draft) {
  return std::any_of(problems.begin(), problems.end(), [&draft](const FieldProblem& problem) {
    return offers_self_hosting(draft, problem);
  });
}

bool settled_by_self_hosting(Session& session, Draft& draft) {
  if (!may_be_self_hosted(check(session, draft).problems, draft)) return false;
  if (!confirm(session.terminal, "Do you host this ServiceNow yourselves?")) return false;
  draft.fields.push_back({"self-hosted", "true"});
  return true;
}

Asked complete(Session& session, Draft& draft) {
  return ask_for_missing(
      session,
      {.problems = [&](const Asked&) { return problems_to_ask_for(session, draft); },
       .is_missing = [&draft](const std::string& field) { return is_missing(draft, field); },
       .ask =
           [&](const FieldProblem& problem, const Asked& asked) {
             const bool again = problem.field == "url" && asked.contains("url");
             if (again && settled_by_self_hosting(session, draft)) return;
             ask_for(session, draft, problem.field);
           }});
}

/// Whoever set a variable long ago looks for the option in vain.
void name_variables(const Session& session, std::vector<FieldProblem>& problems) {
  for (FieldProblem& problem : problems) {
    const std::string variable = environment_name(problem.field);
    const auto value = session.platform.getenv(variable);
    const bool read = value && !value->empty() && !session.given.options.contains(problem.field);
    if (read) problem.reason += fmt::format(" (from {})", variable);
  }
}

std::vector<FieldText> answers_of(const Draft& draft, const Asked& asked) {
  std::vector<FieldText> answers;
  for (const FieldText& field : draft.fields) {
    if (asked.contains(field.name) || field.name == "self-hosted") answers.push_back(field);
  }
  return answers;
}

/// Every problem of the fields, and why a secret could not be had, at once.
void refuse_problems(const Session& session, const Draft& draft, std::vector<FieldProblem> problems,
                     const std::vector<Error>& refused) {
  for (const Error& error : refused) {  // it was given: that it is missing would be wrong
    std::erase_if(problems, [&error](const FieldProblem& problem) {
      return error.text().starts_with("--" + problem.field + "-");
    });
  }
  if (problems.empty() && refused.empty()) return;
  const auto workspace = client::problems_of_workspace(session.platform, draft.fields);
  if (problems.empty() && refused.size() == 1 && workspace.empty()) throw Error(refused.front());
  problems.insert(problems.end(), workspace.begin(), workspace.end());
  name_variables(session, problems);
  const Error error = problems_error(subject_of("connection", draft.name) + " cannot be added",
                                     problems, "connection add");
  std::string text = error.text();
  for (const Error& one : refused) text += "\n  " + one.text();
  throw Error(error.kind(), std::move(text), error.hint());
}

int run_add(const AddOptions& options, Session& session) {
  TakenSecrets taken = try_secrets(session, options.secrets);
  Draft draft{options.name, options.fields, std::move(taken.secrets)};
  const Asked asked = taken.refused.empty() ? complete(session, draft) : Asked();
  const CheckedConnection checked = check(session, draft);
  refuse_problems(session, draft, checked.problems, taken.refused);
  note_dropped_path(session, draft.fields, checked.connection);
  const client::Added added = client::add_connection(
      session.platform, checked.connection, draft.secrets,
      {.verify = verify_of(options.no_verify),
       .rows =
           settle_rows(session, options.rows, checked.connection,
                       client::rows_of_another_instance(session.platform, checked.connection))});
  const TypedCommand typed =
      typed_command("connection add " + draft.name, session.given, answers_of(draft, asked));
  report(session, draft.name, added, &typed);
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

}  // namespace

Action build_connection_add(OptionSet& options) {
  auto chosen = std::make_shared<AddOptions>();
  options.add(Operand{"NAME", "What to call it: letters, digits, _ and -", Arity::maybe,
                      into(chosen->name)});
  add_field_options(options, chosen->fields, Sources::all, Blank::refused);
  add_secret_options(options, chosen->secrets, Sources::all);
  add_row_options(options, chosen->rows);
  options.add(Option{.name = "no-verify",
                     .value = {},
                     .help = "Save without contacting the instance",
                     .set = into(chosen->no_verify)});
  return [chosen](Session& session) { return run_add(*chosen, session); };
}

}  // namespace itsmc::cli

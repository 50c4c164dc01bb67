#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "client/alert_inputs.hpp"
#include "client/bad_fields.hpp"
#include "client/creation_engine.hpp"
#include "client/wiring.hpp"
#include "itsmc/client/alerts.hpp"
#include "itsmc/config/action_files.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::client {
namespace {

/// Of an action that says nothing about fields the instance knows best.
bool has_nothing_to_check(const Action& action) {
  const bool plain = action.urgency.empty() && action.impact.empty() && action.category.empty() &&
                     action.template_name.empty() && action.set.empty();
  return plain && action.type == WorkItemType::incident;
}

/// What an action leaves open, the alert's severity says.
bool is_the_alerts(const FieldProblem& problem, const Action& action) {
  if (problem.field == "urgency") return action.urgency.empty();
  if (problem.field == "impact") return action.impact.empty();
  return problem.field == "severity";
}

/// Empty, or why the instance could not be asked. Throws Error(invalid) for what it would refuse.
std::string ask_instance(const Platform& platform, const Connection& connection,
                         const Action& action) {
  ItemDraft draft = recipe_of(action).over;
  draft.title = "An alert";
  draft.description = "An alert";
  std::vector<FieldProblem> problems;
  try {
    const OpenIntake open = open_intake(platform, connection, {});
    problems = open.intake->check(draft, platform.stop);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled) throw;
    return error.text();
  }
  std::erase_if(problems,
                [&action](const FieldProblem& problem) { return is_the_alerts(problem, action); });
  if (!problems.empty()) throw refused(problems);
  return {};
}

std::string checked_with(const Platform& platform, const Action& action, Verify verify) {
  const Connection connection = load_connection(platform, action.connection);
  if (has_nothing_to_check(action)) return {};
  if (verify == Verify::no) return "--no-verify was given";
  try {
    return ask_instance(platform, connection, action);
  } catch (Error& error) {
    throw Error(error.while_doing(fmt::format("action \"{}\" is not saved", action.name))
                    .with_hint("mend these and run the command again; to save it all the same: "
                               "--no-verify"));
  }
}

}  // namespace

std::vector<std::string> action_names(const Platform& platform) {
  return config::ActionFiles(platform.config_dir).names();
}

Action load_action(const Platform& platform, const std::string& name) {
  auto action = config::ActionFiles(platform.config_dir).load(name);
  if (action) return std::move(*action);
  const std::string near = nearest(name, action_names(platform));
  throw Error(ErrorKind::not_found,
              fmt::format("there is no action \"{}\"{}", excerpt(name, 64),
                          near.empty() ? "" : fmt::format(": did you mean \"{}\"?", near)),
              "itsmc action list");
}

std::string add_action(const Platform& platform, const Action& action, Verify verify) {
  const config::ActionFiles files(platform.config_dir);
  if (files.load(action.name)) {
    throw Error(ErrorKind::invalid, fmt::format("an action is already called \"{}\"", action.name),
                "itsmc action edit " + action.name);
  }
  std::string unchecked = checked_with(platform, action, verify);
  files.create(action);
  return unchecked;
}

std::string edit_action(const Platform& platform, const std::string& name,
                        const std::vector<FieldText>& changed, Verify verify) {
  std::vector<FieldText> fields = to_fields(load_action(platform, name));
  for (const FieldText& change : changed) {
    std::erase_if(fields, [&](const FieldText& field) { return field.name == change.name; });
    if (!change.value.empty()) fields.push_back(change);
  }
  const CheckedAction checked = check_action(name, fields);
  if (!checked.problems.empty()) {
    throw Error(ErrorKind::invalid,
                fmt::format("{}: not changed: {}", name, bad_fields(checked.problems)),
                "itsmc action edit --help");
  }
  std::string unchecked = checked_with(platform, checked.action, verify);
  config::ActionFiles(platform.config_dir).change(name, changed);
  return unchecked;
}

void require_action(const Platform& platform, const std::string& name) {
  const std::vector<std::string> names = action_names(platform);
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  static_cast<void>(load_action(platform, name));  // not found, the nearest
}

void remove_action(const Platform& platform, const std::string& name) {
  require_action(platform, name);
  config::ActionFiles(platform.config_dir).remove(name);
}

}  // namespace itsmc::client

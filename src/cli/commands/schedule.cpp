#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/typed_command.hpp"
#include "cli/schedule_text.hpp"
#include "cli/session.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

constexpr std::chrono::minutes k_usual(15);

struct PrintOptions {
  std::string kind, connection, unit, credentials;
  std::optional<std::chrono::milliseconds> every;
};

std::chrono::minutes period_of(const PrintOptions& chosen) {
  if (!chosen.every) return k_usual;
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(*chosen.every);
  if (minutes.count() >= 1 && minutes == *chosen.every) return minutes;
  throw Error(ErrorKind::usage, "--every: a whole number of minutes, 1m or more, is needed",
              "itsmc schedule print systemd --every 15m");
}

/// The same places as this command's, wherever they were named.
void add_directories(std::vector<std::string>& words, const GlobalOptions& options) {
  const auto add = [&words](const char* option, const std::string& directory) {
    if (directory.empty()) return;
    words.emplace_back(option);
    words.push_back(std::filesystem::absolute(directory).lexically_normal().string());
  };
  add("--config-dir", options.config_dir);
  add("--data-dir", options.data_dir);
  add("--state-dir", options.state_dir);
}

/// The files of the directory that a run of these connections takes secrets from: prod.password,
/// prod.client-secret, workspace.law.client-secret. A unit that names a file that is not there does
/// not start.
std::vector<std::string> credentials_of(const PrintOptions& chosen, const Session& session) {
  const std::filesystem::path directory =
      std::filesystem::absolute(chosen.credentials).lexically_normal();
  std::vector<std::string> only;
  if (!chosen.connection.empty()) only.push_back(chosen.connection);
  std::vector<std::string> names;
  for (const Connection& one : client::load_connections(session.platform, only).ready) {
    names.insert(names.end(), {one.name + ".client-secret", one.name + ".password"});
    if (one.workspace.empty()) continue;
    std::string bound = fmt::format("workspace.{}.client-secret", one.workspace);
    if (std::find(names.begin(), names.end(), bound) == names.end()) names.push_back(bound);
  }
  std::vector<std::string> files;
  for (const std::string& name : names) {
    std::error_code unknown;
    const std::filesystem::path file = directory / name;
    if (std::filesystem::exists(file, unknown)) files.push_back(file.string());
  }
  if (!files.empty()) return files;
  throw Error(
      ErrorKind::not_found,
      fmt::format("--credentials: \"{}\" has none of: {}", directory.string(), join(names, ", ")),
      "put the secret there, one line in a file that only its owner can read");
}

std::string in_whole_units(std::chrono::seconds time) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(time);
  return minutes == time ? fmt::format("{}m", minutes.count()) : fmt::format("{}s", time.count());
}

/// A run ends before the next begins. systemd delays the start by its RandomizedDelaySec.
void add_times(Schedule& schedule, const PrintOptions& chosen) {
  schedule.words.emplace_back("--quiet");
  std::chrono::seconds longest(schedule.every);
  if (chosen.kind == "cron") {
    const std::chrono::seconds delay = start_delay(schedule.every);
    longest -= delay;
    schedule.words.insert(schedule.words.end(),
                          {"--start-delay", fmt::format("{}s", delay.count())});
  }
  schedule.words.insert(schedule.words.end(), {"--max-duration", in_whole_units(longest)});
  // One lock serves all connections: a slow one's run must not make this one skip its turn.
  if (!chosen.connection.empty()) {
    schedule.words.insert(schedule.words.end(), {"--wait", in_whole_units(longest / 2)});
  }
}

Schedule schedule_of(const PrintOptions& chosen, const Session& session) {
  Schedule schedule;
  schedule.name = "itsmc-sync";
  schedule.every = period_of(chosen);
  if (const auto given = session.given.options.find("every");
      given != session.given.options.end()) {
    schedule.every_words = excerpt(given->second.back(), 20);
  }
  const std::string program = session.platform.program.string();
  schedule.words = {program.empty() ? "itsmc" : program, "sync", "run"};
  if (!chosen.connection.empty()) {
    schedule.name += "-" + chosen.connection;
    schedule.words.push_back(chosen.connection);
  }
  add_times(schedule, chosen);
  add_directories(schedule.words, session.options);
  if (!chosen.credentials.empty()) schedule.credentials = credentials_of(chosen, session);
  return schedule;
}

/// Nobody is there to type a password when the sign-in has run out.
void tell_if_unattended_ends(const Connection& connection, const Schedule& schedule,
                             Session& session) {
  const std::string& name = connection.name;
  const bool brings_own = std::any_of(
      schedule.credentials.begin(), schedule.credentials.end(), [&name](const std::string& file) {
        return std::filesystem::path(file).stem() == std::filesystem::path(name);
      });
  if (brings_own) return;
  if (connection.secret_store == SecretStore::keyring) {
    session.talk.warning(fmt::format(
        "{0}: its secrets are in the keyring: it must be open when this runs, and cron and system "
        "services have none; to change that: itsmc connection edit {0} --secret-store file",
        name));
    return;
  }
  const client::SignInState state = client::sign_in_state(session.platform, connection);
  if (!client::signs_in_by(connection, state).empty()) return;
  if (const auto end = client::ends_unrenewed(session.platform, connection)) {
    session.talk.warning(fmt::format("{}: {}; next: {}", name, end->text(), end->hint()));
    return;
  }
  session.talk.warning(fmt::format(
      "{0}: no secret is kept that could sign in anew when the sign-in ends; give a command: itsmc "
      "connection login {0} --password-command COMMAND",
      name));
}

/// All that a run would take up; one that cannot be read is told of, and does not hide the others.
void warn_of_each(const PrintOptions& chosen, const Schedule& schedule, Session& session) {
  std::vector<std::string> only;
  if (!chosen.connection.empty()) only.push_back(chosen.connection);
  const client::EveryConnection every = client::load_connections(session.platform, only);
  for (const Connection& one : every.ready) tell_if_unattended_ends(one, schedule, session);
  for (const Error& unreadable : every.unreadable) {
    session.talk.warning(fmt::format("{}: {}", unreadable.text(), unreadable.hint()));
  }
}

/// Only where somebody looks: in a pipe the line is on its way already.
void tell_how_to_install(const Schedule& schedule, Session& session) {
  if (!session.terminal.out_is_terminal) return;
  session.terminal.out.flush();
  session.talk.note(
      "to put it into your crontab, in place of an earlier one: " +
      cron_installing(schedule, to_line(typed_command("schedule print cron", session.given, {}))));
}

int run_print(const PrintOptions& chosen, Session& session) {
  const Schedule schedule = schedule_of(chosen, session);
  warn_of_each(chosen, schedule, session);
  if (chosen.kind == "cron") {
    if (!chosen.unit.empty()) throw Error(ErrorKind::usage, "--unit: cron has no units");
    if (!chosen.credentials.empty()) {
      throw Error(ErrorKind::usage, "--credentials: cron has none, systemd has",
                  "itsmc schedule print systemd");
    }
    session.terminal.out.write(cron_line(schedule));
    tell_how_to_install(schedule, session);
    return 0;
  }
  std::string text;
  if (chosen.unit != "timer") text += systemd_service(schedule);
  if (chosen.unit.empty()) text += "\n";
  if (chosen.unit != "service") text += systemd_timer(schedule);
  session.terminal.out.write(text);
  return 0;
}

}  // namespace

Action build_schedule_print(OptionSet& options) {
  auto chosen = std::make_shared<PrintOptions>();
  options.add(Operand{"KIND", "systemd or cron", Arity::one,
                      choice_into(chosen->kind, {"systemd", "cron"})});
  options.add({.name = "connection",
               .value = "NAME",
               .help = "Only this connection (default: all)",
               .set = into(chosen->connection)});
  options.add({.name = "every",
               .value = "DURATION",
               .help = "Time between two runs (default 15m)",
               .set = duration_into(chosen->every),
               .fallback = "15m"});
  options.add({.name = "unit",
               .value = "UNIT",
               .help = "service or timer alone (default: both, one after the other)",
               .set = choice_into(chosen->unit, {"service", "timer"})});
  options.add({.name = "credentials",
               .value = "DIR",
               .help = "systemd: hand over the secrets in DIR as credentials, from files named "
                       "CONNECTION.client-secret, CONNECTION.password and "
                       "workspace.NAME.client-secret",
               .set = into(chosen->credentials)});
  return [chosen](Session& session) { return run_print(*chosen, session); };
}

}  // namespace itsmc::cli

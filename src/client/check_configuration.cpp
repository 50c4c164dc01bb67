#include <system_error>

#include <fmt/format.h>

#include "client/profiles.hpp"
#include "core/check_line.hpp"
#include "itsmc/client/alerts.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/client/doctor.hpp"
#include "itsmc/client/settings.hpp"
#include "itsmc/client/workspaces.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::client {
namespace {

namespace fs = std::filesystem;

/// One check for each problem of the file: an error has one a line.
void tell_problems(std::vector<Check>& checks, const std::string& name, const Error& error) {
  for (const std::string& line : split(error.text(), '\n')) {
    checks.push_back(bad_line(name, "cannot be used",
                              {.cause = line, .hint = error.hint(), .kind = error.kind()}));
  }
}

/// `read` throws Error where the file cannot be used, and says what is in it.
void judge(std::vector<Check>& checks, const std::string& name,
           const std::function<std::string()>& read) {
  try {
    checks.push_back(good_line(name, read()));
  } catch (const Error& error) {
    tell_problems(checks, name, error);
  }
}

std::string read_settings(const Platform& platform, const KnownSettings& known) {
  const fs::path file = platform.config_dir / "config.toml";
  std::error_code unknown;
  if (fs::symlink_status(file, unknown).type() == fs::file_type::not_found) {
    return fmt::format("{} is not there; none is needed", file.string());
  }
  const std::size_t keys = option_defaults(platform, [&] { return known; }).size();
  return fmt::format("{}: {} {}", file.string(), keys, keys == 1 ? "key" : "keys");
}

std::string read_connection(const Platform& platform, const std::string& name) {
  const Connection connection = load_connection(platform, name);
  static_cast<void>(check_profile(connection));  // its file must be readable
  return fmt::format("{} at {}", title(connection.partner), connection.url);
}

/// One for each name; a directory that cannot be read is one failed check.
void judge_each(std::vector<Check>& checks, const std::string& noun,
                const std::function<std::vector<std::string>()>& names,
                const std::function<std::string(const std::string&)>& read) {
  try {
    for (const std::string& name : names()) {
      judge(checks, fmt::format("{} {}", noun, name), [&] { return read(name); });
    }
  } catch (const Error& error) {
    tell_problems(checks, noun + "s", error);
  }
}

}  // namespace

std::vector<Check> check_configuration(const Platform& platform, const KnownSettings& known) {
  std::vector<Check> checks;
  judge(checks, "config.toml", [&] { return read_settings(platform, known); });
  judge_each(
      checks, "connection", [&] { return connection_names(platform); },
      [&](const std::string& name) { return read_connection(platform, name); });
  judge_each(
      checks, "workspace", [&] { return workspace_names(platform); },
      [&](const std::string& name) {
        const Workspace workspace = load_workspace(platform, name);
        return workspace.endpoint.empty() ? std::string("says not yet where to send")
                                          : "sends to " + workspace.endpoint;
      });
  judge_each(
      checks, "action", [&] { return action_names(platform); },
      [&](const std::string& name) {
        return "alerts become work items of " + load_action(platform, name).connection;
      });
  for (const Error& error : stray_connections(platform)) {
    tell_problems(checks, "connections", error);
  }
  return checks;
}

}  // namespace itsmc::client

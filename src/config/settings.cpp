#include <algorithm>
#include <array>
#include <system_error>

#include <fmt/format.h>

#include "config/own_file.hpp"
#include "config/toml_words.hpp"
#include "core/connection_values.hpp"
#include "itsmc/config/config.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::config {
namespace {

struct RefusedKey {
  std::string_view key, reason;
};
constexpr std::array k_refused{
    RefusedKey{"config-dir", "says where this very file is: give --config-dir or ITSMC_CONFIG_DIR"},
    RefusedKey{"yes", "answers a question before it is asked: give --yes to the one command"},
    RefusedKey{"password-stdin", "belongs to one sign-in: give --password-stdin there"},
    RefusedKey{"password-file", "belongs to one sign-in: give --password-file there"},
    RefusedKey{"client-secret-stdin", "belongs to one sign-in: give --client-secret-stdin there"},
    RefusedKey{"client-secret-file", "belongs to one sign-in: give --client-secret-file there"},
    RefusedKey{"help", "takes a command's place: it stands on the command line alone"},
    RefusedKey{"version", "takes a command's place: it stands on the command line alone"},
    RefusedKey{"jq", "fits one command: give --jq or ITSMC_JQ"},
};

/// Options of the same name are defaults of other commands too ("workspace"), or of new connections
/// ("secret-store").
bool stays_option(std::string_view field) {
  return field == "workspace" || field == "secret-store" || is_for_all_connections(field);
}

std::string unknown_key(std::string_view key, const std::vector<std::string>& known) {
  const std::string near = nearest(key, known);
  return near.empty() ? "is not an option"
                      : fmt::format("is not an option: did you mean \"{}\"?", near);
}

std::string problem_of_key(const TomlWord& word, const std::vector<std::string>& known) {
  std::string refused = problem_of_settings_key(word.key);
  if (!refused.empty()) return refused;
  const bool is_known = std::find(known.begin(), known.end(), word.key) != known.end();
  return is_known ? std::string() : unknown_key(word.key, known);
}

/// A known key with a value that nothing takes.
std::string problem_of_value(const TomlWord& word, const SettingRule& rule) {
  return !word.problem.empty() ? word.problem : rule({word.key, word.value});
}

}  // namespace

std::string problem_of_settings_key(std::string_view key) {
  std::string secret = problem_of_secret_key(key);
  if (!secret.empty()) return secret;
  for (const RefusedKey& refused : k_refused) {
    if (refused.key == key) return std::string(refused.reason);
  }
  if (find_connection_field(key) == nullptr || stays_option(key)) return {};
  return "is a matter of one connection: it belongs in connections/NAME.toml";
}

/// Reads
///   output = "json"
///   jobs = 2
/// (product.md section 8: option names without their dashes).
std::vector<Setting> look_at_settings(const std::filesystem::path& config_dir,
                                      const std::vector<std::string>& known,
                                      const SettingRule& rule) {
  const std::filesystem::path path = config_dir / "config.toml";
  const auto text = read_own_file(path);
  std::vector<Setting> settings;
  if (!text) return settings;
  for (const TomlWord& word : read_toml(*text, path.string())) {
    Setting setting{
        .field = {word.key, word.value},
        .place = fmt::format("{}:{}:{}", path.string(), word.place.line, word.place.column)};
    setting.problem = problem_of_key(word, known);
    const bool of_key = !setting.problem.empty();
    if (!of_key) setting.problem = problem_of_value(word, rule);
    if (!setting.problem.empty()) {
      setting.fault = of_key ? Setting::Fault::key : Setting::Fault::value;
    }
    settings.push_back(std::move(setting));
  }
  return settings;
}

std::vector<Setting> load_settings(const std::filesystem::path& config_dir,
                                   const std::vector<std::string>& known, const SettingRule& rule,
                                   const SettingReader& reads) {
  std::vector<Setting> settings = look_at_settings(config_dir, known, rule);
  std::erase_if(settings, [&reads](const Setting& setting) {
    return setting.fault == Setting::Fault::value && reads && !reads(setting.field.name);
  });
  std::vector<std::string> problems;
  for (const Setting& setting : settings) {
    if (setting.problem.empty()) continue;
    problems.push_back(
        fmt::format("{}: {}: {}", setting.place, excerpt(setting.field.name, 80), setting.problem));
  }
  if (problems.empty()) return settings;
  throw Error(ErrorKind::config, join(problems, "\n"),
              fmt::format("edit {}", (config_dir / "config.toml").string()));
}

std::vector<FieldText> fields_of_all(const std::filesystem::path& config_dir) {
  const std::filesystem::path path = config_dir / "config.toml";
  std::vector<FieldText> fields;
  try {
    const auto text = read_own_file(path);
    if (!text) return fields;
    for (const TomlWord& word : read_toml(*text, path.string())) {
      if (!is_for_all_connections(word.key) || !word.problem.empty()) continue;
      Connection unused;
      if (set_field(unused, word.key, word.value).empty()) fields.push_back({word.key, word.value});
    }
  } catch (const Error&) {
    return {};  // a command that needs the file whole has refused it before
  }
  return fields;
}

}  // namespace itsmc::config

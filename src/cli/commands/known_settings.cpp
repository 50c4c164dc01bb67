#include "cli/commands/known_settings.hpp"

#include <memory>

#include "cli/command.hpp"
#include "core/connection_values.hpp"
#include "itsmc/client/explain.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::cli {

client::KnownSettings known_settings() {
  auto settings = std::make_shared<SettingsOptions>(settings_options());
  return {.names = names_of(*settings),
          .check =
              [settings](const FieldText& field) {
                const std::string problem = client::problem_of_field(field.name, field.value);
                if (!problem.empty()) throw Error(ErrorKind::config, problem);
                for (const Option& option : settings->options) {
                  if (option.name == field.name) {
                    (option.set_default ? option.set_default : option.set)(field.value);
                  }
                }
              },
          .reads = {}};
}

client::KnownSettings settings_read_by(const OptionSet& options) {
  client::KnownSettings known = known_settings();
  known.reads = [&options](const std::string& name) {
    if (is_for_all_connections(name)) return true;
    const Option* const option = options.find(name);
    return option != nullptr && option->sources == Sources::all;
  };
  return known;
}

}  // namespace itsmc::cli

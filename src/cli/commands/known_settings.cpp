#include "cli/commands/known_settings.hpp"

#include <memory>

#include "cli/command.hpp"
#include "itsmc/client/explain.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::cli {

client::KnownSettings known_settings() {
  auto settings = std::make_shared<SettingsOptions>(settings_options());
  return {.names = names_of(*settings), .check = [settings](const FieldText& field) {
            const std::string problem = client::problem_of_field(field.name, field.value);
            if (!problem.empty()) throw Error(ErrorKind::config, problem);
            for (const Option& option : settings->options) {
              if (option.name == field.name) {
                (option.set_default ? option.set_default : option.set)(field.value);
              }
            }
          }};
}

}  // namespace itsmc::cli

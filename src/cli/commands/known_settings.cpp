#include "cli/commands/known_settings.hpp"

#include <memory>

#include "cli/command.hpp"

namespace itsmc::cli {

client::KnownSettings known_settings() {
  auto settings = std::make_shared<SettingsOptions>(settings_options());
  return {.names = names_of(*settings), .check = [settings](const FieldText& field) {
            for (const Option& option : settings->options) {
              if (option.name == field.name) {
                (option.set_default ? option.set_default : option.set)(field.value);
              }
            }
          }};
}

}  // namespace itsmc::cli

#include "config/connection_toml.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "itsmc/core/error.hpp"

using namespace itsmc;

/// Reads anything as a connection file: a checked connection or Error(config), nothing else; and a
/// readable one is still readable, and says the same, after it was written and after an edit.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  try {
    const Connection read = config::parse_connection("prod", text, {"prod.toml", {}});
    const std::string written = config::write_connection(read);
    const Connection again = config::parse_connection("prod", written, {"prod.toml", {}});
    if (config::write_connection(again) != written) std::abort();
    const std::string edited = config::change_key(text, {"sync-days", "7"}, "prod.toml");
    if (config::parse_connection("prod", edited, {"prod.toml", {}}).sync_days != 7) std::abort();
    const std::string without = config::change_key(edited, {"sync-days", ""}, "prod.toml");
    if (config::parse_connection("prod", without, {"prod.toml", {}}).sync_days != 30) std::abort();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config || error.text().empty()) std::abort();
  }
  return 0;
}

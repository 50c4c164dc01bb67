#include <fmt/format.h>

#include "core/byte_order_mark.hpp"
#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"

namespace itsmc::config {
namespace {

constexpr std::size_t k_max_secret_file_bytes = 64U << 10U;

std::optional<std::string> read(const std::filesystem::path& file) {
  try {
    return read_file(file, k_max_secret_file_bytes);
  } catch (const Error& error) {  // the file is an option's value: the option is at fault
    throw Error(ErrorKind::invalid, error.text());
  }
}

}  // namespace

Secret read_secret_file(const std::filesystem::path& file, const Log& warn) {
  const auto bytes = read(file);
  if (!bytes) {
    throw Error(ErrorKind::invalid, fmt::format("there is no file \"{}\"", file.string()));
  }
  const Secret whole{*bytes};
  std::string_view line = whole.reveal();
  if (line.starts_with(k_byte_order_mark)) {
    line.remove_prefix(k_byte_order_mark.size());
    warn(LogLevel::warning, fmt::format("\"{}\" begins with a byte order mark, as some editors "
                                        "write it: the secret begins after it",
                                        file.string()));
  }
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) {
    throw Error(
        ErrorKind::invalid,
        fmt::format("the first line of \"{}\" is empty: the secret belongs there", file.string()));
  }
  if (!is_private(file)) {
    warn(LogLevel::warning,
         fmt::format("others than you can read \"{0}\": chmod 600 {0}", file.string()));
  }
  return Secret(std::string(line));
}

}  // namespace itsmc::config

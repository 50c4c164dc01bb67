#include <algorithm>

#include <fmt/format.h>

#include "config/toml_words.hpp"
#include "itsmc/config/config.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::config {

/// Reads
///   output = "json"
///   jobs = 2
/// (product.md section 8: option names without their dashes).
Settings load_settings(const std::filesystem::path& config_dir,
                       const std::vector<std::string>& known) {
  const std::filesystem::path path = config_dir / "config.toml";
  const auto text = read_file(path, 1U << 20U);
  Settings settings;
  if (!text) return settings;
  FileProblems problems(path.string());
  for (const TomlWord& word : read_toml(*text, path.string())) {
    const std::string secret = problem_of_secret_key(word.key);
    const bool is_known = std::find(known.begin(), known.end(), word.key) != known.end();
    if (!secret.empty()) {
      problems.add(word.place, word.key, secret);
    } else if (!is_known) {
      const std::string near = nearest(word.key, known);
      problems.add(word.place, word.key,
                   near.empty() ? "is not an option"
                                : fmt::format("is not an option: did you mean \"{}\"?", near));
    } else if (!word.problem.empty()) {
      problems.add(word.place, word.key, word.problem);
    } else {
      settings.defaults.push_back({word.key, word.value});
      settings.places.push_back(
          fmt::format("{}:{}:{}", path.string(), word.place.line, word.place.column));
    }
  }
  problems.raise();
  return settings;
}

}  // namespace itsmc::config

#include "cli/local_words.hpp"

#include <algorithm>
#include <memory>
#include <set>

#include "cli/app.hpp"
#include "itsmc/client/alerts.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/client/creation.hpp"
#include "itsmc/client/items.hpp"
#include "itsmc/client/workspaces.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

class Gathered : public Output {
 public:
  void write(std::string_view bytes) override { text_ += bytes; }
  void flush() override {}
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

class Silence : public Input {
 public:
  std::optional<std::string> read_line() override { return std::nullopt; }
  std::optional<Secret> read_unseen() override { return std::nullopt; }
  std::string read_all() override { return {}; }
};

/// A machine on which nothing can be read, written or asked.
client::Platform nowhere(const client::Platform& platform) {
  client::Platform empty = platform;
  empty.new_transport = [](const http::TransportOptions&) -> std::unique_ptr<http::Transport> {
    throw Error(ErrorKind::unforeseen, "completion asks nobody");
  };
  empty.getenv = [](const std::string&) { return std::nullopt; };
  for (std::filesystem::path* const place :
       {&empty.config_dir, &empty.data_dir, &empty.state_dir}) {
    *place = "/dev/null/itsmc";  // below a file: neither found nor made
  }
  return empty;
}

/// What the command itself answers to --fields help: "number  the number that people see".
std::vector<Candidate> fields_of(const client::Platform& platform, const Command& command) {
  OptionSet options;
  command.build(options);
  std::vector<std::string> arguments{std::string(command.noun)};
  if (!command.verb.empty()) arguments.emplace_back(command.verb);
  const Arity arity = options.operand().arity;
  if (arity == Arity::one || arity == Arity::two) arguments.emplace_back("x");
  if (arity == Arity::two) arguments.emplace_back("x");
  arguments.insert(arguments.end(), {"--fields", "help"});
  Silence in;
  Gathered out;
  Gathered err;
  Terminal terminal{.in = in, .out = out, .err = err};
  if (run(arguments, terminal, nowhere(platform)) != 0) return {};
  std::vector<Candidate> fields;
  for (const std::string& line : split(out.text(), '\n')) {
    const std::size_t space = line.find(' ');
    if (space == 0 || space == std::string::npos) continue;
    fields.push_back({line.substr(0, space), std::string(trim(line.substr(space)))});
  }
  return fields;
}

std::vector<Candidate> connections(const client::Platform& platform) {
  std::vector<Candidate> found;
  for (const std::string& name : client::connection_names(platform)) found.push_back({name, {}});
  return found;
}

std::vector<Candidate> states(const client::Platform& platform) {
  if (client::absent_store(platform)) return {};
  std::set<std::string> names;
  for (const SummaryLine& line : client::summarise_items(platform, {})) names.insert(line.state);
  std::vector<Candidate> found;
  for (const std::string& name : names) {
    if (!name.empty()) found.push_back({name, {}});
  }
  return found;
}

std::vector<Candidate> templates(const client::Platform& platform) {
  if (client::absent_store(platform)) return {};
  std::vector<Candidate> found;
  for (const std::string& connection : client::connection_names(platform)) {
    for (const ItemTemplate& one : client::kept_templates(platform, connection)) {
      found.push_back({one.name, connection});
    }
  }
  return found;
}

std::vector<Candidate> known_words(const client::Platform& platform, Known what,
                                   const Command& command) {
  std::vector<Candidate> found;
  switch (what) {
    case Known::connections:
      return connections(platform);
    case Known::workspaces:
      for (const std::string& name : client::workspace_names(platform)) found.push_back({name, {}});
      return found;
    case Known::actions:
      for (const std::string& name : client::action_names(platform)) found.push_back({name, {}});
      return found;
    case Known::templates:
      return templates(platform);
    case Known::states:
      return states(platform);
    case Known::fields:
      return fields_of(platform, command);
  }
  return found;
}

}  // namespace

LocalWords local_words(const client::Platform& platform) {
  return [&platform](Known what, const Command& command) -> std::vector<Candidate> {
    try {
      return known_words(platform, what, command);
    } catch (const Error&) {
      return {};  // a shell's line is no place for it; the command itself will say it
    }
  };
}

}  // namespace itsmc::cli

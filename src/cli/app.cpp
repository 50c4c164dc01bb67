#include "cli/app.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/commands/known_settings.hpp"
#include "cli/completion.hpp"
#include "cli/display_text.hpp"
#include "cli/fitting_options.hpp"
#include "cli/help.hpp"
#include "cli/jq_output.hpp"
#include "cli/local_words.hpp"
#include "cli/log_file.hpp"
#include "cli/man.hpp"
#include "cli/named_places.hpp"
#include "cli/paged_output.hpp"
#include "cli/parser.hpp"
#include "cli/session.hpp"
#include "cli/unread_variables.hpp"
#include "cli/version_document.hpp"
#include "itsmc/client/settings.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

constexpr int k_usage = 2;
constexpr std::string_view k_version_line = "itsmc " ITSMC_VERSION "\n";

/// Known before anything is parsed, because parsing itself may fail.
ErrorFormat early_error_format(std::span<const std::string> arguments,
                               const client::Platform& platform) {
  std::string word = platform.getenv("ITSMC_ERROR_FORMAT").value_or("text");
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--error-format=json") word = "json";
    if (arguments[i] == "--error-format" && i + 1 < arguments.size()) word = arguments[i + 1];
  }
  return word == "json" ? ErrorFormat::json : ErrorFormat::text;
}

/// One command from its words to its exit code. Lives for one run.
class Run {
 public:
  Run(Terminal& terminal, const client::Platform& platform, Talk& talk)
      : terminal_(terminal), platform_(platform), talk_(talk) {
    add_globals(common_, globals_);
  }
  int operator()(std::span<const std::string> arguments);
  [[nodiscard]] const std::string& connection() const noexcept { return connection_; }

 private:
  int without_command(const CommandWords& words);
  [[nodiscard]] std::string version_text() const;
  int complete_line(std::span<const std::string> words);
  int command(const Command& command, CommandWords words);
  void choose_directories(const Given& given);
  void apply_settings(const OptionSet& options, const Given& given);
  void try_settings(const Command& command, const OptionSet& options, const Given& given);
  void prepare_world(const Command& command);
  void begin_log();
  void choose_json(const Given& given);
  int perform(const Action& action);
  int perform_paged(const Action& action, const std::string& pager);
  int perform_filtered(const Action& action, Output& out);
  int act(const Action& action, Output& out);
  /// What is asked of the columns needs no row, and so nothing that a row is found by.
  [[nodiscard]] bool tells_fields_alone(const Command& command, const Given& given) const {
    const bool asks = asks_for_field_names(globals_) || asks_for_schema(globals_);
    return asks && given.operands.empty() && command.prints == Prints::rows;
  }
  /// Follows a terminal; what is piped is always the same.
  [[nodiscard]] std::size_t help_width(bool on_terminal) const {
    const int width = std::max(terminal_.width, 1);
    return on_terminal ? std::min(k_help_width, static_cast<std::size_t>(width)) : k_help_width;
  }
  int say(std::string_view text) {
    terminal_.out.write(text);
    return 0;
  }

  Terminal& terminal_;
  client::Platform platform_;
  Talk& talk_;
  GlobalOptions globals_;
  OptionSet common_;
  std::string connection_;
  const Given* given_ = nullptr;  // of the command that is performed
};

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
  const std::string near = nearest(word, known);
  return near.empty() ? std::string() : fmt::format(": did you mean \"{}\"?", near);
}

Error unknown_noun(const std::string& word) {
  std::vector<std::string> known;
  for (const Noun& noun : nouns()) known.emplace_back(noun.name);
  return {ErrorKind::usage,
          fmt::format("unknown command \"{}\"{}", excerpt(word, 60), suggestion(word, known)),
          word == "version" ? "itsmc --version" : "itsmc --help"};
}

Error unknown_topic(const std::string& word) {
  std::vector<std::string> known;
  for (const Noun& noun : nouns()) known.emplace_back(noun.name);
  for (const Topic& topic : topics()) known.emplace_back(topic.name);
  return {ErrorKind::usage,
          fmt::format("no help for \"{}\"{}", excerpt(word, 60), suggestion(word, known)),
          "itsmc --help lists commands and topics"};
}

/// What other tools call a verb.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> k_verbs_elsewhere{
    {{"ls", "list"},
     {"rm", "remove"},
     {"delete", "remove"},
     {"get", "show"},
     {"describe", "show"},
     {"new", "add"},
     {"new", "create"},
     {"create", "add"},
     {"add", "create"},
     {"update", "edit"}}};

/// The noun's verb that was meant by another tool's; empty: none.
std::string verb_here(const CommandWords& words) {
  for (const auto& [elsewhere, here] : k_verbs_elsewhere) {
    if (words.verb == elsewhere && find_command(words.noun, here) != nullptr) {
      return std::string(here);
    }
  }
  return {};
}

Error unknown_verb(const CommandWords& words) {
  const std::string meant = verb_here(words);
  return {ErrorKind::usage,
          fmt::format("unknown verb \"{}\" of \"itsmc {}\"{}", excerpt(words.verb, 60), words.noun,
                      meant.empty() ? suggestion(words.verb, verbs_of(words.noun))
                                    : fmt::format(": did you mean \"{}\"?", meant)),
          words.verb == "help" ? fmt::format("itsmc help {}", words.noun)
                               : fmt::format("itsmc {} --help", words.noun)};
}

/// A bare noun for who reads objects: the same as its help says.
Error lacks_verb(const Noun& noun) {
  return {ErrorKind::usage,
          fmt::format("\"itsmc {}\" needs a verb: one of {}", noun.name,
                      join(verbs_of(noun.name), ", ")),
          fmt::format("itsmc {} --help", noun.name)};
}

/// A text has no other form: an -o that changes nothing would be taken for obeyed.
void refuse_format(const Given& given, std::string_view what) {
  for (const std::string_view option : {"output", "jq", "fields"}) {
    if (!given.options.contains(option)) continue;
    throw Error(ErrorKind::usage,
                fmt::format("--{}: {} is a text of its own, which has no other form", option, what),
                fmt::format("leave --{} away", option));
  }
}

int Run::operator()(std::span<const std::string> arguments) {
  // Asked by scripts and shells' start-up files: nothing is built for it.
  if (arguments.size() == 1 && arguments.front() == "--version") return say(k_version_line);
  if (!arguments.empty() && arguments.front() == "__complete") {
    return complete_line(arguments.subspan(1));
  }
  if (!arguments.empty() && arguments.front() == "__man") return say(man_page_of(arguments));
  refuse_secret_values(arguments);
  CommandWords words = take_words(arguments, common_);
  if (words.noun == "help") {
    words = take_words(words.rest, common_);
    const Topic* const topic = find_topic(words.noun);
    if (topic != nullptr) {
      refuse_format(read_arguments(common_, words.rest, "help"), "a topic's help");
      return say(help_of_topic(*topic, help_width(terminal_.out_is_terminal)));
    }
    if (!words.noun.empty() && find_noun(words.noun) == nullptr) throw unknown_topic(words.noun);
    words.rest.emplace_back("--help");
  }
  const Command* const named = find_command(words.noun, words.verb);
  if (named != nullptr) return command(*named, std::move(words));
  return without_command(words);
}

/// The libraries are opened for JSON alone: the plain line stays quick.
std::string Run::version_text() const {
  if (asks_for_schema(globals_)) return version_schema();
  const Format format = parse_format(globals_.output);
  if (format == Format::json || format == Format::ndjson) return version_json();
  if (format == Format::table) return std::string(k_version_line);
  throw Error(ErrorKind::usage, "--output: the version is printed as text or as JSON",
              "itsmc --version -o json");
}

/// What a shell asks while a line is written. It never fails: a shell shows nothing of it.
int Run::complete_line(std::span<const std::string> words) {
  const std::size_t whole = words.empty() ? 0 : words.size() - 1;
  const Line line{words.first(whole), words.empty() ? std::string() : words.back()};
  const auto place = [&](std::filesystem::path& place_of, std::string_view option) {
    if (const auto named = from_environment(option, platform_.getenv)) place_of = *named;
    for (std::size_t i = 0; i < whole; ++i) {
      const std::string flag = fmt::format("--{}", option);
      if (words[i] == flag && i + 1 < whole) place_of = words[i + 1];
      if (words[i].starts_with(flag + "=")) place_of = words[i].substr(flag.size() + 1);
    }
  };
  place(platform_.config_dir, "config-dir");
  place(platform_.data_dir, "data-dir");
  place(platform_.state_dir, "state-dir");
  return say(written(complete(line, common_, local_words(platform_))));
}

int Run::without_command(const CommandWords& words) {
  const Noun* const noun = find_noun(words.noun);
  if (!words.noun.empty() && noun == nullptr) throw unknown_noun(words.noun);
  if (!words.verb.empty()) throw unknown_verb(words);
  const Given given = read_arguments(common_, words.rest, words.noun);
  apply(common_, given, platform_.getenv);
  if (globals_.version) return say(version_text());
  const std::size_t width = help_width(terminal_.out_is_terminal);
  if (noun == nullptr) return say(help_of_all(width));
  if (globals_.help) return say(help_of_noun(*noun, width));
  if (globals_.error_format == "json") throw lacks_verb(*noun);
  terminal_.err.write(help_of_noun(*noun, help_width(terminal_.err_is_terminal)));
  return k_usage;
}

int Run::command(const Command& command, CommandWords words) {
  OptionSet options;
  const Action action = command.build(options);
  if (command.sorting == Sorting::offered) add_sort(options, globals_);
  for (const Option& option : common_.options()) options.add(option);
  const std::string name = words_of(command);
  const Given given = read_arguments(options, std::move(words.rest), name);
  if (given.options.contains("help")) {
    return say(help_of_command(command, options, help_width(terminal_.out_is_terminal)));
  }
  if (given.options.contains("version")) return say(k_version_line);
  apply(options, given, platform_.getenv);
  if (command.prints == Prints::text)
    refuse_format(given, fmt::format("what \"itsmc {}\" prints", name));
  if (!tells_fields_alone(command, given)) apply_operands(options, given.operands, name);
  choose_directories(given);
  try_settings(command, options, given);
  choose_directories(given);  // config.toml may name those of data and state
  choose_json(given);
  prepare_world(command);
  for (const std::string& unread : unread_variables(options, platform_)) {
    talk_.warning(unread);
  }
  given_ = &given;
  return perform(action);
}

/// --jq implies JSON; one object at a time where ndjson was chosen.
void Run::choose_json(const Given& given) {
  if (globals_.jq.empty()) return;
  const Format format = parse_format(globals_.output);
  if (format == Format::json || format == Format::ndjson) return;
  if (given.options.contains("output")) {
    throw Error(ErrorKind::usage, fmt::format("--jq filters JSON, not {}", globals_.output),
                "leave --output away; the filters @csv and @tsv of jq write such lines");
  }
  globals_.output = "json";
}

int Run::perform(const Action& action) {
  const std::optional<std::string> pager = pager_for(globals_, platform_, terminal_);
  try {
    return pager ? perform_paged(action, *pager) : perform_filtered(action, terminal_.out);
  } catch (const Error& error) {
    throw Error(naming_its_variable(error, *given_, platform_.getenv));
  }
}

int Run::perform_paged(const Action& action, const std::string& pager) {
  PagedOutput paged(pager, terminal_, talk_);
  int code = 0;
  try {
    code = perform_filtered(action, paged);
  } catch (...) {
    paged.finish_plainly();
    throw;
  }
  talk_.end_moving();
  paged.finish();
  return code;
}

int Run::perform_filtered(const Action& action, Output& out) {
  if (globals_.jq.empty() || asks_for_field_names(globals_)) return act(action, out);
  JqOutput filtered(globals_.jq, out,
                    terminal_.out_is_terminal ? JqOutput::Shown::harmless : JqOutput::Shown::raw,
                    platform_.stop);
  const int code = act(action, filtered);
  filtered.finish();
  return code;
}

int Run::act(const Action& action, Output& out) {
  Terminal terminal{
      .in = terminal_.in,
      .out = out,
      .err = terminal_.err,
      .in_is_terminal = terminal_.in_is_terminal,
      .out_is_terminal = terminal_.out_is_terminal,
      .err_is_terminal = terminal_.err_is_terminal,
      .width = terminal_.width,
      .height = terminal_.height,
      .questions = globals_.no_input ? Terminal::Questions::refused : terminal_.questions};
  Session session{platform_, terminal, talk_, globals_, connection_, *given_};
  return action(session);
}

void Run::choose_directories(const Given& given) {
  std::vector<NamedPlace> places;
  const auto choose = [&](std::filesystem::path& place, const char* option, const std::string& by) {
    if (!by.empty()) place = by;
    const std::string variable = environment_name(option);
    const std::string named_by = given.options.contains(option) ? "--" + std::string(option)
                                 : by.empty()                   ? std::string()
                                 : platform_.getenv(variable).value_or("") == by ? variable
                                                                                 : "config.toml";
    places.push_back({place, option, named_by});
  };
  choose(platform_.config_dir, "config-dir", globals_.config_dir);
  choose(platform_.data_dir, "data-dir", globals_.data_dir);
  choose(platform_.state_dir, "state-dir", globals_.state_dir);
  talk_.set(std::move(places));
}

/// The lowest layer, config.toml; its directory is known only now.
void Run::apply_settings(const OptionSet& options, const Given& given) {
  const std::vector<FieldText> defaults =
      client::option_defaults(platform_, [&options] { return settings_read_by(options); });
  apply_defaults(options, given, platform_.getenv, defaults);
}

/// A command that tells what is in config.toml runs without it where it cannot be used.
void Run::try_settings(const Command& command, const OptionSet& options, const Given& given) {
  try {
    apply_settings(options, given);
  } catch (const Error&) {
    if (command.settings == SettingsUse::applied) throw;
  }
}

void Run::prepare_world(const Command& command) {
  talk_.set(globals_.error_format == "json" ? ErrorFormat::json : ErrorFormat::text);
  talk_.set(colour_for(globals_, platform_, terminal_.err_is_terminal));
  talk_.set(globals_.debug   ? Talk::Volume::debug
            : globals_.quiet ? Talk::Volume::quiet
                             : Talk::Volume::normal);
  platform_.log = talk_.log();
  platform_.process = fmt::format("itsmc {} ({})", words_of(command), platform_.process);
  if (!globals_.log_file.empty()) begin_log();
  talk_.log_only("begins: " + platform_.process);
}

/// The run's id in the log is that of the ledger: the first that is asked for.
void Run::begin_log() {
  const std::string run = platform_.new_run_id();
  platform_.new_run_id = [next = platform_.new_run_id, first = std::make_shared<std::string>(run)] {
    return first->empty() ? next() : std::exchange(*first, {});
  };
  const LogFormat format = globals_.log_format == "json" ? LogFormat::json : LogFormat::text;
  talk_.set(
      std::make_unique<LogFile>(globals_.log_file, LogFile::Style{format, run}, platform_.clock));
}

int guarded(Run& work, Talk& talk, std::span<const std::string> arguments, Terminal& terminal) {
  try {
    const int code = work(arguments);
    terminal.out.flush();
    return code;
  } catch (const BrokenPipe&) {
    return 0;  // the reader has all it wanted
  } catch (const Error& error) {
    talk.error(error, {work.connection(), {}});
    return exit_code(error.kind());
  } catch (const std::exception& error) {
    talk.error(Error(ErrorKind::unforeseen, fmt::format("unforeseen: {}", error.what()),
                     "run it again with --debug; it is a fault of itsmc, please report it"),
               {work.connection(), {}});
    return 1;
  }
}

}  // namespace

int run(std::span<const std::string> arguments, Terminal& terminal,
        const client::Platform& platform) {
  Talk talk(terminal);
  talk.set(early_error_format(arguments, platform));
  talk.set(colour_for({}, platform, terminal.err_is_terminal));
  Run work(terminal, platform, talk);
  const int code = guarded(work, talk, arguments, terminal);
  talk.log_only(fmt::format("ends: exit {}", code));
  try {
    terminal.out.flush();  // what was written before a failure
  } catch (const BrokenPipe&) {
    return code;
  } catch (const Error&) {
    return code == 0 ? exit_code(ErrorKind::unforeseen) : code;
  }
  terminal.err.flush();
  return code;
}

}  // namespace itsmc::cli

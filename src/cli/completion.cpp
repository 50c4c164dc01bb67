#include "cli/completion.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "cli/globals.hpp"
#include "cli/help.hpp"
#include "cli/parser.hpp"
#include "cli/topics.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

/// Options whose values the machine knows, by name: they mean the same in every command.
struct KnownValue {
  std::string_view option;
  Known known;
};
constexpr std::array k_known_values{
    KnownValue{"connection", Known::connections},
    KnownValue{"workspace", Known::workspaces},
    KnownValue{"action", Known::actions},
    KnownValue{"template", Known::templates},
    KnownValue{"state", Known::states},
    KnownValue{"fields", Known::fields},
    KnownValue{"sort", Known::fields},
};

/// Whose names the operand NAME of a noun's verbs is.
struct KnownOperand {
  std::string_view noun;
  Known known;
};
constexpr std::array k_known_operands{
    KnownOperand{"connection", Known::connections}, KnownOperand{"sync", Known::connections},
    KnownOperand{"workspace", Known::workspaces},   KnownOperand{"action", Known::actions},
    KnownOperand{"template", Known::templates},
};

/// Words of fields whose setters keep them unread until all are checked together.
std::vector<std::string> words_of_field(std::string_view name) {
  std::vector<std::string> words;
  if (name == "partner") {
    for (const PartnerKind kind : k_partner_kinds) words.emplace_back(to_string(kind));
  } else if (name == "type") {
    for (const WorkItemType type : {WorkItemType::incident, WorkItemType::change_request,
                                    WorkItemType::event, WorkItemType::alert}) {
      words.emplace_back(to_string(type));
    }
  } else if (name == "work-items") {
    words = {"incident", "change-request"};
  } else if (name == "grant") {
    words = {"password", "client-credentials"};
  } else if (name == "per") {
    words = {"alert", "rule", "ci", "row"};
  } else if (name == "on-resolve") {
    words = {"resolve", "comment", "nothing"};
  } else if (name == "cloud") {
    words = {"public", "usgov", "china"};
  } else if (name == "secret-store") {
    words.assign(k_secret_stores.begin(), k_secret_stores.end());
  } else if (name == "auth") {
    words = {"auto", "secret", "certificate", "federated", "managed-identity", "cli"};
  }
  return words;
}

/// What `config explain` takes: every option that may be a default, and a connection's fields.
std::vector<std::string> config_keys() {
  std::vector<std::string> keys = names_of(settings_options());
  for (const ConnectionField& field : connection_fields()) {
    const std::string name(field.name);
    const bool known = std::find(keys.begin(), keys.end(), name) != keys.end();
    if (!known && !field.secret) keys.push_back(name);
  }
  return keys;
}

std::vector<Candidate> plain(const std::vector<std::string>& words) {
  std::vector<Candidate> candidates;
  candidates.reserve(words.size());
  for (const std::string& word : words) candidates.push_back({word, {}});
  return candidates;
}

void keep_beginning_with(std::vector<Candidate>& candidates, std::string_view beginning) {
  std::erase_if(candidates, [&](const Candidate& one) { return !one.word.starts_with(beginning); });
}

/// "number,ti": what is offered for the last name stands behind those that are there already.
Offer continued_list(Offer offer, std::string_view current) {
  offer.kind = Offer::Kind::list;
  const std::size_t comma = current.rfind(',');
  if (comma == std::string_view::npos) return offer;
  const std::string_view done = current.substr(0, comma + 1);
  const std::vector<std::string> used = split(done, ',');
  std::erase_if(offer.candidates, [&](const Candidate& one) {
    return std::find(used.begin(), used.end(), one.word) != used.end();
  });
  for (Candidate& one : offer.candidates) one.word.insert(0, done);
  return offer;
}

/// One completion: the command found and its options built, then one question.
class Completion {
 public:
  Completion(const Line& line, const OptionSet& common, const LocalWords& local)
      : line_(line), local_(local), words_(take_words(line.before, common)) {
    command_ = find_command(words_.noun, words_.verb);
    if (command_ != nullptr) command_->build(options_);
    if (command_ != nullptr && command_->sorting == Sorting::offered) add_sort(options_, unset_);
    for (const Option& option : common.options()) options_.add(option);
  }
  [[nodiscard]] Offer operator()() const;

 private:
  [[nodiscard]] const Option* option_named(std::string_view word) const;
  [[nodiscard]] Offer values(const Option& option, std::string_view current) const;
  [[nodiscard]] Offer option_names() const;
  [[nodiscard]] Offer command_words() const;
  [[nodiscard]] Offer help_words() const;
  [[nodiscard]] Offer operands() const;
  [[nodiscard]] std::vector<Candidate> local(Known what) const {
    return command_ == nullptr ? std::vector<Candidate>{} : local_(what, *command_);
  }

  const Line& line_;
  const LocalWords& local_;
  CommandWords words_;
  const Command* command_ = nullptr;
  OptionSet options_;
  GlobalOptions unset_;  // what --sort would set
};

const Option* Completion::option_named(std::string_view word) const {
  if (word.starts_with("--")) return options_.find(word.substr(2));
  return word.size() == 2 && word.front() == '-' ? options_.find(word[1]) : nullptr;
}

Offer Completion::values(const Option& option, std::string_view current) const {
  if (option.value.empty()) return {Offer::Kind::words, plain({"true", "false"})};
  if (!option.set.choices().empty()) return {Offer::Kind::words, plain(option.set.choices())};
  const bool list = option.value == "A,B" || option.name == "work-items";
  Offer offer{Offer::Kind::words, plain(words_of_field(option.name))};
  for (const KnownValue& row : k_known_values) {
    if (row.option == option.name) offer.candidates = local(row.known);
  }
  if (list) return continued_list(std::move(offer), current);
  if (option.name == "sort" && current.starts_with('-')) {
    for (Candidate& one : offer.candidates) one.word.insert(0, "-");
  }
  if (!offer.candidates.empty()) return offer;
  if (option.value == "FILE") return {Offer::Kind::files, {}};
  if (option.value == "DIR") return {Offer::Kind::directories, {}};
  return offer;
}

Offer Completion::option_names() const {
  Offer offer;
  for (const Option& option : options_.options()) {
    offer.candidates.push_back({"--" + option.name, option.help});
  }
  return offer;
}

Offer Completion::command_words() const {
  Offer offer;
  if (words_.noun.empty()) {
    for (const Noun& noun : nouns()) {
      offer.candidates.push_back({std::string(noun.name), std::string(noun.summary)});
    }
    offer.candidates.push_back({"help", "A command's help, or a topic's"});
    return offer;
  }
  for (const Command& command : commands()) {
    if (command.noun != words_.noun || command.verb.empty()) continue;
    offer.candidates.push_back({std::string(command.verb), std::string(command.summary)});
  }
  return offer;
}

/// "help": nouns and topics, then a noun's verbs.
Offer Completion::help_words() const {
  const OptionSet none;
  Line line = line_;
  const auto help = std::find(line.before.begin(), line.before.end(), "help");
  line.before = line.before.subspan(static_cast<std::size_t>(help - line.before.begin()) + 1);
  if (line.before.size() > 1) return {};
  Offer offer = Completion(line, none, local_).command_words();
  if (!line.before.empty()) return offer;
  for (const Topic& topic : topics()) {
    offer.candidates.push_back({std::string(topic.name), std::string(topic.summary)});
  }
  return offer;
}

Offer Completion::operands() const {
  const Operand& operand = options_.operand();
  std::vector<std::string> there;
  for (std::size_t i = 0; i < words_.rest.size(); ++i) {
    const std::string& word = words_.rest[i];
    if (word.size() < 2 || word.front() != '-') {
      there.push_back(word);
      continue;
    }
    const Option* const option = option_named(word);
    if (option != nullptr && !option->value.empty()) ++i;  // its value
  }
  if (operand.arity == Arity::none) return option_names();
  if (!there.empty() && operand.arity != Arity::many) return {};
  if (!operand.set.choices().empty()) return {Offer::Kind::words, plain(operand.set.choices())};
  if (command_->noun == "config" && operand.name == "KEY") {
    return {Offer::Kind::words, plain(config_keys())};
  }
  if (!operand.name.starts_with("NAME") || command_->verb == "add") return {};
  for (const KnownOperand& row : k_known_operands) {
    if (row.noun != command_->noun) continue;
    Offer offer{Offer::Kind::words, local(row.known)};
    std::erase_if(offer.candidates, [&there](const Candidate& one) {
      return std::find(there.begin(), there.end(), one.word) != there.end();
    });
    return offer;
  }
  return {};
}

Offer Completion::operator()() const {
  const std::string& current = line_.current;
  const std::size_t equals = current.find('=');
  if (current.starts_with("--") && equals != std::string::npos) {
    const Option* const option = option_named(std::string_view(current).substr(0, equals));
    if (option == nullptr) return {};
    Offer offer = values(*option, std::string_view(current).substr(equals + 1));
    for (Candidate& one : offer.candidates) one.word.insert(0, current, 0, equals + 1);
    return offer;
  }
  const Option* const last = line_.before.empty() ? nullptr : option_named(line_.before.back());
  if (last != nullptr && !last->value.empty()) return values(*last, current);
  if (current.starts_with('-')) return option_names();
  if (words_.noun == "help") return help_words();
  return command_ == nullptr ? command_words() : operands();
}

std::string_view name_of(Offer::Kind kind) {
  switch (kind) {
    case Offer::Kind::words:
      return "words";
    case Offer::Kind::list:
      return "list";
    case Offer::Kind::files:
      return "files";
    case Offer::Kind::directories:
      return "directories";
  }
  return {};
}

}  // namespace

Offer complete(const Line& line, const OptionSet& common, const LocalWords& local) {
  Offer offer = Completion(line, common, local)();
  keep_beginning_with(offer.candidates, line.current);
  return offer;
}

std::string written(const Offer& offer) {
  std::string text = fmt::format("{}\n", name_of(offer.kind));
  for (const Candidate& one : offer.candidates) {
    // A line break or a tab in a name would be another candidate: such a name is left out.
    if (one.word.find_first_of("\n\t\r") != std::string::npos) continue;
    text += fmt::format("{}\t{}\n", one.word, excerpt(one.meaning, 200));
  }
  return text;
}

}  // namespace itsmc::cli

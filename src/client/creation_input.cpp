#include "itsmc/client/creation_input.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"

namespace itsmc::client {
namespace {

using nlohmann::json;

struct TextKey {
  std::string_view name;
  std::string ItemDraft::*target;
};
constexpr std::array k_texts{TextKey{"title", &ItemDraft::title},
                             TextKey{"description", &ItemDraft::description},
                             TextKey{"urgency", &ItemDraft::urgency},
                             TextKey{"impact", &ItemDraft::impact},
                             TextKey{"category", &ItemDraft::category},
                             TextKey{"severity", &ItemDraft::severity},
                             TextKey{"template", &ItemDraft::template_name},
                             TextKey{"key", &ItemDraft::correlation_id}};

/// Text, or what people write without quotes; absent for anything else.
std::optional<std::string> scalar(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  return std::nullopt;
}

class LineReader {
 public:
  explicit LineReader(CreationInput& input) : input_(input) {}

  void read(const json& line) {
    for (const auto& [key, value] : line.items()) {
      if (!value.is_null()) read(key, value);
    }
  }
  [[nodiscard]] const std::vector<std::string>& problems() const noexcept { return problems_; }

 private:
  void read(const std::string& key, const json& value) {
    for (const TextKey& text : k_texts) {
      if (text.name == key) return take(key, value, input_.request.draft.*text.target);
    }
    if (key == "connection") return take(key, value, input_.connection);
    if (key == "type") return take_type(value);
    if (key == "ci") return take_cis(value);
    if (key == "set") return take_set(value);
    refuse_unknown(key);
  }

  void take(const std::string& key, const json& value, std::string& target) {
    if (const auto text = scalar(value)) {
      target = *text;
    } else {
      problems_.push_back(fmt::format("\"{}\" is not a text", key));
    }
  }
  void take_type(const json& value) {
    const auto type = parse_work_item_type(value.is_string() ? value.get<std::string>() : "");
    if (type) {
      input_.request.draft.type = *type;
    } else {
      problems_.emplace_back("\"type\" is not incident, change-request, event or alert");
    }
  }
  void take_cis(const json& value) {
    input_.request.cis.clear();
    for (const json& one : value.is_array() ? value : json::array({value})) {
      const auto name = scalar(one);
      if (!name) return problems_.emplace_back("\"ci\" is not a text or an array of texts"), void();
      input_.request.cis.push_back({.name = *name});
    }
  }
  void take_set(const json& value) {
    if (!value.is_object()) {
      problems_.emplace_back("\"set\" is not an object of fields and texts");
      return;
    }
    for (const auto& [field, given] : value.items()) {
      const auto text = scalar(given);
      if (!text) {
        problems_.push_back(fmt::format("\"set\": \"{}\" is not a text", field));
        continue;
      }
      auto& set = input_.request.draft.set;
      std::erase_if(set, [&field = field](const auto& one) { return one.first == field; });
      set.emplace_back(field, *text);
    }
  }
  void refuse_unknown(const std::string& key) {
    std::vector<std::string> known{"connection", "type", "ci", "set"};
    for (const TextKey& text : k_texts) known.emplace_back(text.name);
    const std::string near = nearest(key, known);
    problems_.push_back(
        fmt::format("unknown key \"{}\"{}", excerpt(key, 60),
                    near.empty() ? "" : fmt::format(": did you mean \"{}\"?", near)));
  }

  CreationInput& input_;
  std::vector<std::string> problems_;
};

}  // namespace

CreationInput read_creation_line(std::string_view line, const std::string& place,
                                 const CreationInput& defaults) {
  CreationInput input = defaults;
  const json parsed = json::parse(line, nullptr, false);
  if (!parsed.is_object()) {
    input.error = Error(ErrorKind::invalid, place + ": not a JSON object: " + excerpt(line, 60),
                        "one object a line: {\"title\":\"Disk full\",\"ci\":\"vm1\"}");
    return input;
  }
  LineReader reader(input);
  reader.read(parsed);
  if (!reader.problems().empty()) {
    input.error = Error(ErrorKind::invalid, place + ": " + join(reader.problems(), "; "),
                        "itsmc workitem create --help lists the keys");
  }
  return input;
}

}  // namespace itsmc::client

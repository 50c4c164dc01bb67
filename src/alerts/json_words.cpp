#include "alerts/json_words.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::alerts {
namespace {

constexpr int k_deepest = 64;

/// "3/22/2019 1:36:31 PM" as RFC 3339; empty when it is not that.
std::string from_us_form(std::string_view text) {
  const std::vector<std::string> parts = split(text, ' ');
  if (parts.size() != 3) return {};
  const std::vector<std::string> day = split(parts[0], '/');
  const std::vector<std::string> clock = split(parts[1], ':');
  if (day.size() != 3 || clock.size() != 3) return {};
  std::array<int, 6> numbers{};
  const std::array<const std::string*, 6> words{&day[2],   &day[0],   &day[1],
                                                &clock[0], &clock[1], &clock[2]};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const char* const end = words[i]->data() + words[i]->size();
    const auto [stop, failure] = std::from_chars(words[i]->data(), end, numbers[i]);
    if (failure != std::errc() || stop != end) return {};
  }
  const bool afternoon = iequals(parts[2], "PM");
  if ((!afternoon && !iequals(parts[2], "AM")) || numbers[3] < 1 || numbers[3] > 12) return {};
  numbers[3] = numbers[3] % 12 + (afternoon ? 12 : 0);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", numbers[0], numbers[1], numbers[2],
                     numbers[3], numbers[4], numbers[5]);
}

}  // namespace

const json& member(const json& object, std::string_view name) {
  static const json k_null;
  if (!object.is_object()) return k_null;
  const auto exact = object.find(name);
  if (exact != object.end()) return *exact;
  for (auto at = object.begin(); at != object.end(); ++at) {
    if (iequals(at.key(), name)) return *at;
  }
  return k_null;
}

std::string text_of(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  return {};
}

std::string text_at(const json& object, std::string_view name) {
  return text_of(member(object, name));
}

std::vector<std::string> texts_at(const json& object, std::string_view name) {
  std::vector<std::string> texts;
  const json& value = member(object, name);
  if (!value.is_array()) {
    if (std::string one = text_of(value); !one.empty()) texts.push_back(std::move(one));
    return texts;
  }
  for (const json& entry : value) {
    if (std::string one = text_of(entry); !one.empty()) texts.push_back(std::move(one));
  }
  return texts;
}

std::optional<Timestamp> time_at(const json& object, std::string_view name) {
  const std::string text = text_at(object, name);
  if (text.empty()) return std::nullopt;
  if (const auto time = parse_rfc3339(text)) return time;
  const std::string rewritten = from_us_form(text);
  return rewritten.empty() ? std::nullopt : parse_rfc3339(rewritten);
}

std::optional<int> severity_at(const json& object, std::string_view name) {
  std::string text = to_lower(text_at(object, name));
  if (text.starts_with("sev")) text.erase(0, 3);
  if (text.size() != 1 || text[0] < '0' || text[0] > '4') return std::nullopt;
  return text[0] - '0';
}

std::string last_segment(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return std::string(path.substr(path.rfind('/') + 1));
}

std::string without_tags(std::string_view html) {
  std::string text;
  bool in_tag = false;
  for (const char c : html) {
    if (c == '<') in_tag = true;
    if (!in_tag) text += c;
    if (c == '>') {
      in_tag = false;
      text += ' ';
    }
  }
  return text;
}

void add_fact(std::vector<Fact>& facts, std::string name, std::string value) {
  if (!trim(value).empty()) facts.emplace_back(std::move(name), std::move(value));
}

void add_members(std::vector<Fact>& facts, const std::string& prefix, const json& object,
                 std::size_t most) {
  if (!object.is_object()) return;
  for (const auto& [key, value] : object.items()) {
    if (most == 0) return;
    const std::string text = text_of(value);
    if (text.empty()) continue;
    add_fact(facts, prefix + key, text);
    --most;
  }
}

json try_parse(std::string_view text) {
  try {
    return parse_payload(text);
  } catch (const Error&) {
    return json(json::value_t::discarded);
  }
}

json parse_payload(std::string_view text) {
  if (trim(text).empty()) throw Error(ErrorKind::invalid, "the input is empty");
  try {
    return json::parse(text, [](int depth, json::parse_event_t, json&) {
      if (depth > k_deepest) {
        throw Error(ErrorKind::invalid, fmt::format("nested deeper than {} levels", k_deepest));
      }
      return true;
    });
  } catch (const json::parse_error& error) {
    // "[json.exception.parse_error.101] parse error at ...": the first word tells nobody anything.
    const std::string_view words = error.what();
    throw Error(ErrorKind::invalid,
                fmt::format("not JSON: at byte {} of {}: {}", std::min(error.byte, text.size()),
                            text.size(), excerpt(words.substr(words.find("] ") + 2), 160)));
  }
}

}  // namespace itsmc::alerts

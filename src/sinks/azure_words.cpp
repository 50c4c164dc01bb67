#include "sinks/azure_words.hpp"

#include <vector>

#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"

namespace itsmc::sinks {
namespace {

using nlohmann::json;

constexpr int k_deepest = 6;

std::string text_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string own_words(const json& error) {
  const std::string code = text_at(error, "code");
  std::string message = text_at(error, "message");
  if (code.empty()) return message;
  return message.empty() ? code : code + ": " + message;
}

void collect(const json& error, int depth, std::vector<std::string>& words) {
  if (!error.is_object() || depth > k_deepest) return;
  std::string own = own_words(error);
  if (!own.empty()) words.push_back(std::move(own));
  if (const auto inner = error.find("innererror"); inner != error.end()) {
    collect(*inner, depth + 1, words);
  }
  const auto details = error.find("details");
  if (details == error.end() || !details->is_array()) return;
  for (const json& detail : *details) collect(detail, depth + 1, words);
}

}  // namespace

/// Reads
///   {"error":{"code":"BadArgumentError","message":"The request had some invalid properties",
///             "innererror":{"code":"SyntaxError","message":"Syntax Error"}}}
///   {"error":{"code":"InvalidPayload","message":"..","details":[{"code":"InvalidOutputTable",..}]}}
/// (azure reference 2.3, 3, 4).
std::string azure_words(std::string_view body) {
  const json parsed = json::parse(body, nullptr, false);
  if (!parsed.is_object()) return {};
  const auto error = parsed.find("error");
  std::vector<std::string> words;
  collect(error != parsed.end() && error->is_object() ? *error : parsed, 0, words);
  return join(words, "; ");
}

}  // namespace itsmc::sinks

// Stored rows as a relation.
#include <charconv>
#include <unordered_map>

#include <simdjson.h>

#include "azure/kql_functions.hpp"
#include "azure/kql_run.hpp"
#include "azure/row_intake.hpp"

namespace itsmc::sim::azure::kql {
namespace {

namespace od = simdjson::ondemand;

std::string_view trimmed(std::string_view token) {
  const auto end = token.find_last_not_of(" \t\r\n");
  return end == std::string_view::npos ? std::string_view{} : token.substr(0, end + 1);
}

std::string_view nested_json(od::value& value) {
  const od::json_type kind = value.type();
  if (kind == od::json_type::array) {
    od::array array = value.get_array();
    return array.raw_json();
  }
  od::object object = value.get_object();
  return object.raw_json();
}

class Loader {
 public:
  Loader(const LoadPlan& plan, TextPool& pool) : plan_(plan), pool_(pool) {
    for (std::size_t i = 0; i < plan.columns.size(); ++i) places_[plan.columns[i].name] = i;
    blank_.resize(plan.columns.size());
    // A text is never null in a workspace: absent is empty.
    for (std::size_t i = 0; i < blank_.size(); ++i) {
      if (plan.columns[i].type == "string") blank_[i] = Value::of_text("");
    }
  }

  Row read(std::string_view json, std::size_t readable) {
    Row row = blank_;
    od::document document =
        parser_.iterate(simdjson::padded_string_view(json.data(), json.size(), readable));
    for (auto field : document.get_object()) {
      const char* raw = field.key().raw();
      const std::string_view rest(raw, 128);
      const auto found = places_.find(rest.substr(0, rest.find('"')));
      if (found == places_.end()) continue;
      row[found->second] = cell(plan_.columns[found->second].type, field.value());
    }
    return row;
  }

 private:
  Value cell(const std::string& type, od::value value) {
    const od::json_type kind = value.type();
    if (kind == od::json_type::array || kind == od::json_type::object) {
      return Value::of_dynamic(trimmed(nested_json(value)));
    }
    const std::string_view token = trimmed(value.raw_json_token());
    if (type == "dynamic") return Value::of_dynamic(token);
    if (kind == od::json_type::string) {
      const bool escaped = token.find('\\') != std::string_view::npos;
      const std::string_view text =
          escaped ? pool_.keep(std::string(std::string_view(value.get_string())))
                  : token.substr(1, token.size() - 2);
      return type == "datetime" ? instant_of(text) : Value::of_text(text);
    }
    if (kind == od::json_type::boolean) return Value::of_truth(token == "true");
    if (kind == od::json_type::null) return {};
    return number(type, token);
  }

  static Value number(const std::string& type, std::string_view token) {
    if (type == "real") {
      double real = 0;
      std::from_chars(token.data(), token.data() + token.size(), real);
      return Value::of_real(real);
    }
    std::int64_t whole = 0;
    std::from_chars(token.data(), token.data() + token.size(), whole);
    return Value::of_whole(whole);
  }

  const LoadPlan& plan_;
  TextPool& pool_;
  od::parser parser_;
  std::unordered_map<std::string_view, std::size_t> places_;
  Row blank_;
};

}  // namespace

Relation load(const std::vector<BatchPtr>& batches, const LoadPlan& plan, TextPool& pool) {
  Relation out;
  out.columns = plan.columns;
  Loader loader(plan, pool);
  for (const auto& batch : batches) {
    if (batch->ingested_ms > plan.visible_until_ms) continue;
    out.held.push_back(batch);
    const char* end = batch->text.data() + batch->text.size() + k_padding;
    for (std::size_t i = 0; i < batch->ends.size(); ++i) {
      const auto row = batch->row(i);
      out.rows.push_back(loader.read(row, static_cast<std::size_t>(end - row.data())));
      out.ingested.push_back(batch->ingested_ms * k_ticks_a_ms);
    }
  }
  return out;
}

}  // namespace itsmc::sim::azure::kql

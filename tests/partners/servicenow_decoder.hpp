#pragma once

#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/partners/servicenow_page.hpp"

namespace itsmc::test {

/// Decodes pages of one type, each with all that it needs.
class Decoder {
 public:
  explicit Decoder(WorkItemType type = WorkItemType::incident)
      : type_(type), choices(partners::servicenow::built_in_choices(type)) {}

  partners::servicenow::PageFacts decode(const std::string& text) {
    return partners::servicenow::decode_page(
        {text, 0}, {partners::servicenow::field_map(type_), choices, bounds}, scratch_, batch);
  }
  /// The one row of a page of one.
  WorkItemView only(const nlohmann::json& row) {
    const partners::servicenow::PageFacts facts =
        decode(nlohmann::json{{"result", nlohmann::json::array({row})}}.dump());
    REQUIRE(facts.outcome == partners::servicenow::PageFacts::Outcome::complete);
    REQUIRE(batch.size() == 1);
    return batch[0];
  }
  Error error_of(const std::string& text) {
    try {
      (void)decode(text);
    } catch (const Error& error) {
      return error;
    }
    FAIL("nothing was thrown");
    return {ErrorKind::unforeseen, ""};
  }

 private:
  WorkItemType type_;
  partners::servicenow::PageScratch scratch_;

 public:
  partners::servicenow::Choices choices;
  partners::servicenow::RowBounds bounds;
  WorkItemBatch batch;
};

inline nlohmann::json row_of(const std::string& id,
                             const std::string& updated = "2025-01-02 03:04:05") {
  return {{"sys_id", id}, {"sys_updated_on", updated}};
}

inline std::string time_text(const WorkItemView& item, TimeField field) {
  const auto time = item.time(field);
  return time ? format_rfc3339(*time) : "";
}

}  // namespace itsmc::test

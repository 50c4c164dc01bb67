// One row of a business object.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cherwell/blueprint.hpp"

namespace itsmc::sim::cherwell {

enum class Visibility { shown, hidden };

// A record IS what the instance keeps of one row: only the fields that are set. A plain value.
struct Record {
  std::string rec_id;
  std::string public_id;
  std::int64_t updated = 0;  // LastModifiedDateTime, seconds UTC
  Visibility visibility = Visibility::shown;
  std::vector<std::pair<FieldNumber, std::string>> texts;
  std::vector<std::pair<FieldNumber, std::int64_t>> moments;

  // Empty when it is not set.
  [[nodiscard]] std::string_view text(FieldNumber field) const;
  void set(FieldNumber field, std::string value);
  [[nodiscard]] std::optional<std::int64_t> moment(FieldNumber field) const;
  void set_moment(FieldNumber field, std::optional<std::int64_t> seconds);
};

// The text of any text-like field, ids included.
std::string_view text_of(const ObjectType& type, const Record& record, FieldNumber field);
// The date of any date field, LastModifiedDateTime included.
std::optional<std::int64_t> moment_of(const ObjectType& type, const Record& record,
                                      FieldNumber field);
// ShortDescription, or the first line of Description when it is empty (cherwell reference 9).
std::string title_of(const ObjectType& type, const Record& record);

}  // namespace itsmc::sim::cherwell

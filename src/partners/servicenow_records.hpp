#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "itsmc/http/client.hpp"

namespace itsmc::partners::servicenow {

/// A record of any of the instance's APIs: the stored value of each field, and what people see of
/// it. A field that the user may not read is not there at all (servicenow reference 2.3).
struct Record {
  std::map<std::string, std::string, std::less<>> values, shown;
  [[nodiscard]] bool has(std::string_view field) const { return values.contains(field); }
  /// Empty when it is not there.
  [[nodiscard]] std::string value(std::string_view field) const;
  /// The label; the value where none came.
  [[nodiscard]] std::string label(std::string_view field) const;
};

/// One object of "result". Numbers become the text that the Table API has for them: -5.0 is "-5".
[[nodiscard]] Record parse_record(const nlohmann::json& object);

/// Rows of a table, and how many matched before access rules took some away.
struct Records {
  std::vector<Record> rows;
  std::optional<std::int64_t> count;
};

/// A small question to a table.
struct TableQuery {
  std::string table, query, fields;
  int limit = 50;
};
/// Throws Error as Client::exchange does; protocol for an answer without a whole result.
[[nodiscard]] Records read_records(http::Client& client, const TableQuery& query,
                                   const std::stop_token& stop);

/// The JSON of an answer. Throws Error(protocol) when it is none, or when it carries an error
/// although its status is good (servicenow reference 2.6).
[[nodiscard]] nlohmann::json parse_answer(const http::Response& response);

/// True for 32 hex digits, which every sys_id of an instance's own records is.
[[nodiscard]] bool is_sys_id(std::string_view text) noexcept;

}  // namespace itsmc::partners::servicenow

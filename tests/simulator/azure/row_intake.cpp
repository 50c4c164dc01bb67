#include "azure/row_intake.hpp"

#include <charconv>
#include <cstring>
#include <unordered_map>

#include <simdjson.h>

#include "shared/clock.hpp"

namespace itsmc::sim::azure {
namespace {

namespace od = simdjson::ondemand;

constexpr std::string_view k_time = "TimeGenerated";
constexpr std::size_t k_instant_size = 24;  // 2016-06-10T12:00:00.000Z

std::string_view trimmed(std::string_view token) {
  const auto end = token.find_last_not_of(" \t\r\n");
  return end == std::string_view::npos ? std::string_view{} : token.substr(0, end + 1);
}

// At most that many bytes, without half a character at the end.
std::string_view cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

bool is_whole(std::string_view token) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  return error == std::errc{} && end == token.data() + token.size();
}

bool is_number(std::string_view token) {
  double value = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  return error == std::errc{} && end == token.data() + token.size();
}

// The numbers that a column of that type keeps, written as JSON.
bool keeps_number(std::string_view type, std::string_view token) {
  if (type == "int" || type == "long") return is_whole(token);
  return type == "real" && is_number(token);
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

// Reads the rows of one call. Lives as long as the call.
class Reader {
 public:
  Reader(const IntakePlan& plan, std::int64_t now_ms, Intake& out)
      : plan_(plan), now_ms_(now_ms), out_(out) {
    for (const auto& column : plan.columns) by_name_.emplace(column.name, &column);
    keeps_time_ = plan.time == TimeRule::rewritten;
  }

  // Throws simdjson_error for malformed JSON and std::runtime_error for what the plan refuses.
  void read(std::string_view json) {
    static thread_local od::parser parser;
    od::document document = parser.iterate(
        simdjson::padded_string_view(json.data(), json.size(), json.size() + k_padding));
    // 204 with nothing stored: the first silent loss (azure reference 2.4).
    if (document.type() != od::json_type::array) return;
    out_.batch.text.reserve(plan_.count_only ? 0 : json.size() + k_padding);
    for (auto element : document.get_array()) {
      if (element.type() != od::json_type::object) {
        ++out_.not_objects;
        continue;
      }
      ++out_.rows;
      if (!plan_.count_only) read_row(element.get_object());
    }
    // At the end there is no location.
    if (!document.current_location().error())
      throw std::runtime_error("text behind the end of the array");
  }

 private:
  void read_row(od::object object) {
    std::string& text = out_.batch.text;
    row_start_ = text.size();
    text += '{';
    time_ms_.reset();
    if (keeps_time_) text += R"("TimeGenerated":"0000-00-00T00:00:00.000Z")";
    for (auto field : object) {
      const Column* column = column_of(field);
      if (!column) {
        ++out_.dropped_values;
        continue;
      }
      read_value(*column, field.value());
    }
    if (keeps_time_) settle_time();
    text += "}\n";
    out_.batch.ends.push_back(static_cast<std::uint32_t>(text.size()));
  }

  const Column* column_of(simdjson::simdjson_result<od::field>& field) {
    const char* raw = field.key().raw();
    const auto* end = static_cast<const char*>(std::memchr(raw, '"', 1U << 16));
    std::string_view name(raw, end ? static_cast<std::size_t>(end - raw) : 0);
    if (name.find('\\') != std::string_view::npos) name = field.unescaped_key();
    // Rows name their columns in the same order as a rule.
    if (next_ < plan_.columns.size() && plan_.columns[next_].name == name) {
      return &plan_.columns[next_++];
    }
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return nullptr;
    next_ = static_cast<std::size_t>(found->second - plan_.columns.data()) + 1;
    return found->second;
  }

  void begin(const Column& column) {
    std::string& text = out_.batch.text;
    if (text.size() > row_start_ + 1) text += ',';
    text += '"';
    text += column.name;
    text += "\":";
  }

  void put(const Column& column, std::string_view json) {
    begin(column);
    out_.batch.text += json;
  }

  void read_value(const Column& column, od::value value) {
    switch (value.type()) {
      case od::json_type::string:
        read_string(column, value);
        return;
      case od::json_type::number:
        read_number(column, value);
        return;
      case od::json_type::boolean: {
        const bool truth = value.get_bool();
        const std::string_view word = truth ? "true" : "false";
        if (column.type == "boolean" || column.type == "dynamic") put(column, word);
        if (column.type == "string") put(column, truth ? "\"true\"" : "\"false\"");
        return;
      }
      case od::json_type::null:
        if (!value.is_null()) throw std::runtime_error("a value cannot be read");
        return;
      default:
        read_nested(column, value);
    }
  }

  void read_number(const Column& column, od::value value) {
    const std::string_view token = trimmed(value.raw_json_token());
    double checked = value.get_double();  // throws for what is no number
    static_cast<void>(checked);
    if (column.type == "string") {
      put(column, "\"" + std::string(token) + "\"");
    } else if (column.type == "dynamic" || keeps_number(column.type, token)) {
      put(column, token);
    }
  }

  void read_nested(const Column& column, od::value value) {
    const std::string_view json = trimmed(nested_json(value));
    if (column.type == "dynamic") {
      put(column, json);
      return;
    }
    if (plan_.nested == NestedRule::refused) {
      throw std::runtime_error("nested value in the column '" + column.name + "'");
    }
    if (column.type == "string") put_text(column, json);
  }

  void put_text(const Column& column, std::string_view value) {
    if (value.size() > k_longest_text) ++out_.cut_values;
    begin(column);
    out_.batch.text += quote_json(cut(value, k_longest_text));
  }

  void read_string(const Column& column, od::value value) {
    const std::string_view token = trimmed(value.raw_json_token());
    const bool escaped = token.find('\\') != std::string_view::npos;
    const bool plain = column.type == "string" || column.type == "dynamic" || column.type == "guid";
    if (plain && !escaped && token.size() <= k_longest_text + 2) {
      put(column, token);
      return;
    }
    const std::string_view text = value.get_string();  // checks the escapes
    if (plain) {
      if (text.size() > k_longest_text) {
        put_text(column, text);
      } else {
        put(column, token);
      }
    } else if (column.type == "datetime") {
      read_instant(column, text);
    } else if (keeps_number(column.type, text)) {
      put(column, text);
    }
  }

  void read_instant(const Column& column, std::string_view text) {
    const auto instant = parse_instant(text);
    if (keeps_time_ && column.name == k_time) {
      time_ms_ = instant;
    } else if (instant) {
      begin(column);
      out_.batch.text += quote_json(text);
    }
  }

  void settle_time() {
    if (time_ms_) {
      if (out_.earliest_ms == 0 || *time_ms_ < out_.earliest_ms) out_.earliest_ms = *time_ms_;
      if (*time_ms_ > out_.latest_ms) out_.latest_ms = *time_ms_;
    }
    std::int64_t time = time_ms_.value_or(0);
    if (time < now_ms_ - k_oldest_ms || time > now_ms_ + k_newest_ms) {
      time = now_ms_;
      ++out_.rewritten_times;
    }
    if (time != written_ms_) {
      written_ms_ = time;
      written_ = rfc3339_text(time);
    }
    // {"TimeGenerated":" is 18 characters.
    out_.batch.text.replace(row_start_ + 18, k_instant_size, written_);
  }

  const IntakePlan& plan_;
  const std::int64_t now_ms_;
  Intake& out_;
  std::unordered_map<std::string_view, const Column*> by_name_;
  std::size_t next_ = 0;
  std::size_t row_start_ = 0;
  bool keeps_time_ = true;
  std::optional<std::int64_t> time_ms_;
  std::int64_t written_ms_ = -1;
  std::string written_;
};

std::optional<std::int64_t> offset_ms(std::string_view text) {
  if (text.size() != 6 || text[3] != ':') return std::nullopt;
  const std::int64_t hours = number_or(text.substr(1, 2), -1);
  const std::int64_t minutes = number_or(text.substr(4, 2), -1);
  if (hours < 0 || minutes < 0) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes) * 60'000;
}

}  // namespace

std::optional<std::int64_t> parse_instant(std::string_view text) {
  std::int64_t offset = 0;
  const auto sign = text.size() > 19 ? text.find_first_of("+-", 19) : std::string_view::npos;
  if (sign != std::string_view::npos) {
    const auto found = offset_ms(text.substr(sign));
    if (!found) return std::nullopt;
    offset = *found;
    text = text.substr(0, sign);
  }
  const auto moment = parse_utc_ms(text);
  return moment ? std::optional(*moment - offset) : std::nullopt;
}

Intake take_in(std::string_view json, const IntakePlan& plan, std::int64_t now_ms) {
  Intake out;
  out.batch.ingested_ms = now_ms;
  try {
    Reader(plan, now_ms, out).read(json);
  } catch (const std::exception& error) {  // simdjson_error is one
    out.malformed = error.what();
    out.batch = {};
    out.rows = 0;
  }
  return out;
}

}  // namespace itsmc::sim::azure

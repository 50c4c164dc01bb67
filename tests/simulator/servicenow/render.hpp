// Records as JSON, in the shapes of servicenow reference 2.3.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "servicenow/filter.hpp"

namespace itsmc::sim::servicenow {

enum class DisplayMode { value, display, all };
enum class Links { shown, excluded };
enum class DateFormat { iso, day_first, month_first };

// How a request wants its records shown. A plain value.
struct View {
  DisplayMode mode = DisplayMode::value;
  Links links = Links::shown;
  std::vector<std::string> fields;  // empty: all
  std::string link_base;            // https://host/api/now/v2/table/
  std::int64_t zone_seconds = 0;    // of the user, for display values
  DateFormat date_format = DateFormat::iso;

  // Deviations, each a fault of that name.
  std::vector<std::string> hidden_fields;  // acl-fields
  unsigned hidden_percent = 100;
  bool null_choices = false;
  bool shuffled_keys = false;
  bool empty_links = false;
  bool bare_numbers = false;
  std::string bad_date_field;  // of the first row rendered

  // Everything that changes the text of a record, as one string.
  [[nodiscard]] std::string key() const;
};

// Renders the rows of one table. Valid as long as the instance; use under its lock.
class Renderer {
 public:
  Renderer(const Instance& instance, const Table& table, const View& view);
  // Appends one object.
  void append(const Row& row, std::string& out);
  // True when other tables' rows show in the text.
  [[nodiscard]] bool looks_elsewhere() const { return looks_elsewhere_; }

 private:
  struct Out {
    std::string name;
    std::string quoted;  // "name":
    FieldPath path;
  };
  void append_field(const Out& out, const Row& row, std::string& text) const;
  void append_value(const Out& out, const Row& row, std::string& text) const;
  void append_reference(const Out& out, std::string_view value, std::string& text) const;
  void append_both(const Out& out, std::string_view value, const Row& row, std::string& text) const;
  [[nodiscard]] std::string display_of(const Out& out, std::string_view value,
                                       const Row& row) const;
  [[nodiscard]] bool hidden(const Out& out, const Row& row) const;
  [[nodiscard]] std::string link(const Column& column, std::string_view value) const;
  [[nodiscard]] std::string journal_text(const Row& row) const;

  const Instance& instance_;
  const Table& table_;
  const View& view_;
  std::vector<Out> outs_;
  bool looks_elsewhere_ = false;
  bool first_ = true;
};

// Appends a quoted, escaped JSON string.
void append_json(std::string_view text, std::string& out);
// How the user sees a date: their zone, their format.
std::string display_date(std::string_view value, std::int64_t zone_seconds, DateFormat format);

}  // namespace itsmc::sim::servicenow

#include <array>

#include "servicenow/instance.hpp"

namespace itsmc::sim::servicenow {
namespace {

struct KindName {
  ColumnKind kind;
  std::string_view type;
};
// How sys_dictionary calls them.
constexpr std::array k_types{KindName{ColumnKind::choice, "string"},
                             KindName{ColumnKind::reference, "reference"},
                             KindName{ColumnKind::date_time, "glide_date_time"},
                             KindName{ColumnKind::date, "glide_date"},
                             KindName{ColumnKind::due, "due_date"},
                             KindName{ColumnKind::integer, "integer"},
                             KindName{ColumnKind::boolean, "boolean"},
                             KindName{ColumnKind::journal, "journal_input"},
                             KindName{ColumnKind::duration, "glide_duration"},
                             KindName{ColumnKind::class_name, "sys_class_name"}};

std::string_view type_of(ColumnKind kind) {
  for (const auto& known : k_types)
    if (known.kind == kind) return known.type;
  return "string";
}

// servicenow reference 4.
std::string_view length_of(const Column& column) {
  if (column.name == "short_description") return "160";
  if (column.name == "correlation_id" || column.name == "correlation_display") return "100";
  if (column.kind == ColumnKind::reference) return "32";
  return "4000";
}

}  // namespace

void add_dictionary(Instance& instance, std::int64_t now) {
  Table& dictionary = *instance.table("sys_dictionary");
  const Schema& change = instance.table("change_request")->schema();
  const Schema& incident = instance.table("incident")->schema();
  for (const char* name : {"incident", "change_request"}) {
    const Schema& schema = instance.table(name)->schema();
    const Schema& other = name == std::string_view("incident") ? change : incident;
    for (const Column& column : schema.columns()) {
      // What both have is task's; the few that are not shared in reality do no harm there.
      const std::string owner = other.find(column.name) ? "task" : name;
      const Key id = key_for("sys_dictionary", owner + "." + column.name);
      if (dictionary.find(id)) continue;
      const bool mandatory = column.name == "short_description" || column.name == "caller_id";
      RowMaker maker(dictionary.schema(), id, now - 400L * 86400);
      maker.set("name", owner).set("element", column.name);
      maker.set("internal_type", type_of(column.kind)).set("reference", column.target);
      maker.set("max_length", length_of(column));
      maker.set("mandatory", mandatory ? "true" : "false");
      maker.set("default_value", column.default_value);
      dictionary.insert(std::move(maker.row));
    }
  }
  for (const Column& column : instance.table("cmdb_ci")->schema().columns()) {
    const Key id = key_for("sys_dictionary", "cmdb_ci." + std::string(column.name));
    RowMaker maker(dictionary.schema(), id, now - 400L * 86400);
    maker.set("name", "cmdb_ci").set("element", column.name);
    maker.set("internal_type", type_of(column.kind)).set("reference", column.target);
    maker.set("max_length", length_of(column)).set("mandatory", "false");
    dictionary.insert(std::move(maker.row));
  }
  instance.settle();
}

}  // namespace itsmc::sim::servicenow

#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "itsmc/core/error.hpp"
#include "partners/servicenow_draft.hpp"

namespace itsmc::partners::servicenow {

/// Where an item of this type is made, and where one is changed. Incidents by the Table API;
/// changes by the Change Management API, which runs the rules of their models (servicenow
/// reference 6.2).
[[nodiscard]] std::string make_path(WorkItemType type);
[[nodiscard]] std::string item_path(WorkItemType type, std::string_view id);
/// What the answer to a write shall hold. The Change Management API takes no such parameters.
[[nodiscard]] http::Query write_query(WorkItemType type, const FieldValues& fields);

[[nodiscard]] bool has_field(const FieldValues& fields, std::string_view field);
void set_field(FieldValues& fields, std::string_view field, std::string_view value);
/// One more work note.
void add_note(FieldValues& fields, std::string_view note);
/// The default varies from release to release: "normal" unless a type or a model is set.
void say_change_type(FieldValues& fields);

/// Resolved, or Closed of a change.
[[nodiscard]] std::string_view ended_state(WorkItemType type) noexcept;
/// The close code of what an alert's end resolves: the first of the shipped ones that this instance
/// has, else the first that it has.
[[nodiscard]] std::string choose_close_code(WorkItemType type,
                                            std::span<const ChoiceOption> options);

/// Names of the fields in result.__meta.ignoredFields.
[[nodiscard]] std::vector<std::string> ignored_fields(const nlohmann::json& result);

/// The sys_id behind a name, or why there is none.
struct Resolved {
  std::string id, problem;
};
using ReadRows = std::function<std::vector<Record>(const TableQuery&)>;
[[nodiscard]] Resolved resolve_reference(const NamedReference& named, const ReadRows& read);

/// The same failure; where it is that of an instance without the Change Management API, saying so.
[[nodiscard]] Error explained_write(WorkItemType type, const Error& error);
/// For a success that names no record, where none is found either.
[[nodiscard]] Error nothing_made(WorkItemType type, const nlohmann::json& answer);
[[nodiscard]] Error unreadable_key(std::string_view table);
[[nodiscard]] Error hidden_items(std::string_view table, std::int64_t count);

}  // namespace itsmc::partners::servicenow

#include <array>

#include "itsmc/core/work_item.hpp"

namespace itsmc {
namespace {

enum class On { both, incident, change };

constexpr Field text(TextField f, std::string_view name, std::string_view column,
                     std::string_view meaning, On on = On::both, FieldKind kind = FieldKind::text) {
  return {name,
          meaning,
          column,
          kind,
          static_cast<std::uint8_t>(f),
          on != On::change,
          on != On::incident};
}
constexpr Field label(TextField f, std::string_view name, std::string_view column,
                      std::string_view meaning, On on = On::both) {
  return text(f, name, column, meaning, on, FieldKind::label);
}
constexpr Field code(TextField f, std::string_view name, On on = On::both) {
  return text(f, name, "", "the product's own value of the field before it", on, FieldKind::code);
}
constexpr Field time(TimeField f, std::string_view name, std::string_view column,
                     std::string_view meaning, On on = On::both) {
  return {name,
          meaning,
          column,
          FieldKind::time,
          static_cast<std::uint8_t>(f),
          on != On::change,
          on != On::incident};
}

using T = TextField;
using W = TimeField;

// product.md section 5. `state` has two columns in the workspace: IncidentState_s and CRState_s;
// the view ServiceDesk_CL and the workspace choose by type.
constexpr std::array k_fields{
    text(T::id, "id", "RecordId_s", "the product's own unchanging id"),
    text(T::number, "number", "ServiceDeskId_s", "what people call it"),
    text(T::title, "title", "Title_s", "one line"),
    text(T::description, "description", "Description_s", "the whole text"),
    label(T::state, "state", "IncidentState_s", "where it stands"),
    code(T::state_code, "state_code"),
    Field{"open", "still being worked on", "", FieldKind::flag, 0, true, true},
    label(T::urgency, "urgency", "Urgency_s", "how soon"),
    code(T::urgency_code, "urgency_code"),
    label(T::impact, "impact", "Impact_s", "how wide"),
    code(T::impact_code, "impact_code"),
    label(T::priority, "priority", "Priority_s", "what goes first"),
    code(T::priority_code, "priority_code"),
    label(T::category, "category", "Category_s", "what it is about"),
    code(T::category_code, "category_code"),
    label(T::source, "source", "Source_s", "how it was reported"),
    code(T::source_code, "source_code"),
    label(T::escalation, "escalation", "Escalation_s", "how far it was raised"),
    code(T::escalation_code, "escalation_code"),
    text(T::assigned_to, "assigned_to", "AssignedTo_s", "who works on it"),
    text(T::assignment_group, "assignment_group", "AssignmentGroup_s", "which group has it"),
    text(T::created_by, "created_by", "CreatedBy_s", "who opened it; change: who asked for it"),
    text(T::closed_by, "closed_by", "ClosedBy_s", "who closed it"),
    text(T::resolved_by, "resolved_by", "ResolvedBy_s", "who resolved it", On::incident),
    label(T::change_type, "change_type", "Type_s", "normal, standard, emergency", On::change),
    code(T::change_type_code, "change_type_code", On::change),
    label(T::risk, "risk", "Risk_s", "what could go wrong", On::change),
    code(T::risk_code, "risk_code", On::change),
    label(T::conflict_status, "conflict_status", "ConflictStatus_s", "clashes with other changes",
          On::change),
    code(T::conflict_status_code, "conflict_status_code", On::change),
    text(T::configuration_item, "configuration_item", "Computer", "what it affects"),
    text(T::configuration_item_id, "configuration_item_id", "", "the affected item's own id"),
    time(W::created_at, "created_at", "CreatedDate_t", "when it was opened"),
    time(W::updated_at, "updated_at", "LastModifiedDate_t", "its last change"),
    time(W::resolved_at, "resolved_at", "ResolvedDate_t", "when it was resolved", On::incident),
    time(W::closed_at, "closed_at", "ClosedDate_t", "when it was closed"),
    time(W::requested_at, "requested_at", "RequestedDate_t", "when it is wanted", On::change),
    time(W::planned_start, "planned_start", "PlannedStartDate_t", "planned start", On::change),
    time(W::planned_end, "planned_end", "PlannedEndDate_t", "planned end", On::change),
    time(W::work_start, "work_start", "WorkStartDate_t", "real start", On::change),
    time(W::work_end, "work_end", "WorkEndDate_t", "real end", On::change),
    text(T::version, "version", "", "the product's own change counter"),
};
static_assert(k_fields.size() == k_text_fields + k_time_fields + 1);

}  // namespace

std::span<const Field> work_item_fields() noexcept {
  return k_fields;
}

}  // namespace itsmc

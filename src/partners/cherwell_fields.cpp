#include <algorithm>
#include <array>

#include "itsmc/core/text.hpp"
#include "itsmc/partners/cherwell_page.hpp"

namespace itsmc::partners::cherwell {
namespace {

constexpr std::uint8_t at(TextField field) {
  return static_cast<std::uint8_t>(field);
}
constexpr std::uint8_t at(TimeField field) {
  return static_cast<std::uint8_t>(field);
}

using T = TextField;
using W = TimeField;

// cherwell reference 9. OwnedBy and OwnedByTeam are AssignedTo and AssignedTeam in some blueprints,
// Source is CallSource. ResolvedBy is in none that was seen, but a site may have added it. Status,
// Priority and their like are texts in Cherwell: the value that is stored is the one that people
// see. StatusID is the RecID of a lookup row: no value of the product that anybody would search by.
constexpr std::array k_incident = {
    SourceField{{"RecID"}, Shape::key, at(T::id), "id"},
    SourceField{{"LastModifiedDateTime"}, Shape::time, at(W::updated_at), "updated_at"},
    SourceField{{"ShortDescription", "Title"}, Shape::text, at(T::title), "title"},
    SourceField{{"Description"}, Shape::text, at(T::description), "description"},
    SourceField{{"Status"}, Shape::word, at(T::state_code), "state"},
    SourceField{{"Urgency"}, Shape::word, at(T::urgency_code), "urgency"},
    SourceField{{"Impact"}, Shape::word, at(T::impact_code), "impact"},
    SourceField{{"Priority"}, Shape::word, at(T::priority_code), "priority"},
    SourceField{{"Category"}, Shape::word, at(T::category_code), "category"},
    SourceField{{"Source", "CallSource"}, Shape::word, at(T::source_code), "source"},
    SourceField{{"Stat_IncidentEscalated"}, Shape::truth, at(T::escalation_code), "escalation"},
    SourceField{{"OwnedBy", "AssignedTo"}, Shape::text, at(T::assigned_to), "assigned_to"},
    SourceField{
        {"OwnedByTeam", "AssignedTeam"}, Shape::text, at(T::assignment_group), "assignment_group"},
    SourceField{{"CreatedBy"}, Shape::text, at(T::created_by), "created_by"},
    SourceField{{"ClosedBy"}, Shape::text, at(T::closed_by), "closed_by"},
    SourceField{{"ResolvedBy"}, Shape::text, at(T::resolved_by), "resolved_by"},
    SourceField{{"CreatedDateTime"}, Shape::time, at(W::created_at), "created_at"},
    SourceField{
        {"ClosedDateTime", "Stat_DateTimeClosed"}, Shape::time, at(W::closed_at), "closed_at"},
    SourceField{{"Stat_DateTimeResolved", "ResolvedDateTime"},
                Shape::time,
                at(W::resolved_at),
                "resolved_at"},
    SourceField{
        {"ConfigItemDisplayName"}, Shape::text, at(T::configuration_item), "configuration_item"},
    SourceField{
        {"ConfigItemRecID"}, Shape::text, at(T::configuration_item_id), "configuration_item_id"},
};

// The names of one client; a change's status list, risk and impact names are not public (reference
// 9, 13). The other names follow Cherwell's way of naming; what a blueprint lacks is said.
constexpr std::array k_change = {
    SourceField{{"RecID"}, Shape::key, at(T::id), "id"},
    SourceField{{"LastModifiedDateTime"}, Shape::time, at(W::updated_at), "updated_at"},
    SourceField{{"Title", "ShortDescription"}, Shape::text, at(T::title), "title"},
    SourceField{{"Description"}, Shape::text, at(T::description), "description"},
    SourceField{{"Status"}, Shape::word, at(T::state_code), "state"},
    SourceField{{"Urgency"}, Shape::word, at(T::urgency_code), "urgency"},
    SourceField{{"Impact"}, Shape::word, at(T::impact_code), "impact"},
    SourceField{{"Priority"}, Shape::word, at(T::priority_code), "priority"},
    SourceField{{"Category"}, Shape::word, at(T::category_code), "category"},
    SourceField{{"Source", "CallSource"}, Shape::word, at(T::source_code), "source"},
    SourceField{{"OwnedBy", "AssignedTo"}, Shape::text, at(T::assigned_to), "assigned_to"},
    SourceField{
        {"OwnedByTeam", "AssignedTeam"}, Shape::text, at(T::assignment_group), "assignment_group"},
    SourceField{{"RequestedBy", "CreatedBy"}, Shape::text, at(T::created_by), "created_by"},
    SourceField{{"ClosedBy"}, Shape::text, at(T::closed_by), "closed_by"},
    SourceField{{"Type", "ChangeType"}, Shape::word, at(T::change_type_code), "change_type"},
    SourceField{{"Risk", "RiskLevel"}, Shape::word, at(T::risk_code), "risk"},
    SourceField{{"ConflictStatus"}, Shape::word, at(T::conflict_status_code), "conflict_status"},
    SourceField{{"CreatedDateTime"}, Shape::time, at(W::created_at), "created_at"},
    SourceField{
        {"ClosedDateTime", "Stat_DateTimeClosed"}, Shape::time, at(W::closed_at), "closed_at"},
    SourceField{
        {"RequestedDate", "RequestedDateTime"}, Shape::time, at(W::requested_at), "requested_at"},
    SourceField{{"ScheduledStartDate", "ProposedStartDate"},
                Shape::time,
                at(W::planned_start),
                "planned_start"},
    SourceField{
        {"ScheduledEndDate", "ProposedEndDate"}, Shape::time, at(W::planned_end), "planned_end"},
    SourceField{
        {"ActualStartDate", "ActualStartDateTime"}, Shape::time, at(W::work_start), "work_start"},
    SourceField{{"ActualEndDate", "ActualEndDateTime"}, Shape::time, at(W::work_end), "work_end"},
    SourceField{
        {"ConfigItemDisplayName"}, Shape::text, at(T::configuration_item), "configuration_item"},
    SourceField{
        {"ConfigItemRecID"}, Shape::text, at(T::configuration_item_id), "configuration_item_id"},
};

}  // namespace

std::span<const SourceField> source_fields(WorkItemType type) noexcept {
  if (type == WorkItemType::change_request) return k_change;
  return k_incident;
}

std::string_view business_object(WorkItemType type) noexcept {
  return type == WorkItemType::change_request ? "ChangeRequest" : "Incident";
}

std::string_view bare_field_id(std::string_view id) noexcept {
  constexpr std::string_view k_mark = "FI:";
  const std::size_t mark = id.rfind(k_mark);
  return mark == std::string_view::npos ? id : id.substr(mark + k_mark.size());
}

std::string_view PlannedField::bare_id() const noexcept {
  return bare_field_id(id);
}

// Incidents: New, Assigned, In Progress, Pending, Resolved, Closed, Reopened (reference 9).
// Resolved is still open, as ServiceNow has it: the customer may send it back. The list of changes
// is not public; these words mean the end in any of them. ClosedDateTime does not decide: it stays
// where a closed incident was reopened.
bool is_closed_state(std::string_view state) noexcept {
  constexpr std::array<std::string_view, 5> k_ends = {"Closed", "Cancelled", "Canceled",
                                                      "Completed", "Complete"};
  if (state.empty() || (state[0] | 0x20) != 'c') return false;
  return std::any_of(k_ends.begin(), k_ends.end(),
                     [state](std::string_view end) { return iequals(state, end); });
}

}  // namespace itsmc::partners::cherwell

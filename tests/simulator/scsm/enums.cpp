#include "scsm/enums.hpp"

#include <array>

#include "shared/random.hpp"

namespace itsmc::sim::scsm {
namespace {

struct BuiltIn {
  const char* name;  // behind the list's name and a dot
  const char* id;
  const char* display;
  const char* german;
};

template <std::size_t N>
EnumList list_of(const char* name, const char* id, const std::array<BuiltIn, N>& values) {
  EnumList list(name, id);
  const std::string prefix = list.name() + ".";
  for (const auto& value : values) {
    list.add({value.id, prefix + value.name, value.display, value.german});
  }
  return list;
}

// Pending is a child of Active (scsm reference 4, trap 8).
EnumList status_list() {
  EnumList list("IncidentStatusEnum", "89b34802-671e-e422-5e38-7dae9a413ef8");
  const EnumValue& active = list.add(
      {"5e2d3932-ca6d-1515-7310-6f58584df73e", "IncidentStatusEnum.Active", "Active", "Aktiv"});
  list.add({"b6679968-e84e-96fa-1fec-8cd4ab39c3de", "IncidentStatusEnum.Active.Pending", "Pending",
            "Ausstehend", &active});
  list.add({"2b8830b6-59f0-f574-9c2a-f4b4682f1681", "IncidentStatusEnum.Resolved", "Resolved",
            "Gel\u00f6st"});
  list.add({"bd0ae7c4-3315-2eb3-7933-82dfc482dbaf", "IncidentStatusEnum.Closed", "Closed",
            "Geschlossen"});
  return list;
}

constexpr auto k_impacts = std::to_array<BuiltIn>({
    {"Low", "8f1a713e-53aa-9d8a-31b9-a9540074f305", "Low", "Niedrig"},
    {"Medium", "80cc222b-2653-2f68-8cee-3a7dd3b723c1", "Medium", "Mittel"},
    {"High", "d2b5e816-2d24-8e7d-a61f-2cceaeac2664", "High", "Hoch"},
});
constexpr auto k_urgencies = std::to_array<BuiltIn>({
    {"Low", "725a4cad-088c-4f55-a845-000db8872e01", "Low", "Niedrig"},
    {"Medium", "02625c30-08c6-4181-b2ed-222fa473280e", "Medium", "Mittel"},
    {"High", "2f8f0747-b6cb-7996-fd4a-84d09743f218", "High", "Hoch"},
});
constexpr auto k_sources = std::to_array<BuiltIn>({
    {"Console", "76480d55-a19d-7cef-4446-0f1ccaef11ce", "Console", "Konsole"},
    {"DCM", "551ed1e6-0a12-9f2b-a057-528b115e17e3", "Configuration Manager",
     "Configuration Manager"},
    {"Email", "92b68e4f-c5bf-52ec-9bda-f55b43a9f4b5", "E-Mail", "E-Mail"},
    {"Phone", "7b417fee-0516-a75a-c62c-426905fda768", "Phone", "Telefon"},
    {"Portal", "6ef191ce-3124-2974-94fb-020c677f4017", "Portal", "Portal"},
    {"SCOM", "564c1afc-6453-4b25-5564-b46d84155545", "Operations Manager", "Operations Manager"},
    {"System", "615778d5-485a-752f-3c5d-f412f806e624", "System", "System"},
});
constexpr auto k_change_states = std::to_array<BuiltIn>({
    {"New", "a87c003e-8c19-a25f-f8b2-151b56670e5c", "New", "Neu"},
    {"Submitted", "504f294c-ae38-2a65-f395-bff4f085698b", "Submitted", "\u00dcbermittelt"},
    {"InProgress", "6d6c64dd-07ac-aaf5-f812-6a7cceb5154d", "In Progress", "In Bearbeitung"},
    {"OnHold", "dd6b0870-bcea-1520-993d-9f1337e39d4d", "On Hold", "Angehalten"},
    {"Failed", "85f00ead-2603-6c68-dfec-531c83bf900f", "Failed", "Fehlgeschlagen"},
    {"Completed", "68277330-a0d3-cfdd-298d-d5c31d1d126f", "Completed", "Abgeschlossen"},
    {"Cancelled", "877defb6-0d21-7d19-89d5-a1107d621270", "Cancelled", "Abgebrochen"},
    {"Closed", "f228d50b-2b5a-010f-b1a4-5c7d95703a9b", "Closed", "Geschlossen"},
});
constexpr auto k_categories = std::to_array<BuiltIn>({
    {"Standard", "02d2f92f-d925-5ad6-eb1f-67020701697a", "Standard", "Standard"},
    {"Minor", "c0126730-ab4a-4c62-26e0-7706bc176413", "Minor", "Geringf\u00fcgig"},
    {"Major", "e9ee7044-3a42-a34b-1237-ec0d32f2377a", "Major", "Erheblich"},
    {"Emergency", "357662a7-451c-df62-ed68-3147bdff324e", "Emergency", "Notfall"},
});
constexpr auto k_priorities = std::to_array<BuiltIn>({
    {"Low", "ab51007f-65a3-845b-a8f4-2896c9da9f5f", "Low", "Niedrig"},
    {"Medium", "3a96f7dc-4469-ed8b-48a1-517f7ccf6189", "Medium", "Mittel"},
    {"High", "32ee0157-fdc5-67c4-7971-c6b1fe8dfc66", "High", "Hoch"},
    {"Immediate", "ff5fd035-4d4e-42d4-f076-7412257b88ac", "Immediate", "Sofort"},
});
constexpr auto k_change_impacts = std::to_array<BuiltIn>({
    {"Standard", "312b4612-6b0e-63e9-e9c4-0a4d04d7363a", "Standard", "Standard"},
    {"Minor", "e90e735e-959b-eb5b-41be-1fd07c30a740", "Minor", "Geringf\u00fcgig"},
    {"Significant", "70ca6737-6f4d-ea78-c392-2cfc61eaadfc", "Significant", "Bedeutend"},
    {"Major", "7b30147f-3820-733e-55ee-0885aceb60f4", "Major", "Erheblich"},
});
constexpr auto k_risks = std::to_array<BuiltIn>({
    {"NotAssessed", "1fbd7d66-be43-d48d-8ea8-2367f6039697", "Not Assessed", "Nicht bewertet"},
    {"Low", "13b87263-844c-833f-2fae-30939de58244", "Low", "Niedrig"},
    {"Medium", "d92ca060-fd52-27dc-8268-9b0f5fd4ffda", "Medium", "Mittel"},
    {"High", "978b7e07-10c5-25c1-e6f4-e1df0579fc82", "High", "Hoch"},
});
constexpr auto k_object_states = std::to_array<BuiltIn>({
    {"Active", "acdcedb7-100c-8c91-d664-4629a218bd94", "Active", "Aktiv"},
    {"PendingDelete", "47101e64-237f-12c8-e3f5-ec5a665412fb", "Pending Delete",
     "L\u00f6schen ausstehend"},
    {"Deleted", "eec83e3c-0106-d4c0-99ea-93b75fd23020", "Deleted", "Gel\u00f6scht"},
});
// Classifications and tier queues are filled by each administrator.
constexpr std::array<BuiltIn, 0> k_none{};

// A list whose own id no public source names.
template <std::size_t N>
EnumList change_list(const char* name, const std::array<BuiltIn, N>& values) {
  return list_of(name, guid_of(name).c_str(), values);
}

}  // namespace

const EnumValue& EnumList::add(EnumValue value) {
  const EnumValue& kept = values_.emplace_back(std::move(value));
  by_display_.emplace(kept.display, &kept);
  return kept;
}

const EnumValue* EnumList::find(std::string_view word) const {
  for (const auto& value : values_) {
    if (value.id == word || value.name == word) return &value;
    const auto dot = value.name.rfind('.');
    if (dot != std::string::npos && std::string_view(value.name).substr(dot + 1) == word) {
      return &value;
    }
  }
  return nullptr;
}

const EnumValue* EnumList::by_display(std::string_view display) const {
  const auto found = by_display_.find(display);
  return found == by_display_.end() ? nullptr : found->second;
}

const EnumValue* EnumList::take_over(std::string_view display, const EnumValue* parent) {
  if (display.empty()) return nullptr;
  if (const auto* known = by_display(display)) return known;
  const std::string seed = name_ + "/" + std::string(display);
  const std::string shown(display);
  return &add({guid_of(seed), "Enum." + hex_id(seed), shown, shown, parent});
}

EnumLists::EnumLists()
    : status(status_list()),
      impact(list_of("System.WorkItem.TroubleTicket.ImpactEnum",
                     "11756265-f18e-e090-eed2-3aa923a4c872", k_impacts)),
      urgency(list_of("System.WorkItem.TroubleTicket.UrgencyEnum",
                      "04b28bfb-8898-9af3-009b-979e58837852", k_urgencies)),
      source(list_of("IncidentSourceEnum", "5d59071e-69b3-7ef4-6dee-aacc5b36d898", k_sources)),
      classification(
          list_of("IncidentClassificationEnum", "1f77f0ce-9e43-340f-1fd5-b11cc36c9cba", k_none)),
      queue(list_of("IncidentTierQueuesEnum", "c3264527-a501-029f-6872-31300080b3bf", k_none)),
      change_status(change_list("ChangeStatusEnum", k_change_states)),
      change_category(change_list("ChangeCategoryEnum", k_categories)),
      change_priority(change_list("ChangePriorityEnum", k_priorities)),
      change_impact(change_list("ChangeImpactEnum", k_change_impacts)),
      change_risk(change_list("ChangeRiskEnum", k_risks)),
      object_status(list_of("ConfigItem.ObjectStatus", "3dc28152-62a3-bd53-ccc1-66e0ad3df8e8",
                            k_object_states)) {}

const EnumList* EnumLists::find(std::string_view name) const {
  for (const EnumList* list :
       {&status, &impact, &urgency, &source, &classification, &queue, &change_status,
        &change_category, &change_priority, &change_impact, &change_risk, &object_status}) {
    if (list->name() == name) return list;
  }
  return nullptr;
}

std::string guid_of(std::string_view text) {
  std::string hex = hex_id(text);
  for (const std::size_t at : {20U, 16U, 12U, 8U}) hex.insert(at, 1, '-');
  return hex;
}

}  // namespace itsmc::sim::scsm

// Lists of a management group: built-in values with their real ids, and those an administrator adds
// (scsm reference 4, specs/scsm-builtin-ids.json).
#pragma once
#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace itsmc::sim::scsm {

struct EnumValue {
  std::string id;    // GUID, lower case
  std::string name;  // "IncidentStatusEnum.Active.Pending"; added ones are "Enum.<32 hex digits>"
  std::string display;  // English
  std::string german;   // what a German account sees; the same where nothing else is known
  const EnumValue* parent = nullptr;  // nullptr: directly below the list
};

// A list IS its values in the order of the console. Not thread-safe; values never move.
class EnumList {
 public:
  EnumList(std::string name, std::string id) : name_(std::move(name)), id_(std::move(id)) {}
  const EnumValue& add(EnumValue value);
  // By GUID, whole name or last part of the name; nullptr when there is none.
  [[nodiscard]] const EnumValue* find(std::string_view word) const;
  [[nodiscard]] const EnumValue* by_display(std::string_view display) const;
  // The value that people call so, made as an administrator would when it is not there; nullptr for
  // no name.
  const EnumValue* take_over(std::string_view display, const EnumValue* parent = nullptr);
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::deque<EnumValue>& values() const { return values_; }

 private:
  std::string name_, id_;
  std::deque<EnumValue> values_;
  std::map<std::string, const EnumValue*, std::less<>> by_display_;
};

// The lists that a work item's members come from.
struct EnumLists {
  EnumLists();
  // nullptr when no list is called so.
  [[nodiscard]] const EnumList* find(std::string_view name) const;

  EnumList status, impact, urgency, source, classification, queue;
  EnumList change_status, change_category, change_priority, change_impact, change_risk;
  EnumList object_status;
};

// "5e2d3932-ca6d-1515-7310-6f58584df73e" out of any text, always the same.
std::string guid_of(std::string_view text);

}  // namespace itsmc::sim::scsm

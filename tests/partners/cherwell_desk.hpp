#pragma once

#include <memory>
#include <string>

#include "partners/cherwell_world.hpp"
#include "partners/intake_contract.hpp"

namespace itsmc::test {

/// A simulated Cherwell instance without configuration items, for tests of the intake.
inline std::unique_ptr<SimWorld> cherwell_desk() {
  auto world = cherwell_world();
  (void)world->control("ci/clear");
  return world;
}

inline std::string cherwell_fault(WriteFault fault, const std::string& changed) {
  switch (fault) {
    case WriteFault::lost_answer:
      return "lost-answer;path=savebusinessobject";
    case WriteFault::throttled:
      return "rate-limit=7;path=savebusinessobject";
    case WriteFault::nothing_made:
      return "save-makes-nothing";
    case WriteFault::dropped_field:
      return "drop-on-save=OwnedByTeam";
    case WriteFault::changed_field:
      return "change-on-save=" + changed;
    case WriteFault::resolve_refused:
      return "resolve-refused";
    case WriteFault::find_refused:
      return "no-view=Incident,ChangeRequest";
  }
  return "";
}

/// Reads are POSTs, too.
inline bool is_cherwell_write(const std::string&, const std::string& target) {
  return target.find("savebusinessobject") != std::string::npos ||
         target.find("linkrelated") != std::string::npos;
}

inline IntakeWish cherwell_incident() {
  IntakeWish wish;
  wish.draft.title = "CPU of web01 is above 90 %";
  wish.draft.description = "Metric: Percentage CPU\nValue: 97.3";
  wish.draft.urgency = "High";
  wish.draft.impact = "Department";
  wish.draft.category = "Submit Incident";
  wish.dropped = {"OwnedByTeam", "Service Desk"};
  wish.changed = {"Subcategory", "Disk"};
  wish.fault = [](WriteFault fault) { return cherwell_fault(fault, "Subcategory:VPN"); };
  wish.writes = is_cherwell_write;
  wish.valid_choice = "Medium";
  wish.ci_class = "ConfigServer";
  return wish;
}

inline IntakeWish cherwell_change() {
  IntakeWish wish = cherwell_incident();
  wish.type = WorkItemType::change_request;
  wish.draft.urgency.clear();
  wish.draft.impact.clear();
  wish.draft.category = "Hardware";
  wish.changed = {"Type", "Normal"};
  wish.fault = [](WriteFault fault) { return cherwell_fault(fault, "Type:Emergency"); };
  wish.choice_field = "category";
  wish.valid_choice = "Network";
  return wish;
}

}  // namespace itsmc::test

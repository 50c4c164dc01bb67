#pragma once

#include <memory>
#include <string>

#include "partners/intake_contract.hpp"
#include "partners/sim_world.hpp"

namespace itsmc::test {

/// A simulated ServiceNow instance for tests of the intake.
inline std::unique_ptr<SimWorld> servicenow_desk() {
  SimSetup setup;
  setup.product = sim_product("servicenow");
  setup.partner = PartnerKind::servicenow;
  setup.url = "https://acme.service-now.com";
  setup.page_path = "/api/now/table/incident";
  return std::make_unique<SimWorld>(std::move(setup));
}

/// What the suite must know of requests: `make` is part of the target of a write that makes one.
inline std::string servicenow_fault(WriteFault fault, const std::string& make,
                                    const std::string& dropped, const std::string& changed) {
  switch (fault) {
    case WriteFault::lost_answer:
      return "lost-answer;path=" + make;
    case WriteFault::throttled:
      return "rate-limit=7;path=" + make;
    case WriteFault::nothing_made:
      return "nothing-made";
    case WriteFault::dropped_field:
      return dropped.empty() ? "" : "drop-field=" + dropped;
    case WriteFault::changed_field:
      return changed.empty() ? "" : "change-field=" + changed;
    case WriteFault::resolve_refused:
      return dropped.empty() ? "" : "resolve-refused";
    case WriteFault::find_refused:
      return dropped.empty() ? "acl-fields=message_key" : "acl-fields=correlation_id";
  }
  return "";
}

inline bool is_servicenow_write(const std::string& method, const std::string& target) {
  return method != "GET" && target.find("/identifyreconcile/query") == std::string::npos;
}

inline IntakeWish incident_wish() {
  IntakeWish wish;
  wish.draft.title = "CPU of web01 is above 90 %";
  wish.draft.description = "Metric: Percentage CPU\nValue: 97.3";
  wish.draft.urgency = "1 - High";
  wish.draft.impact = "2";
  wish.draft.category = "software";
  wish.dropped = {"contact_type", "phone"};
  wish.changed = {"subcategory", "os"};
  wish.fault = [](WriteFault fault) {
    return servicenow_fault(fault, "/table/incident?sysparm_display_value", "contact_type",
                            "subcategory:disk");
  };
  wish.writes = is_servicenow_write;
  wish.valid_choice = "2 - Medium";
  return wish;
}

inline IntakeWish change_wish() {
  IntakeWish wish = incident_wish();
  wish.type = WorkItemType::change_request;
  wish.draft.category = "Software";
  wish.dropped = {"reason", "An alert"};
  wish.changed = {"risk", "2"};
  wish.fault = [](WriteFault fault) {
    return servicenow_fault(fault, "/sn_chg_rest/change", "reason", "risk:4");
  };
  return wish;
}

inline IntakeWish event_wish(WorkItemType type) {
  IntakeWish wish;
  wish.type = type;
  wish.draft.title = "CPU of web01 is above 90 %";
  wish.draft.description = "Metric: Percentage CPU\nValue: 97.3";
  wish.draft.node = "web01.contoso.local";
  wish.draft.resource = "Percentage CPU";
  wish.draft.severity = "2";
  wish.changed = {"metric_name", "Percentage CPU"};
  wish.fault = [](WriteFault fault) { return servicenow_fault(fault, "/em/jsonv2", "", ""); };
  wish.writes = is_servicenow_write;
  wish.choice_field = "severity";
  wish.valid_choice = "Major";
  wish.idempotent = true;
  return wish;
}

}  // namespace itsmc::test

// The incident states of an instance, by age.
#pragma once
#include <array>
#include <string_view>

namespace itsmc::sim::servicenow {

struct StateName {
  std::string_view value, label;
};

// servicenow reference 4; the older list is what instances before Helsinki have, plus one state
// that the owner of the log has added.
inline constexpr std::array k_log_states{StateName{"1", "New"},
                                         StateName{"2", "Active"},
                                         StateName{"3", "Awaiting Problem"},
                                         StateName{"4", "Awaiting User Info"},
                                         StateName{"5", "Awaiting Evidence"},
                                         StateName{"6", "Resolved"},
                                         StateName{"7", "Closed"},
                                         StateName{"9", "Awaiting Vendor"}};
inline constexpr std::array k_current_states{
    StateName{"1", "New"},      StateName{"2", "In Progress"}, StateName{"3", "On Hold"},
    StateName{"6", "Resolved"}, StateName{"7", "Closed"},      StateName{"8", "Canceled"}};

}  // namespace itsmc::sim::servicenow

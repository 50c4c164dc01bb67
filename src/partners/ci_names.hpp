#pragma once

#include <string>
#include <string_view>

#include "itsmc/core/item_draft.hpp"

namespace itsmc::partners {

/// "web01" of "web01.contoso.local".
[[nodiscard]] std::string short_name(std::string_view name);

/// "web01.contoso.local", but not "10.1.2.3".
[[nodiscard]] bool is_dotted_name(std::string_view name);

/// False for a namesake in another domain: both names are full, and differ.
[[nodiscard]] bool may_be(const ConfigItem& item, std::string_view wanted);

/// "7eb682f1-ca75-e511-80d4-00155d2a68d1", in any case.
[[nodiscard]] bool is_guid(std::string_view text);

}  // namespace itsmc::partners

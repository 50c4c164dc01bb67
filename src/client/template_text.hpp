#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/item_draft.hpp"

namespace itsmc::client {

/// How templates are kept in the store: a JSON array,
/// [{"id":"..","name":"..","type":"incident","fields":[["impact","2"]],"unusable":""}].
[[nodiscard]] std::string write_templates(const std::vector<ItemTemplate>& templates);
/// Empty for what is not such a text: then they are asked for again.
[[nodiscard]] std::vector<ItemTemplate> read_templates(std::string_view text);

}  // namespace itsmc::client

#include "itsmc/core/item_draft.hpp"

#include <fmt/format.h>

namespace itsmc {

std::string words_of(const ConfigItem& item) {
  return fmt::format("{} ({}, {})", item.name, item.klass, item.id);
}

}  // namespace itsmc

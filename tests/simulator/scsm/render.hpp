// Work items, configuration items and lists as JSON (scsm reference 5).
#pragma once
#include <string>

#include "scsm/group.hpp"

namespace itsmc::sim::scsm {

enum class Language { english, german };

struct View {
  Language language = Language::english;
  // A deleted item that an unfiltered bridge shows among each work item's; nullptr: none.
  const ConfigItem* deleted = nullptr;
};

// Appends the object. The display names follow the view's language, ids and names do not.
void write_work_item(const WorkItem& row, const View& view, std::string& out);
void write_config_item(const ConfigItem& item, const View& view, std::string& out);
// The body of GET /enumerations/{name}.
std::string list_json(const EnumList& list, const View& view);

}  // namespace itsmc::sim::scsm

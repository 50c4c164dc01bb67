#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "itsmc/core/time.hpp"
#include "itsmc/core/work_item.hpp"

namespace itsmc {

/// A configuration item as the partner has it.
struct ConfigItem {
  std::string id;     // the product's own
  std::string name;   // as people see it
  std::string fqdn;   // empty where the product has none
  std::string klass;  // the product's class: "cmdb_ci_server", "Microsoft.Windows.Computer"
  friend bool operator==(const ConfigItem&, const ConfigItem&) = default;
};

/// "vm01 (cmdb_ci_server, 9f..)": for messages.
[[nodiscard]] std::string words_of(const ConfigItem& item);

/// What a configuration item is looked for by. Empty: not known.
struct CiQuery {
  std::string id;  // the product's own id, or the Azure resource id that the product keeps
  std::string fqdn, name, ip;
};

/// A configuration item that is to be made.
struct CiDraft {
  std::string name, fqdn, ip, klass;                     // klass empty: the partner's default
  std::vector<std::pair<std::string, std::string>> set;  // field of the product, value
};

/// A work item that is to be made, in the words of the user: a choice is a label or a code, an
/// empty text is not given. A value.
struct ItemDraft {
  WorkItemType type = WorkItemType::incident;
  std::string title, description;
  std::string urgency, impact, category;
  std::string severity;                                  // event and alert: "0".."5" or the label
  std::string template_name;                             // name or id of the partner's template
  std::vector<std::pair<std::string, std::string>> set;  // field of the product, value
  std::vector<ConfigItem> config_items;                  // looked up before; the first is the main
  std::string node;      // event and alert: name of what it is about, also without a CI
  std::string resource;  // event and alert: which part of it
  std::string source = "itsmc";
  /// What finds it again: 1 to 100 of letters, digits and "._:~-". Never empty when it is sent.
  std::string correlation_id;
};

/// A work item of the partner that carries a correlation id.
struct FoundItem {
  std::string id, number;
  std::string url;    // for a browser; may be empty
  std::string state;  // the label
  bool open = true;
  std::optional<Timestamp> created_at;
  std::optional<Timestamp> ended_at;  // resolved or closed, whichever came first
};

/// How an existing item is changed.
struct ItemChange {
  enum class Kind { comment, resolve } kind = Kind::comment;
  std::string note;                                      // never empty
  std::vector<std::pair<std::string, std::string>> set;  // over what the partner would set itself
  std::vector<ConfigItem> config_items;                  // to be linked as well
};

/// A template, or a choice list's owner, as the partner has it.
struct ItemTemplate {
  std::string id, name;
  WorkItemType type = WorkItemType::incident;
  std::vector<std::pair<std::string, std::string>> fields;  // field, value
  std::string unusable;                                     // why it cannot be used; empty: it can
};

}  // namespace itsmc

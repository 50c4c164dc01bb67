#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "config/toml_parse.hpp"
#include "config/toml_words.hpp"
#include "itsmc/config/profile.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::config {
namespace {

constexpr std::size_t k_max_file_bytes = 1U << 20U;
constexpr std::array k_types{WorkItemType::incident, WorkItemType::change_request};

const std::vector<std::string> k_top_keys{"name", "service-path", "incident", "change-request",
                                          "configuration-item"};
const std::vector<std::string> k_item_keys{"set", "key", "name", "fqdn", "ip", "filter"};
const std::vector<std::string> k_table_keys{"set",         "key",           "filter", "open-column",
                                            "open-values", "columns",       "labels", "create",
                                            "resolve",     "resolve-action"};

/// Reads one file; remembers where each key stands, for what is found wrong later.
class ProfileReader {
 public:
  explicit ProfileReader(const std::string& file) : problems_(file), file_(file) {}

  TableProfile read(const toml::table& top) {
    TableProfile profile;
    profile.name = std::filesystem::path(file_).stem().string();
    for (const auto& [key, node] : top) {
      const std::string name(key.str());
      if (name == "name") {
        take_text(name, node, profile.name);
      } else if (name == "service-path") {
        read_service_path(node, profile);
      } else if (name == "incident" || name == "change-request") {
        read_table(name, node, profile);
      } else if (name == "configuration-item") {
        read_items(name, node, profile.items);
      } else {
        unknown(place_of(key), name, name, k_top_keys);
      }
    }
    if (top.empty() || (profile.tables.empty() && !bad_table_)) {
      problems_.add({}, "", "maps no type: it needs a table [incident] or [change-request]");
    }
    problems_.raise();
    std::sort(profile.tables.begin(), profile.tables.end(),
              [](const TableMap& a, const TableMap& b) { return a.type < b.type; });
    return profile;
  }

 private:
  [[nodiscard]] static LinePlace place_of(const toml::key& key) {
    return {key.source().begin.line, key.source().begin.column};
  }
  [[nodiscard]] static LinePlace place_of(const toml::node& node) {
    return {node.source().begin.line, node.source().begin.column};
  }

  void unknown(LinePlace place, const std::string& path, const std::string& key,
               const std::vector<std::string>& known) {
    const std::string near = nearest(key, known);
    problems_.add(place, path,
                  near.empty()
                      ? "is not a key of a profile"
                      : fmt::format("is not a key of a profile: did you mean \"{}\"?", near));
  }

  void take_text(const std::string& path, const toml::node& node, std::string& place) {
    places_[path] = place_of(node);
    const auto text = node.value_exact<std::string>();
    if (!text) {
      problems_.add(place_of(node), path, "must be text, in quotes");
    } else {
      place = *text;
    }
  }

  void read_service_path(const toml::node& node, TableProfile& profile) {
    take_text("service-path", node, profile.service_path);
    std::string& path = profile.service_path;
    while (path.ends_with('/')) path.pop_back();
    const bool fits = path.starts_with('/') && std::all_of(path.begin(), path.end(), [](char c) {
                        return c > ' ' && c < '\x7F' && c != '?' && c != '#' && c != '\\';
                      });
    if (!fits) {
      problems_.add(place_of(node), "service-path", "must be a path, as \"/api/data/v9.2\"");
    }
  }

  void read_table(const std::string& name, const toml::node& node, TableProfile& profile) {
    const toml::table* const table = node.as_table();
    if (table == nullptr) {
      bad_table_ = true;
      problems_.add(place_of(node), name, fmt::format("must be a table: [{}]", name));
      return;
    }
    TableMap map{.type = *parse_work_item_type(name)};
    places_[name] = place_of(node);
    for (const auto& [key, value] : *table) read_key(name, key, value, map);
    for (const ProfileProblem& problem : check_table(map)) {
      const std::string path = name + "." + problem.key;
      if (told_.contains(path)) continue;
      const auto place = places_.find(path);
      problems_.add(place == places_.end() ? places_[name] : place->second, path, problem.reason);
    }
    profile.tables.push_back(std::move(map));
  }

  void read_key(const std::string& name, const toml::key& key, const toml::node& value,
                TableMap& map) {
    const std::string word(key.str());
    const std::string path = name + "." + word;
    const std::map<std::string, std::string*, std::less<>> texts = {
        {"set", &map.set},
        {"key", &map.key},
        {"filter", &map.filter},
        {"open-column", &map.open_column},
        {"resolve-action", &map.resolve_action}};
    if (const auto text = texts.find(word); text != texts.end()) {
      take_text(path, value, *text->second);
    } else if (word == "open-values") {
      read_values(path, value, map.open_values);
    } else if (word == "columns") {
      read_columns(path, value, map);
    } else if (word == "labels") {
      read_labels(path, value, map);
    } else if (word == "create" || word == "resolve") {
      read_written(path, value, word == "create" ? map.create_values : map.resolve_values);
    } else {
      unknown(place_of(key), path, word, k_table_keys);
    }
  }

  /// [0, 2] or ["a", "b"] or [true]: codes as the answers spell them.
  void read_values(const std::string& path, const toml::node& node,
                   std::vector<std::string>& place) {
    places_[path] = place_of(node);
    const toml::array* const list = node.as_array();
    if (list == nullptr) {
      told_.insert({path, true});
      problems_.add(place_of(node), path, "must be a list of values, as [0, 1]");
      return;
    }
    for (const toml::node& element : *list) read_value(path, element, place);
  }

  void read_value(const std::string& path, const toml::node& element,
                  std::vector<std::string>& place) {
    if (const auto number = element.value_exact<std::int64_t>()) {
      place.push_back(std::to_string(*number));
    } else if (const auto truth = element.value_exact<bool>()) {
      place.emplace_back(*truth ? "true" : "false");
    } else if (const auto text = element.value_exact<std::string>()) {
      place.push_back(*text);
    } else {
      problems_.add(place_of(element), path, "holds other things than numbers and text");
    }
  }

  const toml::table* table_at(const std::string& path, const toml::node& node,
                              std::string_view sample) {
    places_[path] = place_of(node);
    const toml::table* const table = node.as_table();
    if (table == nullptr) {
      problems_.add(place_of(node), path, fmt::format("must be a table, as {}", sample));
    }
    return table;
  }

  void read_columns(const std::string& path, const toml::node& node, TableMap& map) {
    const toml::table* const table = table_at(path, node, "title = \"title\" below [....columns]");
    if (table == nullptr) return;
    for (const auto& [key, value] : *table) {
      TableColumn column{std::string(key.str()), {}};
      const std::string its_path = path + "." + column.field;
      const auto text = value.value_exact<std::string>();
      places_[its_path] = place_of(value);
      if (!text) {
        told_.insert({its_path, true});
        problems_.add(place_of(value), its_path, "must be a column's name, in quotes");
      } else {
        column.column = *text;
      }
      map.columns.push_back(std::move(column));
    }
  }

  /// x_state = 5: columns and what is written into them.
  void read_written(const std::string& path, const toml::node& node,
                    std::vector<TableValue>& place) {
    const toml::table* const table = table_at(path, node, "x_state = 5");
    if (table == nullptr) return;
    for (const auto& [key, value] : *table) {
      std::vector<std::string> one;
      const std::string its_path = fmt::format("{}.{}", path, key.str());
      if (value.is_array() || value.is_table()) {
        problems_.add(place_of(value), its_path, "must be a number, true, false or text");
        continue;
      }
      places_[its_path] = place_of(value);
      read_value(its_path, value, one);
      if (!one.empty()) place.push_back({std::string(key.str()), one.front()});
    }
  }

  void read_items(const std::string& name, const toml::node& node, ItemTable& items) {
    const toml::table* const table = table_at(name, node, "set = \"x_configurationitems\"");
    if (table == nullptr) return;
    const std::map<std::string, std::string*, std::less<>> texts = {
        {"set", &items.set},   {"key", &items.key}, {"name", &items.name},
        {"fqdn", &items.fqdn}, {"ip", &items.ip},   {"filter", &items.filter}};
    for (const auto& [key, value] : *table) {
      const std::string word(key.str());
      const std::string path = fmt::format("{}.{}", name, word);
      const auto text = texts.find(word);
      if (text == texts.end()) {
        unknown(place_of(key), path, word, k_item_keys);
      } else {
        take_text(path, value, *text->second);
      }
    }
    for (const ProfileProblem& problem : check_item_table(items)) {
      const std::string path = name + "." + problem.key;
      const auto line = places_.find(path);
      problems_.add(line == places_.end() ? places_[name] : line->second, path, problem.reason);
    }
  }

  void read_labels(const std::string& path, const toml::node& node, TableMap& map) {
    const toml::table* const table =
        table_at(path, node, "1 = \"High\" below [...labels.priority]");
    if (table == nullptr) return;
    for (const auto& [field, words] : *table) {
      const std::string its_path = fmt::format("{}.{}", path, field.str());
      const toml::table* const codes =
          table_at(its_path, words, "1 = \"High\" below [...labels.priority]");
      if (codes == nullptr) continue;
      for (const auto& [code, word] : *codes) {
        TableLabel label{std::string(field.str()), std::string(code.str()), {}};
        take_text(fmt::format("{}.{}", its_path, code.str()), word, label.label);
        map.labels.push_back(std::move(label));
      }
    }
  }

  FileProblems problems_;
  std::string file_;
  bool bad_table_ = false;
  std::map<std::string, LinePlace, std::less<>> places_;
  std::map<std::string, bool, std::less<>> told_;  // a key is blamed once
};

/// Comments of one key, each line begun with "# ".
std::string comments(std::string_view text) {
  std::string out;
  for (const std::string& line : split(text, '\n')) {
    out += line.empty() ? "#\n" : fmt::format("# {}\n", excerpt(line, 400));
  }
  return out;
}

std::string in_quotes(std::string_view text) {
  return to_toml(FieldForm::text, text);
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 18 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
         (text.size() == 1 || text.front() != '0');
}

std::string value_list(const std::vector<std::string>& values) {
  std::vector<std::string> words;
  words.reserve(values.size());
  for (const std::string& value : values) {
    words.push_back(is_number(value) || value == "true" || value == "false" ? value
                                                                            : in_quotes(value));
  }
  return "[" + join(words, ", ") + "]";
}

std::string item_table(const ItemTable& items) {
  if (items == ItemTable()) return {};
  std::string text = "\n[configuration-item]\n";
  const auto line = [&text](std::string_view key, const std::string& value) {
    if (!value.empty()) text += fmt::format("{} = {}\n", key, in_quotes(value));
  };
  line("set", items.set);
  line("key", items.key);
  line("name", items.name);
  line("fqdn", items.fqdn);
  line("ip", items.ip);
  line("filter", items.filter);
  return text;
}

/// Writes one type's table; notes go above the key they are for.
class TableWriter {
 public:
  TableWriter(const ProfileDraft& draft, WorkItemType type) : draft_(draft), type_(type) {}

  std::string write() {
    const TableMap* const map = draft_.profile.table(type_);
    out_ += '\n' + notes("");
    if (map == nullptr) return std::move(out_);
    out_ += fmt::format("[{}]\n", to_string(type_));
    line("set", in_quotes(map->set));
    line("key", in_quotes(map->key));
    if (!map->filter.empty()) line("filter", in_quotes(map->filter));
    if (!map->open_column.empty()) {
      line("open-column", in_quotes(map->open_column));
      line("open-values", value_list(map->open_values));
    }
    if (!map->resolve_action.empty()) line("resolve-action", in_quotes(map->resolve_action));
    out_ += fmt::format("\n[{}.columns]\n", to_string(type_));
    // In the order of the fields, with what is not mapped told where it would stand.
    for (const std::string& field : profile_fields(type_)) {
      const std::string_view column = map->column_of(field);
      const std::string about = notes("columns." + field);
      if (column.empty()) {
        out_ += about;
      } else {
        out_ += fmt::format("{}{} = {}\n", about, field, in_quotes(column));
      }
    }
    write_labels(*map);
    write_written("create", map->create_values);
    write_written("resolve", map->resolve_values);
    return std::move(out_);
  }

 private:
  void line(std::string_view key, const std::string& value) {
    out_ += fmt::format("{}{} = {}\n", notes(key), key, value);
  }

  [[nodiscard]] std::string notes(std::string_view key) const {
    std::string text;
    for (const ProfileDraft::Note& note : draft_.notes) {
      if (note.type == type_ && note.key == key) text += comments(note.text);
    }
    return text;
  }

  void write_written(std::string_view word, const std::vector<TableValue>& values) {
    if (values.empty()) return;
    out_ += fmt::format("\n[{}.{}]\n", to_string(type_), word);
    for (const TableValue& one : values) {
      const std::string value = value_list({one.value});
      out_ += fmt::format("{} = {}\n", one.column, value.substr(1, value.size() - 2));
    }
  }

  void write_labels(const TableMap& map) {
    std::string field;
    for (const TableLabel& label : map.labels) {
      if (label.field != field) {
        field = label.field;
        out_ += fmt::format("\n[{}.labels.{}]\n", to_string(type_), field);
      }
      out_ += fmt::format("{} = {}\n", in_quotes(label.code), in_quotes(label.label));
    }
  }

  const ProfileDraft& draft_;
  WorkItemType type_;
  std::string out_;
};

}  // namespace

/// Reads
///   [incident]
///   set = "x_incidents"
///   key = "x_incidentid"
///   open-column = "statecode"
///   open-values = [0]
///   [incident.columns]
///   title = "x_title"
///   updated_at = "modifiedon"
/// (provance reference 7).
TableProfile parse_profile(std::string_view text, const std::string& file) {
  return ProfileReader(file).read(parse_toml(text, file));
}

TableProfile load_profile(const std::string& word) {
  const std::string name = word.empty() ? std::string(k_default_profile) : word;
  if (const TableProfile* builtin = find_builtin_profile(name)) return *builtin;
  if (!is_profile_file(name)) {
    std::vector<std::string> known;
    for (const TableProfile& one : builtin_profiles()) known.push_back(one.name);
    const std::string near = nearest(name, known);
    throw Error(ErrorKind::not_found,
                fmt::format("no profile is called \"{}\": {} or a file that ends in .toml", name,
                            join(known, ", ")),
                near.empty() ? std::string() : fmt::format("did you mean \"{}\"?", near));
  }
  const auto text = read_file(name, k_max_file_bytes);
  if (!text) {
    throw Error(ErrorKind::not_found, fmt::format("there is no profile \"{}\"", name),
                "itsmc connection profile NAME drafts one from an instance's metadata");
  }
  return parse_profile(*text, name);
}

std::string write_profile(const ProfileDraft& draft, std::string_view about) {
  std::string text = comments(about);
  if (draft.profile.service_path != TableProfile().service_path) {
    text += fmt::format("\nservice-path = {}\n", in_quotes(draft.profile.service_path));
  }
  for (const WorkItemType type : k_types) text += TableWriter(draft, type).write();
  return text + item_table(draft.profile.items);
}

}  // namespace itsmc::config

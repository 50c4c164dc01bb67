#include "partners/cherwell_item_intake.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "itsmc/partners/cherwell_page.hpp"
#include "partners/cherwell_written.hpp"
#include "partners/intake_words.hpp"
#include "partners/json_part.hpp"

namespace itsmc::partners::cherwell {
namespace {

using nlohmann::json;

constexpr std::string_view k_customer = "CustomerRecID";
constexpr std::string_view k_customers = "CustomerInternal";
constexpr std::string_view k_item = "ConfigItemRecID";
constexpr std::string_view k_item_type = "ConfigItemTypeID";

bool is_taken(WorkItemType type) {
  return type == WorkItemType::incident || type == WorkItemType::change_request;
}

std::string not_taken(WorkItemType type) {
  return fmt::format("Cherwell has no {}s: incident or change-request", to_string(type));
}

void require_taken(WorkItemType type) {
  if (!is_taken(type)) throw Error(ErrorKind::usage, not_taken(type));
}

std::string value_of(const FieldValues& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [name](const auto& field) { return iequals(field.first, name); });
  return found == fields.end() ? std::string() : found->second;
}

/// Of a search for the mark: a row without one was not asked for, one without a description is kept
/// back.
std::string key_of_row(const ObjectRules& rules, const FieldRule& description, const Row& row) {
  const std::string* text = row.find(description);
  if (text == nullptr) {
    throw Error(ErrorKind::denied,
                fmt::format("the user may not read Description of {} {}: whether it is the item "
                            "cannot be told",
                            rules.name, row.number),
                "let the user's security group view the field: CSM Administrator > Security > Edit "
                "security groups > Business Objects");
  }
  std::string key = key_in(*text);
  if (!key.empty()) return key;
  throw Error(ErrorKind::protocol, fmt::format("Cherwell ignored the filter of a search: {} {} has "
                                               "no mark of itsmc in its description",
                                               rules.name, row.number));
}

}  // namespace

RecordDraft ItemIntake::prepare(const ItemDraft& draft, const std::stop_token& stop) {
  RecordDraft record;
  if (!is_taken(draft.type)) {
    record.problems.push_back({"type", not_taken(draft.type)});
    return record;
  }
  ObjectRules& rules = book_.of(business_object(draft.type), stop);
  book_.read_choices(rules, choice_fields(draft), stop);
  record = draft_record(draft, rules);
  if (!draft.config_items.empty() && rules.field(k_item_type) != nullptr &&
      value_of(record.fields, k_item) == draft.config_items.front().id) {
    const std::string type = type_of_item(draft.config_items.front(), stop);
    if (!type.empty()) set_field(record.fields, k_item_type, type);
  }
  set_customer(record, rules, stop);
  if (!draft.template_name.empty()) {
    record.problems.push_back({"template", "Cherwell's REST interface has no templates"});
  }
  for (FieldProblem& missing : missing_fields(record.fields, rules)) {
    const auto same = [&missing](const FieldProblem& known) {
      return known.field == missing.field;
    };
    const bool told = std::any_of(record.problems.begin(), record.problems.end(), same);
    if (!told) record.problems.push_back(std::move(missing));
  }
  return record;
}

/// An incident is somebody's (cherwell reference 7): the signed-in user's unless it is said.
void ItemIntake::set_customer(RecordDraft& record, const ObjectRules& rules,
                              const std::stop_token& stop) {
  const FieldRule* field = rules.field(k_customer);
  if (field == nullptr || field->read_only) return;
  const std::string given = value_of(record.fields, k_customer);
  const bool by_email = given.find('@') != std::string::npos;
  if (!by_email && (!given.empty() || !field->required)) return;
  Customer customer;
  if (by_email) {
    customer = find_customer(given, stop);
  } else {
    if (!own_customer_) {
      const std::string email = own_email(stop);
      own_customer_ = email.empty() ? Customer{{},
                                               "the signed-in user's e-mail address cannot be "
                                               "read"}
                                    : find_customer(email, stop);
    }
    customer = *own_customer_;
  }
  if (!customer.problem.empty()) {
    record.problems.push_back(
        {std::string(k_customer), customer.problem + ": --set CustomerRecID=RECID or an e-mail "
                                                     "address says whose it is"});
  }
  set_field(record.fields, k_customer, customer.id);
}

// {"displayName":"API User","fields":[{"name":"Email","value":"api@example.com"},..],..}
// (cherwell reference 4).
std::string ItemIntake::own_email(const std::stop_token& stop) {
  const bool windows = connection_.username.find('\\') != std::string::npos;
  json user;
  try {
    user = api_.get(
        "/api/V2/getuserbyloginid",
        {{"loginid", connection_.username}, {"loginidtype", windows ? "Windows" : "Internal"}},
        stop);
  } catch (const Error& error) {
    if (!is_refusal(error)) throw;
    return {};
  }
  for (const json& field : part_of(user, "fields")) {
    if (iequals(text_part(field, "name"), "Email")) return text_part(field, "value");
  }
  return {};
}

ItemIntake::Customer ItemIntake::find_customer(const std::string& email,
                                               const std::stop_token& stop) {
  const ObjectRules& rules = book_.of(k_customers, stop);
  const FieldRule* field = rules.field("Email");
  if (field == nullptr) return {{}, fmt::format("{} has no field Email", k_customers)};
  const std::vector<Row> rows = book_.search(rules, {*field, "eq", email, {field}}, stop);
  std::vector<std::string> ids;
  for (const Row& row : rows) {
    if (iequals(row.value(field), email)) ids.push_back(row.id);
  }
  if (ids.size() == 1) return {ids.front(), {}};
  if (ids.empty()) return {{}, fmt::format("no {} has the e-mail address {}", k_customers, email)};
  return {{},
          fmt::format("{} rows of {} have the e-mail address {}: {}", ids.size(), k_customers,
                      email, join(ids, ", "))};
}

/// The busObId of the item's class; empty when it is not known.
std::string ItemIntake::type_of_item(const ConfigItem& item, const std::stop_token& stop) {
  if (item.klass.empty()) return {};
  try {
    return book_.of(item.klass, stop).id;
  } catch (const Error& error) {
    if (!is_refusal(error)) throw;
    return {};
  }
}

std::vector<FieldProblem> ItemIntake::check(const ItemDraft& draft, const std::stop_token& stop) {
  return prepare(draft, stop).problems;
}

PlannedRequest ItemIntake::plan(const ItemDraft& draft, const std::stop_token& stop) {
  require_correlation_id(draft.correlation_id);
  const RecordDraft record = prepare(draft, stop);
  refuse_problems(record.problems);
  const ObjectRules& rules = book_.of(business_object(draft.type), stop);
  return {"POST", api_.url(k_save_path), body_text(save_body(rules, "", record.fields))};
}

std::string ItemIntake::save(const ObjectRules& rules, const std::string& id,
                             const FieldValues& fields, const std::stop_token& stop) {
  // A change says whole values, so that it may come twice; a row would be made twice.
  const auto replay = id.empty() ? http::Replay::never : http::Replay::safe;
  return read_saved(api_.write(k_save_path, save_body(rules, id, fields), replay, stop), rules);
}

Written ItemIntake::create(const ItemDraft& draft, const std::stop_token& stop) {
  require_correlation_id(draft.correlation_id);
  RecordDraft record = prepare(draft, stop);
  refuse_problems(record.problems);
  const ObjectRules& rules = book_.of(business_object(draft.type), stop);
  std::string id;
  try {
    id = save(rules, "", record.fields, stop);
  } catch (const Error& error) {
    if (!is_refusal(error)) throw;
    return after_refusal(draft, error, stop);
  }
  // The answer has nothing but ids (cherwell reference 7): what became of the fields is read.
  Row row;
  try {
    row = book_.read(rules, id, stop);
  } catch (const Error& error) {
    if (!is_refusal(error)) throw;
    return after_refusal(draft, nothing_made(rules.name, error.text()), stop);
  }
  for (std::string& warning : compare_row(record.fields, rules, row)) {
    record.warnings.push_back(std::move(warning));
  }
  return {found_item(rules, row), std::move(record.warnings)};
}

/// What the instance does after a save may fail when the row is there (a 500 with a code): it is
/// looked up.
Written ItemIntake::after_refusal(const ItemDraft& draft, const Error& refusal,
                                  const std::stop_token& stop) {
  std::vector<FoundItem> found;
  try {
    found = find(draft.type, draft.correlation_id, stop);
  } catch (const Error& error) {
    if (!is_refusal(error)) throw;
    throw Error(Error(ErrorKind::unavailable,
                      fmt::format("whether the item was made is not known: {}; and {}",
                                  refusal.text(), error.text()),
                      error.hint())
                    .with_request_id(refusal.request_id()));
  }
  if (found.empty()) throw Error(refusal);
  return {found.front(),
          {fmt::format("the instance refused, but had made the item: {}", refusal.text())}};
}

std::vector<FoundItem> ItemIntake::find(WorkItemType type, std::string_view correlation_id,
                                        const std::stop_token& stop) {
  require_correlation_id(correlation_id);
  require_taken(type);
  const ObjectRules& rules = book_.of(business_object(type), stop);
  const FieldRule* description = rules.field("Description");
  if (description == nullptr) {
    throw Error(ErrorKind::denied,
                fmt::format("{} has no field Description that the user may view: the mark by which "
                            "itsmc finds items stands in it",
                            rules.name));
  }
  const RowSearch asked{*description, "contains", mark_of(correlation_id), found_fields(rules)};
  std::vector<FoundItem> found;
  for (const Row& row : book_.search(rules, asked, stop)) {
    // "contains" regards no case, and may take "_" for any letter.
    if (key_of_row(rules, *description, row) == correlation_id) {
      found.push_back(found_item(rules, row));
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const FoundItem& a, const FoundItem& b) {
    if (a.created_at != b.created_at) return a.created_at < b.created_at;
    return a.number < b.number;
  });
  return found;
}

Written ItemIntake::change(WorkItemType type, const FoundItem& item, const ItemChange& change,
                           const std::stop_token& stop) {
  require_taken(type);
  ObjectRules& rules = book_.of(business_object(type), stop);
  ItemDraft asked;
  asked.set = change.set;
  book_.read_choices(rules, choice_fields(asked), stop);
  const RecordDraft given = check_fields(change.set, rules);
  refuse_problems(given.problems);
  if (change.kind == ItemChange::Kind::resolve) {
    return resolve(rules, item, change, given.fields, stop);
  }
  const Row now = book_.read(rules, item.id, stop);
  FieldValues fields = note_fields(change.note, rules, now);
  link_items(rules, change, now, fields, stop);
  for (const auto& [name, value] : given.fields) set_field(fields, name, value);
  return update(rules, item, fields, stop);
}

Written ItemIntake::resolve(const ObjectRules& rules, const FoundItem& item,
                            const ItemChange& change, const FieldValues& given,
                            const std::stop_token& stop) {
  const Row now = book_.read(rules, item.id, stop);
  const FieldRule* closing = rules.field("CloseDescription");
  const bool fits =
      closing != nullptr && !closing->read_only &&
      (closing->max_length == 0 || count_characters(change.note) <= closing->max_length);
  FieldValues fields =
      fits ? FieldValues{{closing->name, change.note}} : note_fields(change.note, rules, now);
  set_field(fields, "Status", end_state(rules));
  link_items(rules, change, now, fields, stop);
  for (const auto& [name, value] : given) set_field(fields, name, value);
  std::string reason;
  try {
    Written done = update(rules, item, fields, stop);
    if (!done.item.open) return done;
    reason = fmt::format("the instance left it in the state {}", done.item.state);
  } catch (const Error& error) {
    if (!is_refusal(error)) throw;
    reason = error.text();
  }
  Written noted = add_note(rules, item, change.note, stop);
  noted.warnings.push_back(
      fmt::format("{} could not be resolved, a note was left instead: {}", item.number, reason));
  return noted;
}

Written ItemIntake::add_note(const ObjectRules& rules, const FoundItem& item, std::string_view note,
                             const std::stop_token& stop) {
  return update(rules, item, note_fields(note, rules, book_.read(rules, item.id, stop)), stop);
}

/// The first where there is room, the others in words.
void ItemIntake::link_items(const ObjectRules& rules, const ItemChange& change, const Row& now,
                            FieldValues& fields, const std::stop_token& stop) {
  if (change.config_items.empty()) return;
  const FieldRule* place = rules.field(k_item);
  const bool free = place != nullptr && now.value(place).empty();
  if (free) {
    set_field(fields, k_item, change.config_items.front().id);
    const std::string type = type_of_item(change.config_items.front(), stop);
    if (!type.empty()) set_field(fields, k_item_type, type);
  }
  const std::size_t first = free ? 1 : 0;
  if (first >= change.config_items.size()) return;
  const std::string note = name_items("Affected as well:", change.config_items, first);
  for (auto& [name, value] : note_fields(note, rules, now)) {
    const std::string old = value_of(fields, name);
    // The note of this change stands in the same field already: behind it.
    if (old.empty()) {
      set_field(fields, name, std::move(value));
    } else {
      Row noted = now;
      noted.values[to_lower(bare_field_id(rules.field(name)->id))] = old;
      set_field(fields, name, note_fields(note, rules, noted).front().second);
    }
  }
}

Written ItemIntake::update(const ObjectRules& rules, const FoundItem& item,
                           const FieldValues& fields, const std::stop_token& stop) {
  (void)save(rules, item.id, fields, stop);
  const Row row = book_.read(rules, item.id, stop);
  return {found_item(rules, row), compare_row(fields, rules, row)};
}

}  // namespace itsmc::partners::cherwell

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "cherwell/search.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::cherwell {
namespace {

// Compares without regard to ASCII case, as the database below does.
int compare_text(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    const int x = std::tolower(static_cast<unsigned char>(a[i]));
    const int y = std::tolower(static_cast<unsigned char>(b[i]));
    if (x != y) return x < y ? -1 : 1;
  }
  if (a.size() == b.size()) return 0;
  return a.size() < b.size() ? -1 : 1;
}

template <class Value>
int compare_values(const Value& a, const Value& b) {
  if (a < b) return -1;
  return b < a ? 1 : 0;
}

double number_of(std::string_view text) {
  return text.empty() ? 0 : std::strtod(std::string(text).c_str(), nullptr);
}

int compare_field(const ObjectType& type, FieldNumber field, const Record& a, const Record& b) {
  switch (type.fields[field].type) {
    case FieldType::date_time:
      return compare_values(moment_of(type, a, field), moment_of(type, b, field));
    case FieldType::number:
      return compare_values(number_of(a.text(field)), number_of(b.text(field)));
    default:
      return compare_text(text_of(type, a, field), text_of(type, b, field));
  }
}

bool compare_ok(int compared, Operator op) {
  if (op == Operator::gt) return compared > 0;
  return op == Operator::lt ? compared < 0 : compared == 0;
}

bool matches(const ObjectType& type, const Record& record, const Filter& filter) {
  const FieldType kind = type.fields[filter.field].type;
  if (kind == FieldType::date_time) {
    const auto moment = moment_of(type, record, filter.field);
    return moment && compare_ok(compare_values(*moment, filter.moment), filter.op);
  }
  if (kind == FieldType::number) {
    const double number = number_of(record.text(filter.field));
    return compare_ok(compare_values(number, filter.number), filter.op);
  }
  const std::string_view text = text_of(type, record, filter.field);
  if (filter.op == Operator::contains) {
    return lower(text).find(lower(filter.text)) != std::string::npos;
  }
  if (filter.op == Operator::starts_with) {
    return same_text(text.substr(0, filter.text.size()), filter.text);
  }
  return compare_ok(compare_text(text, filter.text), filter.op);
}

bool matches_all(const ObjectType& type, const Record& record, const SearchPlan& plan) {
  const bool groups = std::all_of(plan.groups.begin(), plan.groups.end(), [&](const auto& group) {
    return std::any_of(group.begin(), group.end(),
                       [&](const Filter& filter) { return matches(type, record, filter); });
  });
  if (!groups || plan.search_text.empty()) return groups;
  const std::string wanted = lower(plan.search_text);
  return std::any_of(record.texts.begin(), record.texts.end(), [&](const auto& cell) {
    return lower(cell.second).find(wanted) != std::string::npos;
  });
}

// The lower bound that a lone group of "LastModifiedDateTime gt" filters sets, so that a sync does
// not look at every row for every page.
std::optional<std::int64_t> lower_bound_of(const ObjectType& type, const FilterGroup& group) {
  std::optional<std::int64_t> bound;
  for (const auto& filter : group) {
    if (type.fields[filter.field].role != Role::modified || filter.op != Operator::gt) {
      return std::nullopt;
    }
    bound = bound ? std::min(*bound, filter.moment) : filter.moment;
  }
  return bound;
}

std::vector<RowNumber> matching_rows(const Table& table, const ObjectType& type,
                                     const SearchPlan& plan, Visibility least) {
  const auto& all = table.by_updated();
  std::size_t from = 0;
  for (const auto& group : plan.groups) {
    if (const auto bound = lower_bound_of(type, group)) {
      from = std::max(from, table.first_after(*bound));
    }
  }
  std::vector<RowNumber> rows;
  rows.reserve(all.size() - from);
  for (std::size_t i = from; i < all.size(); ++i) {
    const Record& record = table.row(all[i]);
    if (least == Visibility::shown && record.visibility == Visibility::hidden) continue;
    if (matches_all(type, record, plan)) rows.push_back(all[i]);
  }
  return rows;
}

// Orders rows by the plan's sorting; level rows by a number that `salt` changes.
class Order {
 public:
  Order(const Table& table, const ObjectType& type, const SearchPlan& plan, std::uint64_t salt)
      : table_(table), type_(type), plan_(plan), salt_(salt) {}
  bool operator()(RowNumber a, RowNumber b) const {
    for (const auto& key : plan_.sorting) {
      const int compared = compare_field(type_, key.field, table_.row(a), table_.row(b));
      if (compared != 0) return (compared < 0) == (key.direction == Direction::ascending);
    }
    return mix(a ^ salt_) < mix(b ^ salt_);
  }

 private:
  const Table& table_;
  const ObjectType& type_;
  const SearchPlan& plan_;
  std::uint64_t salt_;
};

// The rows come by (updated, row): when that is the first key, only runs of one second are left to
// order, and a sync's pages cost next to nothing.
void order_rows(const Table& table, const ObjectType& type, const SearchPlan& plan,
                const Order& order, std::vector<RowNumber>& rows) {
  const bool by_modified =
      !plan.sorting.empty() && type.fields[plan.sorting.front().field].role == Role::modified;
  if (!by_modified) {
    std::sort(rows.begin(), rows.end(), order);
    return;
  }
  if (plan.sorting.front().direction == Direction::descending) {
    std::reverse(rows.begin(), rows.end());
  }
  for (auto begin = rows.begin(); begin != rows.end();) {
    const auto updated = table.row(*begin).updated;
    const auto end = std::find_if(begin, rows.end(),
                                  [&](RowNumber row) { return table.row(row).updated != updated; });
    std::sort(begin, end, order);
    begin = end;
  }
}

// Without a sorting, and with level rows under `ties-shuffle`, the order is another one in every
// request: pages then repeat rows and miss others (cherwell reference 6).
std::uint64_t salt_of(const Call& call, const SearchPlan& plan) {
  static std::atomic<std::uint64_t> requests{0};
  const bool any = plan.sorting.empty() || call.firing.has("ties-shuffle");
  return any ? mix(++requests) : 0;
}

std::string key_of(const Table& table, const SearchPlan& plan, Visibility least,
                   std::uint64_t salt) {
  std::string key = fmt::format("{}.{}.{}.{}|{}", plan.type, table.revision(),
                                static_cast<int>(least), salt, plan.search_text);
  for (const auto& group : plan.groups) {
    key += "&";
    for (const auto& filter : group) {
      key += fmt::format("{}.{}.{}.{}|", filter.field, static_cast<int>(filter.op), filter.moment,
                         filter.text);
    }
  }
  for (const auto& sort : plan.sorting) {
    key += fmt::format("^{}.{}", sort.field, static_cast<int>(sort.direction));
  }
  return key;
}

// The group that only bounds the field which the rows are sorted by, so that pages of a walk along
// that field are parts of one order. Those along LastModifiedDateTime are found by the table's
// index, which stays good when rows change.
std::optional<std::size_t> bound_of_order(const ObjectType& type, const SearchPlan& plan) {
  if (plan.sorting.empty()) return std::nullopt;
  const FieldNumber field = plan.sorting.front().field;
  if (type.fields[field].role == Role::modified) return std::nullopt;
  for (std::size_t i = 0; i < plan.groups.size(); ++i) {
    const FilterGroup& group = plan.groups[i];
    const bool bounds = group.size() == 1 && group.front().field == field &&
                        (group.front().op == Operator::gt || group.front().op == Operator::lt);
    if (bounds) return i;
  }
  return std::nullopt;
}

// Rows in the order of the bound's field: those that match stand together at one of the ends.
FoundRows part_within(const Table& table, const ObjectType& type, const Filter& bound,
                      const FoundRows& rows) {
  if (rows->empty()) return rows;
  const auto inside = [&](RowNumber row) { return matches(type, table.row(row), bound); };
  const bool at_front = inside(rows->front());
  const auto border = std::partition_point(rows->begin(), rows->end(),
                                           [&](RowNumber row) { return inside(row) == at_front; });
  const auto begin = at_front ? rows->begin() : border;
  const auto end = at_front ? border : rows->end();
  return std::make_shared<const std::vector<RowNumber>>(begin, end);
}

}  // namespace

FoundRows found_rows(Site& site, const Call& call, const SearchPlan& plan) {
  const Table& table = site.table(plan.type);
  const ObjectType& type = call.view.type(plan.type);
  const Visibility least = call.firing.has("count-hidden") ? Visibility::hidden : Visibility::shown;
  const std::uint64_t salt = salt_of(call, plan);
  const auto bound = salt == 0 ? bound_of_order(type, plan) : std::nullopt;
  if (bound) {
    SearchPlan unbound = plan;
    unbound.groups.erase(unbound.groups.begin() + static_cast<std::ptrdiff_t>(*bound));
    return part_within(table, type, plan.groups[*bound].front(), found_rows(site, call, unbound));
  }
  const std::string key = key_of(table, plan, least, salt);
  if (salt == 0) {
    if (auto rows = site.found.find(key)) return rows;
  }
  auto rows = matching_rows(table, type, plan, least);
  order_rows(table, type, plan, Order(table, type, plan, salt), rows);
  auto found = std::make_shared<const std::vector<RowNumber>>(std::move(rows));
  if (salt == 0) site.found.keep(key, found);
  return found;
}

}  // namespace itsmc::sim::cherwell

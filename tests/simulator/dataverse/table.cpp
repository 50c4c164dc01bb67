#include "dataverse/table.hpp"

#include <algorithm>

namespace itsmc::sim::dataverse {

const Row* Table::find(const Guid& id) const {
  const auto found = numbers_.find(id);
  return found == numbers_.end() ? nullptr : &rows_[found->second];
}

Table::Table(Schema schema) : schema_(std::move(schema)) {
  name_column_ = schema_.attribute(schema_.name).value_or(0);
  for (const auto& column : schema_.columns) {
    const bool made = column.kind == Kind::key || column.kind == Kind::big ||
                      column.name == "createdon" || column.name == "modifiedon";
    made_.push_back(made ? 1 : 0);
  }
}

Value Table::value(const Row& row, std::size_t column) const {
  Value made;
  return look(row, column, made);
}

const Value& Table::look(const Row& row, std::size_t column, Value& made) const {
  if (made_[column] == 0) return row.values[column];
  const Column& asked = schema_.columns[column];
  if (asked.kind == Kind::key)
    made = row.id;
  else if (asked.kind == Kind::big)
    made = static_cast<std::int64_t>(row.version);
  else
    made = asked.name == "createdon" ? row.created : row.modified;
  return made;
}

void Table::put(Row row) {
  row.values.resize(schema_.columns.size());
  changed_ = std::max(changed_, row.version);
  const auto found = numbers_.find(row.id);
  if (found == numbers_.end()) {
    const auto number = static_cast<RowNumber>(rows_.size());
    numbers_.emplace(row.id, number);
    by_modified_.insert({row.modified, row.id, number});
    by_key_.insert({0, row.id, number});
    rows_.push_back(std::move(row));
    return;
  }
  Row& old = rows_[found->second];
  by_modified_.erase({old.modified, old.id, found->second});
  by_modified_.insert({row.modified, row.id, found->second});
  old = std::move(row);
}

bool Table::remove(const Guid& id, std::uint64_t version) {
  const auto found = numbers_.find(id);
  if (found == numbers_.end()) return false;
  changed_ = std::max(changed_, version);
  Row& row = rows_[found->second];
  by_modified_.erase({row.modified, id, found->second});
  by_key_.erase({0, id, found->second});
  row.gone = true;
  row.values.clear();
  deletions_.push_back({id, version});
  numbers_.erase(found);
  return true;
}

}  // namespace itsmc::sim::dataverse

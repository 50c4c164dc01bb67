#include "itsmc/store/store.hpp"
#include "store/impl.hpp"

namespace itsmc::store {

std::optional<Origin> Store::origin(const std::string& connection) const {
  Statement read(impl_->db, "SELECT partner, url FROM origin WHERE connection = ?");
  read.bind(1, connection);
  if (!read.step()) return std::nullopt;
  return Origin{std::string(read.text(0)), std::string(read.text(1))};
}

void Store::remember_origin(const std::string& connection, const Origin& origin) {
  WriteTransaction transaction(impl_->db);
  Statement write(impl_->db, "INSERT OR REPLACE INTO origin VALUES(?, ?, ?)");
  write.bind(1, connection).bind(2, origin.partner).bind(3, origin.url).run();
  transaction.commit();
}

std::int64_t Store::rows_of(const std::string& connection) const {
  Statement count(impl_->db,
                  "SELECT count(*) FROM work_item_key JOIN stream USING (stream) "
                  "WHERE connection = ?");
  count.bind(1, connection);
  return count.step() ? count.integer(0) : 0;
}

}  // namespace itsmc::store

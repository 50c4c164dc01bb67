#include "itsmc/store/integrity.hpp"

#include "itsmc/store/store.hpp"
#include "store/impl.hpp"
#include "store/sqlite.hpp"

namespace itsmc::store {

Integrity check_integrity(const std::filesystem::path& file) {
  const Db db = open_store(file, OpenMode::read_only);
  Integrity found;
  found.schema_version = db.integer("PRAGMA user_version");
  // One row "ok", or a row for each problem.
  Statement check(db, "PRAGMA quick_check(20)");
  while (check.step()) {
    if (check.text(0) != "ok") found.problems.emplace_back(check.text(0));
  }
  return found;
}

}  // namespace itsmc::store

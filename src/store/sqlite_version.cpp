#include "itsmc/store/sqlite_version.hpp"

#include <sqlite3.h>

namespace itsmc::store {

std::string sqlite_version() {
  return sqlite3_libversion();
}

}  // namespace itsmc::store

#include "support/full_disk.hpp"

#include <new>

#include <sqlite3.h>

namespace itsmc::test {
namespace {

constexpr const char* k_name = "itsmc-full-disk";

/// SQLite calls by plain functions: what they count is one for the process.
struct Disk {
  sqlite3_vfs* real = sqlite3_vfs_find(nullptr);
  sqlite3_vfs own{};
  int writes_left = 0;
  bool met = false;

  [[nodiscard]] bool has_room() noexcept {
    if (writes_left > 0) {
      --writes_left;
      return true;
    }
    met = true;
    return false;
  }
};

Disk& disk() {
  static Disk the_disk;
  return the_disk;
}

/// Ours, and behind it the file that it stands before.
struct File {
  sqlite3_file base;
  [[nodiscard]] sqlite3_file* real() noexcept { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<File*>(file)->real();
}

int close_file(sqlite3_file* file) {
  return real(file)->pMethods->xClose(real(file));
}
int read_file(sqlite3_file* file, void* to, int bytes, sqlite3_int64 at) {
  return real(file)->pMethods->xRead(real(file), to, bytes, at);
}
int write_file(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 at) {
  if (!disk().has_room()) return SQLITE_FULL;
  return real(file)->pMethods->xWrite(real(file), from, bytes, at);
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  return real(file)->pMethods->xTruncate(real(file), size);
}
int sync_file(sqlite3_file* file, int flags) {
  return real(file)->pMethods->xSync(real(file), flags);
}
int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
  return real(file)->pMethods->xFileSize(real(file), size);
}
int lock_file(sqlite3_file* file, int how) {
  return real(file)->pMethods->xLock(real(file), how);
}
int unlock_file(sqlite3_file* file, int how) {
  return real(file)->pMethods->xUnlock(real(file), how);
}
int check_lock(sqlite3_file* file, int* out) {
  return real(file)->pMethods->xCheckReservedLock(real(file), out);
}
int control_file(sqlite3_file* file, int what, void* value) {
  return real(file)->pMethods->xFileControl(real(file), what, value);
}
int sector_size(sqlite3_file* file) {
  return real(file)->pMethods->xSectorSize(real(file));
}
int characteristics(sqlite3_file* file) {
  return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
int map_shared(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
  if (extend != 0 && !disk().has_room()) return SQLITE_IOERR_SHMSIZE;
  return real(file)->pMethods->xShmMap(real(file), region, size, extend, out);
}
int lock_shared(sqlite3_file* file, int offset, int count, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void order_shared(sqlite3_file* file) {
  real(file)->pMethods->xShmBarrier(real(file));
}
int unmap_shared(sqlite3_file* file, int remove) {
  return real(file)->pMethods->xShmUnmap(real(file), remove);
}

constexpr sqlite3_io_methods k_methods{.iVersion = 2,
                                       .xClose = close_file,
                                       .xRead = read_file,
                                       .xWrite = write_file,
                                       .xTruncate = truncate_file,
                                       .xSync = sync_file,
                                       .xFileSize = size_of_file,
                                       .xLock = lock_file,
                                       .xUnlock = unlock_file,
                                       .xCheckReservedLock = check_lock,
                                       .xFileControl = control_file,
                                       .xSectorSize = sector_size,
                                       .xDeviceCharacteristics = characteristics,
                                       .xShmMap = map_shared,
                                       .xShmLock = lock_shared,
                                       .xShmBarrier = order_shared,
                                       .xShmUnmap = unmap_shared};

int open_file(sqlite3_vfs* /*own*/, const char* name, sqlite3_file* file, int flags, int* out) {
  auto* const opened = new (file) File{};
  const int code = disk().real->xOpen(disk().real, name, opened->real(), flags, out);
  // Without methods SQLite closes nothing.
  opened->base.pMethods = opened->real()->pMethods != nullptr ? &k_methods : nullptr;
  return code;
}

}  // namespace

FullDisk::FullDisk(int writes_left) {
  Disk& the = disk();
  the.own = *the.real;
  the.own.zName = k_name;
  the.own.pNext = nullptr;
  the.own.szOsFile = static_cast<int>(sizeof(File)) + the.real->szOsFile;
  the.own.xOpen = open_file;
  the.writes_left = writes_left;
  the.met = false;
  sqlite3_vfs_register(&the.own, 1);
}

FullDisk::~FullDisk() {
  sqlite3_vfs_unregister(&disk().own);
  sqlite3_vfs_register(disk().real, 1);
}

bool FullDisk::was_met() const noexcept {
  return disk().met;
}

}  // namespace itsmc::test

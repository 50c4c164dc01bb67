#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "itsmc/core/time.hpp"

namespace itsmc {

/// 0644 in 0755, less what the umask takes; or 0600 in 0700.
enum class Privacy { shared, owner_only };

/// Where a path's file stands: its parent, "." for a bare name.
[[nodiscard]] std::filesystem::path directory_of(const std::filesystem::path& path);

/// The file's bytes; absent when there is no such file. Throws Error(storage) when it cannot be
/// read, or is larger than `max_bytes`.
[[nodiscard]] std::optional<std::string> read_file(const std::filesystem::path& path,
                                                   std::size_t max_bytes = 16U << 20U);

/// Write to a new file beside it, fsync, rename, fsync the directory: a reader sees the old bytes
/// or the new ones, whatever happens. Makes the directories. Throws Error(storage).
void write_atomically(const std::filesystem::path& path, std::string_view bytes, Privacy privacy);
/// The same for what another program reads: a new file has this mode whatever the process's umask
/// (0640), one that is replaced keeps its own.
struct FileMode {
  unsigned int bits;
};
void write_atomically(const std::filesystem::path& path, std::string_view bytes, FileMode mode);

/// False when others than the owner may read it. True for a file that is not there.
[[nodiscard]] bool is_private(const std::filesystem::path& path);

/// Makes the directory (0700 when owner_only) and its parents. Throws Error(storage).
void make_directory(const std::filesystem::path& path, Privacy privacy);

/// Removes a file; true when there was one.
bool remove_file(const std::filesystem::path& path);

/// An advisory lock between processes (flock), given back when it dies, also by kill -9. The file
/// stays and holds one line about the holder. One object, one thread.
class FileLock {
 public:
  /// Absent when another holds it. Throws Error(storage).
  [[nodiscard]] static std::optional<FileLock> try_acquire(const std::filesystem::path& path,
                                                           std::string_view holder);
  /// Tries again every 50 ms until `wait` is over (then absent) or `stop`.
  [[nodiscard]] static std::optional<FileLock> acquire(const std::filesystem::path& path,
                                                       std::string_view holder,
                                                       std::chrono::milliseconds wait, Clock& clock,
                                                       const std::stop_token& stop);
  /// What the present holder wrote about itself; empty when unknown.
  [[nodiscard]] static std::string holder_of(const std::filesystem::path& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace itsmc

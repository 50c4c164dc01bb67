#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/file_refusal.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_holder_bytes = 200;

[[noreturn]] void fail(const fs::path& path, int code) {
  std::string hint = hint_of_refusal(path, FileUse::write, code);
  if (!hint.empty()) hint += "; ";
  throw Error(
      ErrorKind::storage,
      fmt::format("locking \"{}\": {}", path.string(), std::generic_category().message(code)),
      fmt::format("{}or name another directory (--data-dir, --state-dir)", hint));
}

/// The line is for people; a lock without it still locks.
void write_holder(int descriptor, std::string_view holder) {
  const std::string line = excerpt(holder, k_holder_bytes) + "\n";
  if (::ftruncate(descriptor, 0) != 0) return;
  [[maybe_unused]] const ssize_t written = ::pwrite(descriptor, line.data(), line.size(), 0);
}

}  // namespace

std::optional<FileLock> FileLock::try_acquire(const fs::path& path, std::string_view holder) {
  make_directory(path.parent_path(), Privacy::owner_only);
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) fail(path, errno);
  FileLock lock(descriptor);
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int code = errno;
    if (code == EINTR) continue;
    ::close(std::exchange(lock.descriptor_, -1));
    if (code == EWOULDBLOCK) return std::nullopt;
    fail(path, code);
  }
  write_holder(descriptor, holder);
  return lock;
}

std::optional<FileLock> FileLock::acquire(const fs::path& path, std::string_view holder,
                                          std::chrono::milliseconds wait, Clock& clock,
                                          const std::stop_token& stop) {
  constexpr std::chrono::milliseconds k_between(50);
  const auto began = clock.steady_now();
  while (true) {
    auto lock = try_acquire(path, holder);
    if (lock) return lock;
    const auto waited =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady_now() - began);
    if (waited >= wait) return std::nullopt;
    if (!clock.wait_for(std::min(k_between, wait - waited), stop)) return std::nullopt;
  }
}

std::string FileLock::holder_of(const fs::path& path) {
  // Only ever part of a message: whatever goes wrong here means "unknown".
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return {};
  std::array<char, k_holder_bytes> line{};
  const ssize_t got = ::read(descriptor, line.data(), line.size());
  ::close(descriptor);
  if (got <= 0) return {};
  const std::string_view text(line.data(), static_cast<std::size_t>(got));
  return excerpt(text.substr(0, text.find('\n')), k_holder_bytes);
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ < 0) return;
  // No longer held: the line goes before the lock does.
  [[maybe_unused]] const int truncated = ::ftruncate(descriptor_, 0);
  ::close(descriptor_);
}

}  // namespace itsmc

#include "itsmc/core/files.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file_refusal.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc {
namespace {

namespace fs = std::filesystem;

constexpr mode_t k_any_access = 0777;
constexpr std::string_view k_reading = "reading";

[[noreturn]] void fail(std::string_view doing, const fs::path& path, int code) {
  const FileUse use = doing == k_reading ? FileUse::read : FileUse::write;
  throw Error(
      ErrorKind::storage,
      fmt::format("{} \"{}\": {}", doing, path.string(), std::generic_category().message(code)),
      hint_of_refusal(path, use, code));
}

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int get() const noexcept { return number_; }
  [[nodiscard]] bool open() const noexcept { return number_ >= 0; }

 private:
  int number_;
};

/// A file that goes away unless it was renamed to its place.
class NewFile {
 public:
  NewFile(const fs::path& target, mode_t mode);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (!placed_) ::unlink(path_.c_str());
  }
  void write(std::string_view bytes) const;
  void place(const fs::path& target);
  [[nodiscard]] int descriptor() const noexcept { return descriptor_.get(); }
  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

 private:
  fs::path path_;
  Descriptor descriptor_;
  bool placed_ = false;
};

fs::path beside(const fs::path& target) {
  std::uint64_t random = 0;
  if (::getrandom(&random, sizeof random, 0) != sizeof random) fail("naming", target, errno);
  return target.parent_path() / fmt::format(".{}.{:016x}.tmp", target.filename().string(), random);
}

NewFile::NewFile(const fs::path& target, mode_t mode)
    : path_(beside(target)),
      descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)) {
  if (!descriptor_.open()) {
    placed_ = true;
    fail("writing", target, errno);
  }
}

void NewFile::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("writing", path_, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(descriptor_.get()) != 0) fail("writing", path_, errno);
}

void NewFile::place(const fs::path& target) {
  if (::rename(path_.c_str(), target.c_str()) != 0) fail("replacing", target, errno);
  placed_ = true;
}

/// Where the bytes belong: configurations are often links into a repository of dotfiles, and
/// renaming over the link would cut it.
fs::path follow_links(const fs::path& path) {
  constexpr int k_most_links = 40;  // as the kernel
  fs::path target = path;
  for (int i = 0; i < k_most_links; ++i) {
    std::error_code error;
    if (!fs::is_symlink(fs::symlink_status(target, error))) return target;
    const fs::path next = fs::read_symlink(target, error);
    if (error) fail("reading the link", target, error.value());
    target = target.parent_path() / next;  // an absolute `next` stands alone
  }
  fail("writing", path, ELOOP);
}

/// Makes a rename last through a power cut.
void sync_directory(const fs::path& directory) {
  const Descriptor descriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.open()) fail("syncing", directory, errno);
  // Some file systems cannot do it for directories; the rename has happened all the same.
  if (::fsync(descriptor.get()) != 0 && errno != EINVAL) fail("syncing", directory, errno);
}

/// The mode of the file that is there; absent: there is none.
std::optional<mode_t> mode_of(const fs::path& file) {
  struct stat present {};
  if (::stat(file.c_str(), &present) != 0) return std::nullopt;
  return present.st_mode & k_any_access;
}

/// The mode a file is opened with, less the umask, and the one that it then gets all the same.
struct Modes {
  mode_t opened;
  std::optional<mode_t> wanted;
};

/// The mode is right before the first byte is there.
void replace(const fs::path& target, std::string_view bytes, const Modes& modes) {
  NewFile file(target, modes.opened);
  if (modes.wanted && ::fchmod(file.descriptor(), *modes.wanted) != 0) {
    fail("setting the mode of", file.path(), errno);
  }
  file.write(bytes);
  file.place(target);
  sync_directory(directory_of(target));
}

}  // namespace

fs::path directory_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

std::optional<std::string> read_file(const fs::path& path, std::size_t max_bytes) {
  const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor.open()) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    fail(k_reading, path, errno);
  }
  std::string bytes;
  std::array<char, 16384> block{};
  while (true) {
    const ssize_t got = ::read(descriptor.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(k_reading, path, errno);
    if (got == 0) return bytes;
    if (bytes.size() + static_cast<std::size_t>(got) > max_bytes) {
      throw Error(ErrorKind::storage, fmt::format("reading \"{}\": larger than {} bytes, the limit",
                                                  path.string(), max_bytes));
    }
    bytes.append(block.data(), static_cast<std::size_t>(got));
  }
}

void write_atomically(const fs::path& path, std::string_view bytes, Privacy privacy) {
  const fs::path target = follow_links(path);
  make_directory(directory_of(target), privacy);
  if (privacy == Privacy::owner_only) {
    replace(target, bytes, {0600, 0600});
  } else {
    replace(target, bytes, {0644, mode_of(target)});  // a new one obeys the umask
  }
}

void write_atomically(const fs::path& path, std::string_view bytes, FileMode mode) {
  const fs::path target = follow_links(path);
  make_directory(directory_of(target), Privacy::shared);
  replace(target, bytes, {0600, mode_of(target).value_or(mode.bits)});
}

bool is_private(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return true;
  constexpr mode_t k_others_read_or_write = S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH;
  return (status.st_mode & k_others_read_or_write) == 0;
}

void make_directory(const fs::path& path, Privacy privacy) {
  std::error_code unknown;
  if (path.empty() || fs::is_directory(path, unknown)) return;
  // "a/b/" has the parent "a/b", which is the same place.
  if (path.has_parent_path() && path.parent_path() != path) {
    make_directory(path.parent_path(), privacy);
  }
  const mode_t mode = privacy == Privacy::owner_only ? 0700 : 0755;
  if (::mkdir(path.c_str(), mode) == 0) return;
  const int code = errno;
  if (code == EEXIST && fs::is_directory(path, unknown)) return;  // another was quicker
  fail("making the directory", path, code);
}

bool remove_file(const fs::path& path) {
  if (::unlink(path.c_str()) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  fail("removing", path, errno);
}

}  // namespace itsmc

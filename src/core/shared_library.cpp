#include "core/shared_library.hpp"

#include <filesystem>
#include <system_error>

#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>

#include "itsmc/core/error.hpp"

namespace itsmc {
namespace {

std::string last_dl_error() {
  const char* text = dlerror();  // NOLINT(concurrency-mt-unsafe): per thread in glibc
  return text == nullptr ? "unknown" : text;
}

}  // namespace

SharedLibrary::SharedLibrary(const char* soname, const char* install_hint)
    : soname_(soname),
      install_hint_(install_hint),
      library_(dlopen(soname, RTLD_NOW | RTLD_LOCAL)) {
  if (library_ != nullptr) return;
  throw Error(ErrorKind::unforeseen,
              fmt::format("\"{}\" cannot be opened: {}", soname_, last_dl_error()), install_hint_);
}

std::string SharedLibrary::file_name() const {
  const link_map* map = nullptr;
  if (dlinfo(library_, RTLD_DI_LINKMAP, &map) != 0 || map == nullptr) return soname_;
  std::error_code unknown;
  const std::filesystem::path file = std::filesystem::canonical(map->l_name, unknown);
  return unknown ? std::string(soname_) : file.filename().string();
}

void* SharedLibrary::address_of(const char* name) const {
  void* symbol = dlsym(library_, name);
  if (symbol != nullptr) return symbol;
  throw Error(ErrorKind::unforeseen,
              fmt::format("\"{}\" cannot be used: {}", soname_, last_dl_error()), install_hint_);
}

}  // namespace itsmc

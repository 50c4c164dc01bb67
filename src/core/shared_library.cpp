#include "core/shared_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

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

void* SharedLibrary::address_of(const char* name) const {
  void* symbol = dlsym(library_, name);
  if (symbol != nullptr) return symbol;
  throw Error(ErrorKind::unforeseen,
              fmt::format("\"{}\" cannot be used: {}", soname_, last_dl_error()), install_hint_);
}

}  // namespace itsmc

#include "http/curl_library.hpp"

#include <string>

#include <dlfcn.h>
#include <fmt/format.h>

#include "itsmc/core/error.hpp"

namespace itsmc::http {
namespace {

constexpr const char* k_soname = "libcurl.so.4";
constexpr const char* k_install_hint = "apt install libcurl4";

std::string last_dl_error() {
  const char* text = dlerror();  // NOLINT(concurrency-mt-unsafe): per thread in glibc
  return text == nullptr ? "unknown" : text;
}

template <typename Function>
void find(void* library, const char* name, Function& function) {
  void* symbol = dlsym(library, name);
  if (symbol == nullptr) {
    throw Error(ErrorKind::unforeseen,
                fmt::format("\"{}\" cannot be used: {}", k_soname, last_dl_error()),
                k_install_hint);
  }
  function = reinterpret_cast<Function>(symbol);
}

CurlLibrary open_library() {
  // Never dlclosed: OpenSSL behind it registers exit functions.
  void* library = dlopen(k_soname, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw Error(ErrorKind::unforeseen,
                fmt::format("\"{}\" cannot be opened: {}", k_soname, last_dl_error()),
                k_install_hint);
  }
  decltype(&curl_global_init) global_init = nullptr;
  find(library, "curl_global_init", global_init);
  CurlLibrary curl;
  find(library, "curl_easy_init", curl.easy_init);
  find(library, "curl_easy_cleanup", curl.easy_cleanup);
  find(library, "curl_easy_reset", curl.easy_reset);
  find(library, "curl_easy_setopt", curl.easy_setopt);
  find(library, "curl_easy_getinfo", curl.easy_getinfo);
  find(library, "curl_easy_strerror", curl.easy_strerror);
  find(library, "curl_slist_append", curl.slist_append);
  find(library, "curl_slist_free_all", curl.slist_free_all);
  find(library, "curl_multi_init", curl.multi_init);
  find(library, "curl_multi_cleanup", curl.multi_cleanup);
  find(library, "curl_multi_add_handle", curl.multi_add_handle);
  find(library, "curl_multi_remove_handle", curl.multi_remove_handle);
  find(library, "curl_multi_perform", curl.multi_perform);
  find(library, "curl_multi_poll", curl.multi_poll);
  find(library, "curl_multi_wakeup", curl.multi_wakeup);
  find(library, "curl_multi_info_read", curl.multi_info_read);
  find(library, "curl_multi_strerror", curl.multi_strerror);
  if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    throw Error(ErrorKind::unforeseen, "libcurl cannot be initialised");
  }
  return curl;
}

}  // namespace

const CurlLibrary& curl_library() {
  static const CurlLibrary k_library = open_library();
  return k_library;
}

}  // namespace itsmc::http

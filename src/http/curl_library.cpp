#include "http/curl_library.hpp"

#include "core/shared_library.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::http {
namespace {

CurlLibrary open_library() {
  const SharedLibrary library("libcurl.so.4", "apt install libcurl4");
  decltype(&curl_global_init) global_init = nullptr;
  library.find("curl_global_init", global_init);
  CurlLibrary curl;
  library.find("curl_easy_init", curl.easy_init);
  library.find("curl_easy_cleanup", curl.easy_cleanup);
  library.find("curl_easy_reset", curl.easy_reset);
  library.find("curl_easy_setopt", curl.easy_setopt);
  library.find("curl_easy_getinfo", curl.easy_getinfo);
  library.find("curl_easy_strerror", curl.easy_strerror);
  library.find("curl_slist_append", curl.slist_append);
  library.find("curl_slist_free_all", curl.slist_free_all);
  library.find("curl_multi_init", curl.multi_init);
  library.find("curl_multi_cleanup", curl.multi_cleanup);
  library.find("curl_multi_add_handle", curl.multi_add_handle);
  library.find("curl_multi_remove_handle", curl.multi_remove_handle);
  library.find("curl_multi_perform", curl.multi_perform);
  library.find("curl_multi_poll", curl.multi_poll);
  library.find("curl_multi_wakeup", curl.multi_wakeup);
  library.find("curl_multi_info_read", curl.multi_info_read);
  library.find("curl_multi_strerror", curl.multi_strerror);
  library.find("curl_version", curl.version);
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

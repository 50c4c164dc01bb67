#include "itsmc/client/pager.hpp"

#include "config/reading_process.hpp"

namespace itsmc::client {
namespace {

// As git does: quit when it fits, raw colours, no clearing of the screen.
constexpr std::string_view k_defaults = "export LESS=\"${LESS-FRX}\" LV=\"${LV--c}\"; ";
constexpr int k_not_found = 127;

}  // namespace

Paging show_in_pager(const std::string& pager, std::string_view text) {
  const int code = config::feed_process(std::string(k_defaults) + pager, text);
  return code == k_not_found ? Paging::no_such_pager : Paging::shown;
}

}  // namespace itsmc::client

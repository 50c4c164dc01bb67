#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "itsmc/alerts/ticket.hpp"
#include "itsmc/core/error.hpp"

using namespace itsmc;
using namespace itsmc::alerts;

namespace {

void hold(const Ticket& ticket) {
  const bool whole = !ticket.draft.title.empty() && !ticket.draft.correlation_id.empty() &&
                     ticket.draft.title.size() <= 160 &&
                     ticket.draft.description.size() <= k_longest_description;
  if (!whole) std::abort();
}

}  // namespace

/// Anything is an error with words, or tickets with a title, a key and no more text than promised.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  try {
    for (const Alert& alert : read_alerts(text)) {
      for (const Per per : {Per::alert, Per::rule, Per::ci, Per::row}) {
        for (const Ticket& ticket : tickets_of(alert, per)) hold(ticket);
      }
    }
  } catch (const Error& error) {
    if (error.text().empty()) std::abort();
  }
  try {
    const Rows rows = read_log_rows(text);
    for (const Ticket& ticket : tickets_of(rows, "log", RowsPer::row)) hold(ticket);
  } catch (const Error& error) {
    if (error.text().empty()) std::abort();
  }
  try {
    static_cast<void>(read_alert_page(text));
  } catch (const Error& error) {
    if (error.text().empty()) std::abort();
  }
  return 0;
}

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/error.hpp"
#include "itsmc/partners/servicenow_page.hpp"

using namespace itsmc;
using namespace itsmc::partners::servicenow;

namespace {

struct Decoded {
  bool complete = false;
  std::vector<std::uint64_t> hashes;
};

Decoded decode(std::string_view text, PageScratch& scratch) {
  static const Choices k_choices = built_in_choices(WorkItemType::incident);
  const RowBounds bounds;
  WorkItemBatch batch;
  Decoded decoded;
  try {
    const PageFacts facts = decode_page(
        {text, 0}, {field_map(WorkItemType::incident), k_choices, bounds}, scratch, batch);
    decoded.complete = facts.outcome == PageFacts::Outcome::complete;
    if (!decoded.complete && (!batch.empty() || facts.rows != 0)) std::abort();
    if (decoded.complete && facts.rows != batch.size()) std::abort();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::protocol || error.text().empty()) std::abort();
    return decoded;
  }
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const bool mapped = !batch[i].text(TextField::id).empty() &&
                        batch[i].time_value(TimeField::updated_at) != k_no_time;
    if (!mapped) std::abort();
    decoded.hashes.push_back(batch[i].hash());
  }
  return decoded;
}

}  // namespace

/// Reads anything as a page: complete, cancelled, unasked or Error(protocol). What was learned from
/// one page must not change the next, and no beginning of a complete page is complete.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(bytes), size);
  PageScratch scratch;
  const Decoded first = decode(text, scratch);
  const Decoded second = decode(text, scratch);
  if (first.complete != second.complete || first.hashes != second.hashes) std::abort();
  if (!first.complete) return 0;
  while (!text.empty() && text.back() != '}') text.remove_suffix(1);
  if (!text.empty() && decode(text.substr(0, text.size() - 1), scratch).complete) std::abort();
  return 0;
}

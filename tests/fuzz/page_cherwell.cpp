#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/partners/cherwell_page.hpp"
#include "partners/cherwell_blueprint.hpp"

using namespace itsmc;
using namespace itsmc::partners::cherwell;

namespace {

const Blueprint& blueprint() {
  static const Blueprint k_blueprint = [] {
    nlohmann::json definitions = nlohmann::json::array();
    for (const SourceField& field : source_fields(WorkItemType::incident)) {
      definitions.push_back({{"name", field.names[0]}, {"fieldId", field.names[0]}});
    }
    return plan_fields(WorkItemType::incident, "b1", definitions);
  }();
  return k_blueprint;
}

struct Decoded {
  bool whole = false;
  std::vector<std::uint64_t> hashes;
};

Decoded decode(std::string_view text, PageScratch& scratch) {
  WorkItemBatch batch;
  Decoded decoded;
  try {
    const PageFacts facts =
        decode_page({text, 0}, {blueprint(), std::chrono::minutes(-300)}, scratch, batch);
    decoded.whole = facts.whole;
    if (facts.rows != batch.size() || (!facts.whole && !batch.empty())) std::abort();
  } catch (const Error& error) {
    if (error.text().empty() || !batch.empty()) std::abort();
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

/// Reads anything as a page: whole, cut off or an Error. What was learned from one page must not
/// change the next, and no beginning of a whole page is whole.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(bytes), size);
  PageScratch scratch;
  const Decoded first = decode(text, scratch);
  const Decoded second = decode(text, scratch);
  if (first.whole != second.whole || first.hashes != second.hashes) std::abort();
  if (!first.whole) return 0;
  while (!text.empty() && text.back() != '}') text.remove_suffix(1);
  if (!text.empty() && decode(text.substr(0, text.size() - 1), scratch).whole) std::abort();
  return 0;
}

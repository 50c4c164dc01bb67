#include <chrono>

#include <nlohmann/json.hpp>

#include "fuzz/page_target.hpp"
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

bool decode(std::string_view text, PageScratch& scratch, WorkItemBatch& batch) {
  const PageFacts facts =
      decode_page({text, 0}, {blueprint(), std::chrono::minutes(-300)}, scratch, batch);
  if (facts.rows != batch.size()) std::abort();
  return facts.whole;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  return fuzz::read_as_page<PageScratch>(bytes, size, decode);
}

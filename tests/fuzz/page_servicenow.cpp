#include "fuzz/page_target.hpp"
#include "itsmc/partners/servicenow_page.hpp"

using namespace itsmc;
using namespace itsmc::partners::servicenow;

namespace {

bool decode(std::string_view text, PageScratch& scratch, WorkItemBatch& batch) {
  static const Choices k_choices = built_in_choices(WorkItemType::incident);
  const RowBounds bounds;
  const PageFacts facts = decode_page(
      {text, 0}, {field_map(WorkItemType::incident), k_choices, bounds}, scratch, batch);
  if (facts.rows != batch.size()) std::abort();
  return facts.outcome == PageFacts::Outcome::complete;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  return fuzz::read_as_page<PageScratch>(bytes, size, decode);
}

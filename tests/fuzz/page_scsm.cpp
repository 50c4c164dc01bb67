#include "fuzz/page_target.hpp"
#include "partners/scsm_contract.hpp"

using namespace itsmc;
using namespace itsmc::partners::scsm;

namespace {

bool decode(std::string_view text, PageScratch& scratch, WorkItemBatch& batch) {
  static const StatusRule k_statuses;
  const PageFacts facts = decode_page({text, 0}, k_statuses, scratch, batch);
  if (facts.rows != batch.size()) std::abort();
  return facts.spoiled.empty();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  return fuzz::read_as_page<PageScratch>(bytes, size, decode);
}

#include "fuzz/page_target.hpp"
#include "itsmc/core/table_profile.hpp"
#include "partners/provance_page.hpp"

using namespace itsmc;
using namespace itsmc::partners::provance;

namespace {

bool decode(std::string_view text, PageScratch& scratch, WorkItemBatch& batch) {
  static const RowMap k_map(
      *find_builtin_profile("provance-example")->table(WorkItemType::incident));
  const PageFacts facts = decode_page({text, 0}, k_map, {}, scratch, batch);
  if (facts.rows < batch.size()) std::abort();  // rows beyond the window are left out
  return !facts.cut_off;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  return fuzz::read_as_page<PageScratch>(bytes, size, decode);
}

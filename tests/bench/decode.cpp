// Decoding pages of ServiceNow's Table API. 11,342 instructions a record when this was written; at
// most 12,000 are wanted.
#include <cstdint>

#include "bench/decode_bench.hpp"
#include "itsmc/partners/servicenow_page.hpp"

using namespace itsmc;
using namespace itsmc::partners::servicenow;
using itsmc::bench::words;

namespace {

std::string id(std::mt19937& random) {
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

std::string name(std::mt19937& random) {
  return fmt::format("Person {} Name", random() % 2000);
}

/// One incident with every field that is asked for, in the order they are asked in.
std::string record(std::mt19937& random, std::uint64_t number) {
  const int state = 1 + static_cast<int>(random() % 3);
  return fmt::format(
      R"({{"sys_id":"{:032x}","number":"INC{:07}","short_description":"{}","description":"{}",)"
      R"("state":"{}","active":"true","urgency":"{}","impact":"{}","priority":"{}",)"
      R"("category":"software","contact_type":"email","escalation":"0",)"
      R"("assigned_to.name":"{}","assignment_group.name":"Service Desk {}",)"
      R"("opened_by.name":"{}","closed_by.name":"","resolved_by.name":"",)"
      R"("opened_at":"2025-0{}-1{} 08:15:{:02}","closed_at":"","resolved_at":"",)"
      R"("sys_updated_on":"2025-06-1{} 1{}:30:{:02}","cmdb_ci.name":"host-{}","cmdb_ci":"{}",)"
      R"("sys_mod_count":"{}"}})",
      number, number, words(random, 50), words(random, 272), state, 1 + random() % 3,
      1 + random() % 3, 1 + random() % 4, name(random), random() % 40, name(random),
      1 + random() % 5, random() % 10, random() % 60, random() % 10, random() % 10, random() % 60,
      random() % 9000, id(random), random() % 40);
}

std::string page(std::size_t records) {
  std::mt19937 random(1);
  std::string text = R"({"result":[)";
  for (std::uint64_t n = 0; n < records; ++n) {
    if (n > 0) text += ',';
    text += record(random, n);
  }
  return text + "]}";
}

}  // namespace

int main(int argc, char** argv) {
  const Choices choices = built_in_choices(WorkItemType::incident);
  const RowBounds bounds;
  const PageRules rules{field_map(WorkItemType::incident), choices, bounds};
  PageScratch scratch;
  WorkItemBatch batch;
  return bench::measure(argc, argv, page, [&](std::string_view text, std::size_t spare) {
    return decode_page({text, spare}, rules, scratch, batch).rows;
  });
}

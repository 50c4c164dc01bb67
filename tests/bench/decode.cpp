// Decoding pages of the Table API: records and megabytes a second.
//   bench_decode [PAGES [RECORDS]]     default 200 pages of 5,000 lean records (0.93 KB each)
// Instructions a record, by the difference of two runs of one page and of three:
//   for n in 1 3; do valgrind --tool=callgrind --callgrind-out-file=/dev/null
//     --toggle-collect='*decode_page*' bench_decode $n; done
// and then (Collected of 3 - Collected of 1) / (2 * 5000). 11,342 when this was written; at most
// 12,000 is wanted.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

#include <fmt/format.h>

#include "itsmc/partners/servicenow_page.hpp"

using namespace itsmc;
using namespace itsmc::partners::servicenow;

namespace {

std::string words(std::mt19937& random, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) {
    const std::size_t letters = 2 + random() % 9;
    for (std::size_t i = 0; i < letters; ++i) text += static_cast<char>('a' + random() % 26);
    text += random() % 24 == 0 ? "\\n" : " ";
  }
  return text;
}

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
  const int pages = argc > 1 ? std::atoi(argv[1]) : 200;
  const std::size_t records = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 5000;
  std::string text = page(records);
  const std::size_t bytes = text.size();
  text.append(64, '\0');
  const Choices choices = built_in_choices(WorkItemType::incident);
  const RowBounds bounds;
  const PageRules rules{field_map(WorkItemType::incident), choices, bounds};
  PageScratch scratch;
  WorkItemBatch batch;
  double best = 1e9;
  const auto begun = std::chrono::steady_clock::now();
  for (int n = 0; n < pages; ++n) {
    const auto from = std::chrono::steady_clock::now();
    const PageFacts facts =
        decode_page({std::string_view(text).substr(0, bytes), 64}, rules, scratch, batch);
    if (facts.rows != records) return 1;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - from;
    best = std::min(best, took.count());
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  const auto line = [&](const char* what, double seconds) {
    fmt::print("{}: {:.0f} records/s, {:.0f} MB/s\n", what, static_cast<double>(records) / seconds,
               static_cast<double>(bytes) / 1e6 / seconds);
  };
  fmt::print("{} pages of {} records, {} bytes a record\n", pages, records, bytes / records);
  line("mean", took.count() / pages);
  line("best", best);
  return 0;
}

// Decoding pages of the contract itsmc-scsm/1, as its fixture has them: 20,267 instructions a
// record (1.7 KB) when this was written.
#include "bench/decode_bench.hpp"
#include "partners/scsm_contract.hpp"

using namespace itsmc;
using namespace itsmc::partners::scsm;
using itsmc::bench::guid;
using itsmc::bench::words;

namespace {

std::string member(std::mt19937& random, const char* name, const char* of) {
  return fmt::format(R"("{}":{{"id":"{}","name":"{}.Level{}","displayName":"Level {}"}},)", name,
                     guid(random), of, 1 + random() % 4, 1 + random() % 4);
}

std::string user(std::mt19937& random, const char* name) {
  if (random() % 3 == 0) return fmt::format(R"("{}":null,)", name);
  return fmt::format(
      R"("{0}":{{"userName":"user{1}","domain":"CONTOSO","displayName":"Person {1}"}},)", name,
      random() % 2000);
}

std::string record(std::mt19937& random, std::size_t number) {
  std::string text = fmt::format(
      R"({{"baseId":"{}","id":"IR{}","class":"System.WorkItem.Incident","title":"{}",)"
      R"("description":"{}","lastModified":"2018-06-{:02}T{:02}:{:02}:{:02}.{:03}Z",)"
      R"("createdDate":"2018-06-01T08:00:00.000Z","closedDate":null,"resolvedDate":null,)",
      guid(random), number, words(random, 50), words(random, 272), 1 + number / 3600000 % 28,
      number / 3600 % 24, number / 60 % 60, number % 60, number % 1000);
  text += member(random, "status", "IncidentStatusEnum");
  text += member(random, "urgency", "System.WorkItem.TroubleTicket.UrgencyEnum");
  text += member(random, "impact", "System.WorkItem.TroubleTicket.ImpactEnum");
  text += fmt::format(R"("priority":{},)", 1 + random() % 9);
  text += member(random, "source", "IncidentSourceEnum");
  text += R"("classification":null,"supportGroup":null,"escalated":false,)";
  for (const char* who : {"createdBy", "assignedTo", "affectedUser", "resolvedBy", "closedBy"}) {
    text += user(random, who);
  }
  text += fmt::format(R"("configItems":[{{"baseId":"{0}","displayName":"host-{1}.contoso.local",)"
                      R"("principalName":"host-{1}.contoso.local"}}],"scheduledStartDate":null,)"
                      R"("scheduledEndDate":null,"actualStartDate":null,"actualEndDate":null,)"
                      R"("requiredByDate":null}})",
                      guid(random), random() % 9000);
  return text;
}

std::string page(std::size_t records) {
  std::mt19937 random(1);
  std::string text = R"({"value":[)";
  for (std::size_t n = 0; n < records; ++n) text += (n > 0 ? "," : "") + record(random, n);
  return text + "]}";
}

}  // namespace

int main(int argc, char** argv) {
  const StatusRule statuses;
  PageScratch scratch;
  WorkItemBatch batch;
  return bench::measure(argc, argv, page, [&](std::string_view text, std::size_t spare) {
    return decode_page({text, spare}, statuses, scratch, batch).rows;
  });
}

// Decoding answers to Cherwell's search: every field is an object of its own (cherwell reference
// 5), so that a record is four times as long as the same one elsewhere: 46,480 instructions (4.1
// KB) when this was written, as many a byte as the others.
#include <nlohmann/json.hpp>

#include "bench/decode_bench.hpp"
#include "itsmc/partners/cherwell_page.hpp"
#include "partners/cherwell_blueprint.hpp"

using namespace itsmc;
using namespace itsmc::partners::cherwell;
using itsmc::bench::words;

namespace {

std::string value_of(std::mt19937& random, std::string_view name, std::size_t number) {
  if (name == "RecID") return fmt::format("944b6a{:036x}", number);
  if (name == "Description") return words(random, 272);
  if (name == "ShortDescription") return words(random, 50);
  if (name.find("Date") != std::string_view::npos) {
    return fmt::format("4/{}/2019 {}:55:{:02} PM", 1 + random() % 28, 1 + random() % 12,
                       random() % 60);
  }
  if (name.starts_with("Stat_")) return "False";
  return fmt::format("Value {}", random() % 40);
}

std::string field(std::mt19937& random, std::string_view name, std::size_t number) {
  return fmt::format(R"({{"dirty":false,"displayName":"{0}","fieldId":"BO:b1,FI:{0}",)"
                     R"("fullFieldId":"BO:b1,FI:{0}","html":null,"name":"{0}","value":"{1}"}})",
                     name, value_of(random, name, number));
}

std::string record(std::mt19937& random, std::size_t number) {
  std::string fields;
  for (const SourceField& one : source_fields(WorkItemType::incident)) {
    fields += (fields.empty() ? "" : ",") + field(random, one.names[0], number);
  }
  return fmt::format(
      R"({{"busObId":"b1","busObPublicId":"{0}","busObRecId":"944b6a{0:036x}","fields":[{1}],)"
      R"("hasError":false,"errorCode":null,"errorMessage":null,"links":[]}})",
      number, fields);
}

std::string page(std::size_t records) {
  std::mt19937 random(1);
  std::string text = R"({"businessObjects":[)";
  for (std::size_t n = 0; n < records; ++n) text += (n > 0 ? "," : "") + record(random, n);
  return text + fmt::format(R"(],"totalRows":{},"hasError":false}})", records);
}

Blueprint blueprint() {
  nlohmann::json definitions = nlohmann::json::array();
  for (const SourceField& one : source_fields(WorkItemType::incident)) {
    definitions.push_back({{"name", one.names[0]}, {"fieldId", one.names[0]}});
  }
  return plan_fields(WorkItemType::incident, "b1", definitions);
}

}  // namespace

int main(int argc, char** argv) {
  const Blueprint fields = blueprint();
  PageScratch scratch;
  WorkItemBatch batch;
  return bench::measure(argc, argv, page, [&](std::string_view text, std::size_t spare) {
    return decode_page({text, spare}, {fields, std::chrono::minutes(-300)}, scratch, batch).rows;
  });
}

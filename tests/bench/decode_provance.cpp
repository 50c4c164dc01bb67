// Decoding pages of a Dataverse table, with labels. 16,641 instructions a record (1.8 KB) when
// this was written; at most 15,000 are wanted.
#include <algorithm>
#include <vector>

#include "bench/decode_bench.hpp"
#include "partners/provance_page.hpp"

using namespace itsmc;
using namespace itsmc::partners;
using itsmc::bench::guid;
using itsmc::bench::words;

namespace {

constexpr const char* k_label = "@OData.Community.Display.V1.FormattedValue";

/// One column with its label before it, as the product writes them.
std::string labelled(const char* column, const std::string& label, const std::string& value) {
  return fmt::format(R"("{0}{1}":"{2}","{0}":{3},)", column, k_label, label, value);
}

/// A lookup, empty in one row of three: then there is no label.
std::string lookup(std::mt19937& random, const char* column, const char* label) {
  if (random() % 3 == 0) return fmt::format(R"("{}":null,)", column);
  return labelled(column, fmt::format("{} {}", label, random() % 2000), '"' + guid(random) + '"');
}

std::string choice(std::mt19937& random, const char* column, const char* label) {
  const auto value = 1 + random() % 4;
  return labelled(column, fmt::format("{} {}", label, value), std::to_string(value));
}

std::string date(const char* column, const std::string& time) {
  return labelled(column, "6/14/2025 9:30 PM", '"' + time + '"');
}

std::string record(std::mt19937& random, std::size_t number) {
  const std::string updated = fmt::format("2025-06-{:02}T{:02}:30:{:02}Z", 1 + number / 1000 % 28,
                                          number / 60 % 16, number % 60);
  std::string text = fmt::format(R"({{"@odata.etag":"W/\"{}\"",)", 100000 + number);
  text += fmt::format(R"("x_incidentid":"{}","x_number":"INC{:07}","x_title":"{}",)", guid(random),
                      number, words(random, 50));
  text += fmt::format(R"("x_description":"{}",)", words(random, 272));
  for (const char* column :
       {"x_state", "x_urgency", "x_impact", "x_priority", "x_category", "x_source"}) {
    text += choice(random, column, "Level");
  }
  text += lookup(random, "_x_assignedto_value", "Person");
  text += lookup(random, "_x_assignmentgroup_value", "Group");
  text += lookup(random, "_x_closedby_value", "Person");
  text += labelled("_createdby_value", "Person 1", '"' + guid(random) + '"');
  text += date("createdon", "2025-05-11T08:15:20Z");
  text += R"("x_closedon":null,"x_resolvedon":null,"_x_resolvedby_value":null,)";
  text += date("modifiedon", updated);
  text += lookup(random, "_x_configurationitem_value", "host");
  text += labelled("statecode", "Active", "0");
  text.back() = '}';  // instead of the last comma
  return text;
}

std::string page(std::size_t records) {
  std::mt19937 random(1);
  std::vector<std::string> rows;
  for (std::size_t n = 0; n < records; ++n) rows.push_back(record(random, n));
  // By time, as the query asks.
  const auto time_of = [](const std::string& row) {
    return row.substr(row.find(R"("modifiedon":")") + 14, 20);
  };
  std::stable_sort(rows.begin(), rows.end(), [&](const std::string& a, const std::string& b) {
    return time_of(a) < time_of(b);
  });
  std::string text = R"({"@odata.context":"x","value":[)";
  for (std::size_t n = 0; n < records; ++n) text += (n > 0 ? "," : "") + rows[n];
  return text + "]}";
}

}  // namespace

int main(int argc, char** argv) {
  const provance::RowMap map(
      *find_builtin_profile("provance-example")->table(WorkItemType::incident));
  provance::PageScratch scratch;
  WorkItemBatch batch;
  return bench::measure(argc, argv, page, [&](std::string_view text, std::size_t spare) {
    return provance::decode_page({text, spare}, map, {}, scratch, batch).rows;
  });
}

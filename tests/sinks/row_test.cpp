#include "itsmc/sinks/row.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace itsmc;
using namespace itsmc::sinks;
using nlohmann::json;

namespace {

struct Built {
  std::string text;
  std::vector<std::string_view> cut;
};

Built build(const WorkItemValues& values, WorkItemType type = WorkItemType::incident) {
  WorkItemBatch batch;
  batch.append(values);
  Built built;
  append_row({"prod", type, batch[0], {}}, "2026-06-20T08:00:00Z", built.text, built.cut);
  return built;
}

WorkItemValues plain() {
  WorkItemValues values;
  values[TextField::id] = "1c741bd70b2322007518478d83673af3";
  values[TextField::title] = "disk full";
  values[TextField::state] = "New";
  values[TimeField::updated_at] = 1'782'000'000'500;
  return values;
}

}  // namespace

TEST_CASE("a row has its key, its version and what is not absent") {
  const json row = json::parse(build(plain()).text);
  CHECK(row["TimeGenerated"] == "2026-06-20T08:00:00Z");
  CHECK(row["RecordKey_s"] == "prod/incident/1c741bd70b2322007518478d83673af3");
  CHECK(row["RecordVersion_s"] == "2026-06-21T00:00:00.500Z");
  CHECK(row["IncidentState_s"] == "New");
  CHECK(row["LastModifiedDate_t"] == "2026-06-21T00:00:00.500Z");
  CHECK_FALSE(row.contains("Priority_s"));
  CHECK(json::parse(build(plain(), WorkItemType::change_request).text)["CRState_s"] == "New");
}

TEST_CASE("versions sort as text: milliseconds always, the product's counter behind") {
  WorkItemValues values = plain();
  values[TimeField::updated_at] = 1'782'000'000'000;
  values[TextField::version] = "7";
  CHECK(json::parse(build(values).text)["RecordVersion_s"] ==
        "2026-06-21T00:00:00.000Z/0000000007");
}

TEST_CASE("any text comes back as it was, wherever it has to be escaped") {
  for (const std::string& text :
       {std::string("say \"hi\""), std::string("c:\\temp"), std::string("a\nb\tc\rd\x01z"),
        std::string("磁碟已滿 ünïcode 123456789"), std::string("1234567\"8"),
        std::string("12345678\""), std::string("\""), std::string(1'000, 'x') + "\\",
        std::string("\x7f\x1f edge ~")}) {
    WorkItemValues values = plain();
    values[TextField::title] = text;
    INFO(text);
    CHECK(json::parse(build(values).text)["Title_s"] == text);
  }
}

TEST_CASE("a value longer than 64 KB is cut between characters, and says so") {
  WorkItemValues values = plain();
  std::string text;
  while (text.size() < 70'000) text += "ü";
  values[TextField::description] = text;
  const Built built = build(values);
  REQUIRE(built.cut == std::vector<std::string_view>{"Description_s"});
  const std::string sent = json::parse(built.text)["Description_s"];
  CHECK(sent.size() < 65'536);
  CHECK(sent.starts_with("üü"));
  CHECK(sent.ends_with(" [cut by itsmc: 64000 of 70000 bytes]"));
}

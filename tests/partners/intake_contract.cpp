#include "partners/intake_contract.hpp"

#include <algorithm>
#include <stdexcept>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "partners/intake_scene.hpp"
#include "support/thrown.hpp"

namespace itsmc::test {
namespace {

using nlohmann::json;
using partners::Intake;
using partners::PlannedRequest;
using partners::Written;

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> lines;
  for (const std::string& line : split(text, '\n')) {
    if (!line.empty()) lines.push_back(json::parse(line));
  }
  return lines;
}

std::string reason_of(const std::vector<FieldProblem>& problems, const std::string& field) {
  for (const FieldProblem& problem : problems) {
    if (problem.field == field) return problem.reason;
  }
  return {};
}

std::string& choice_of(ItemDraft& draft, const std::string& field) {
  if (field == "severity") return draft.severity;
  if (field == "impact") return draft.impact;
  if (field == "category") return draft.category;
  return draft.urgency;
}

void check_creation(const MakeWorld& make, const IntakeWish& wish) {
  SECTION("what was created is found by its correlation id") {
    const Scene scene(make, wish);
    CHECK(scene.found().empty());
    const Written made = scene.intake->create(scene.draft, {});
    CHECK(made.warnings.empty());
    CHECK_FALSE(made.item.id.empty());
    CHECK_FALSE(made.item.number.empty());
    CHECK(made.item.open);
    const auto truth = scene.truth();
    REQUIRE(truth.size() == 1);
    CHECK(truth[0].id == made.item.id);
    CHECK(truth[0].number == made.item.number);
    CHECK(truth[0].correlation_id.find(k_correlation_id) != std::string::npos);
    CHECK_THAT(truth[0].title + truth[0].description, Catch::Contains(scene.draft.title));
    const auto found = scene.found();
    REQUIRE(found.size() == 1);
    CHECK(found[0].id == made.item.id);
    CHECK(found[0].number == made.item.number);
    CHECK(found[0].url == made.item.url);
    CHECK(found[0].open);
    CHECK(found[0].created_at);
    CHECK_FALSE(found[0].ended_at);
    CHECK_FALSE(found[0].state.empty());
  }
  SECTION("a browser finds the item on the instance itself") {
    const Scene scene(make, wish);
    const Written made = scene.intake->create(scene.draft, {});
    CHECK((made.item.url.empty() || made.item.url.starts_with(scene.world->connection.url)));
  }
  SECTION("a correlation id is compared whole") {
    Scene scene(make, wish);
    for (const std::string id : {"alert-1", "alert-1~2", "alert-12", "ALERT.1_x:y"}) {
      scene.draft.correlation_id = id;
      (void)scene.intake->create(scene.draft, {});
    }
    for (const std::string id : {"alert-1", "alert-1~2", "alert-12", "ALERT.1_x:y"}) {
      CAPTURE(id);
      CHECK(scene.found(id).size() == 1);
    }
    for (const std::string id : {"alert", "alert-1~", "alert-1~22", "alert-2"}) {
      CAPTURE(id);
      CHECK(scene.found(id).empty());
    }
  }
  SECTION("nothing is looked for without a correlation id") {
    const Scene scene(make, wish);
    const Error error = error_of([&] { (void)scene.found(""); });
    CHECK(error.kind() == ErrorKind::invalid);
    CHECK(scene.world->control("journal").find("correlation") == std::string::npos);
  }
  SECTION("nothing is sent without a correlation id") {
    Scene scene(make, wish);
    scene.draft.correlation_id.clear();
    CHECK(error_of([&] { (void)scene.intake->create(scene.draft, {}); }).kind() ==
          ErrorKind::invalid);
    CHECK(scene.sent().empty());
  }
  SECTION("texts arrive as they were given") {
    Scene scene(make, wish);
    scene.draft.description = "line one\nline two: 100% of \"C:\\\" <b>&amp;</b>, ^ = \u05e2\u05d1";
    (void)scene.intake->create(scene.draft, {});
    REQUIRE(scene.truth().size() == 1);
    CHECK_THAT(scene.truth()[0].description, Catch::Contains(scene.draft.description));
  }
  if (wish.idempotent) {
    SECTION("the same id twice makes one item") {
      const Scene scene(make, wish);
      const auto other = open_intake(*scene.world, wish);
      const Written first = scene.intake->create(scene.draft, {});
      const Written second = other->create(scene.draft, {});
      CHECK(first.item.id == second.item.id);
      CHECK(scene.truth().size() == 1);
    }
  }
}

void check_plan(const MakeWorld& make, const IntakeWish& wish) {
  SECTION("a dry run sends no write, and shows just what is sent") {
    const Scene scene(make, wish);
    const PlannedRequest plan = scene.intake->plan(scene.draft, {});
    CHECK(scene.sent().empty());
    CHECK(scene.truth().empty());
    (void)scene.intake->create(scene.draft, {});
    const auto sent = scene.sent();
    REQUIRE_FALSE(sent.empty());
    CHECK(sent[0].method == plan.method);
    CHECK(json::parse(sent[0].body) == json::parse(plan.body));
    CHECK(plan.url.starts_with(scene.world->connection.url));
    CHECK_THAT(plan.url, Catch::EndsWith(sent[0].target));
  }
}

void check_problems(const MakeWorld& make, const IntakeWish& wish) {
  SECTION("a right draft has no problem") {
    const Scene scene(make, wish);
    for (const FieldProblem& problem : scene.intake->check(scene.draft, {})) {
      FAIL_CHECK(problem.field + ": " + problem.reason);
    }
    CHECK(scene.sent().empty());
  }
  SECTION("all problems are named at once, with what is valid") {
    Scene scene(make, wish);
    choice_of(scene.draft, wish.choice_field) = "Sideways";
    scene.draft.set.emplace_back("no_such_field_at_all", "1");
    scene.draft.template_name = "No such template";
    const auto problems = scene.intake->check(scene.draft, {});
    CHECK_THAT(reason_of(problems, wish.choice_field), Catch::Contains("Sideways"));
    CHECK_THAT(reason_of(problems, wish.choice_field), Catch::Contains(wish.valid_choice));
    CHECK_FALSE(reason_of(problems, "no_such_field_at_all").empty());
    CHECK_FALSE(reason_of(problems, "template").empty());
    CHECK(scene.sent().empty());
  }
  SECTION("a choice may be given as its label, in any case") {
    Scene scene(make, wish);
    choice_of(scene.draft, wish.choice_field) = to_lower(wish.valid_choice);
    CHECK(scene.intake->check(scene.draft, {}).empty());
    CHECK(scene.intake->create(scene.draft, {}).warnings.empty());
  }
  SECTION("a mistyped field is told its nearest") {
    Scene scene(make, wish);
    scene.draft.set.emplace_back(wish.changed.first + "x", wish.changed.second);
    const auto problems = scene.intake->check(scene.draft, {});
    CHECK_THAT(reason_of(problems, wish.changed.first + "x"), Catch::Contains(wish.changed.first));
  }
}

void check_write_faults(const MakeWorld& make, const IntakeWish& wish) {
  SECTION("what was made although its answer was lost is found") {
    const Scene scene(make, wish);
    REQUIRE(scene.order(WriteFault::lost_answer));
    if (!wish.idempotent) {
      CHECK(error_of([&] { (void)scene.intake->create(scene.draft, {}); }).kind() ==
            ErrorKind::unavailable);
    } else {
      CHECK_FALSE(scene.intake->create(scene.draft, {}).item.id.empty());
    }
    REQUIRE(scene.truth().size() == 1);
    const auto found = scene.found();
    REQUIRE(found.size() == 1);
    CHECK(found[0].id == scene.truth()[0].id);
  }
  SECTION("a write that was refused for its rate is sent again, and made once") {
    const Scene scene(make, wish);
    REQUIRE(scene.order(WriteFault::throttled));
    (void)scene.intake->create(scene.draft, {});
    CHECK(scene.truth().size() == 1);
  }
  SECTION("a success that made nothing is an error") {
    const Scene scene(make, wish);
    if (scene.order(WriteFault::nothing_made, "")) {
      CHECK(error_of([&] { (void)scene.intake->create(scene.draft, {}); }).kind() ==
            ErrorKind::protocol);
      CHECK(scene.truth().empty());
      CHECK(scene.found().empty());
    }
  }
  SECTION("a dropped field is a warning that names it") {
    Scene scene(make, wish);
    scene.draft.set.push_back(wish.dropped);
    if (scene.order(WriteFault::dropped_field, "")) {
      const Written made = scene.intake->create(scene.draft, {});
      CHECK(has_text(made.warnings, wish.dropped.first));
      CHECK(scene.truth().size() == 1);
    }
  }
  SECTION("a changed field is a warning that names it") {
    Scene scene(make, wish);
    scene.draft.set.push_back(wish.changed);
    if (scene.order(WriteFault::changed_field, "")) {
      const Written made = scene.intake->create(scene.draft, {});
      CHECK(has_text(made.warnings, wish.changed.first));
      CHECK(scene.truth().size() == 1);
    }
  }
  SECTION("who may not look is told so, and is not told that there is none") {
    const Scene scene(make, wish);
    (void)scene.intake->create(scene.draft, {});
    if (scene.order(WriteFault::find_refused, "")) {
      CHECK(error_of([&] { (void)scene.found(); }).kind() == ErrorKind::denied);
    }
  }
}

void check_changes(const MakeWorld& make, const IntakeWish& wish) {
  SECTION("a comment is added, and the item stays open") {
    const Scene scene(make, wish);
    const FoundItem item = scene.intake->create(scene.draft, {}).item;
    const Written after = scene.intake->change(
        wish.type, item, {ItemChange::Kind::comment, "Fired again at 12:00.", {}, {}}, {});
    CHECK(after.item.id == item.id);
    CHECK(has_text(scene.truth().at(0).notes, "Fired again at 12:00."));
    CHECK(scene.truth()[0].open);
    CHECK(scene.found().at(0).open);
  }
  SECTION("a resolved item is over, says when, and is still found") {
    const Scene scene(make, wish);
    const FoundItem item = scene.intake->create(scene.draft, {}).item;
    const Written after = scene.intake->change(
        wish.type, item, {ItemChange::Kind::resolve, "The alert was resolved.", {}, {}}, {});
    CHECK(after.warnings.empty());
    CHECK_FALSE(after.item.open);
    CHECK(has_text(scene.truth().at(0).notes, "The alert was resolved."));
    CHECK_FALSE(scene.truth()[0].open);
    const auto found = scene.found();
    REQUIRE(found.size() == 1);
    CHECK_FALSE(found[0].open);
    CHECK(found[0].ended_at);
  }
  SECTION("where resolving is not allowed a note is left, with a warning") {
    const Scene scene(make, wish);
    const FoundItem item = scene.intake->create(scene.draft, {}).item;
    if (scene.order(WriteFault::resolve_refused, "")) {
      const Written after = scene.intake->change(
          wish.type, item, {ItemChange::Kind::resolve, "The alert was resolved.", {}, {}}, {});
      CHECK_FALSE(after.warnings.empty());
      CHECK(after.item.open);
      CHECK(scene.truth().at(0).open);
      CHECK(has_text(scene.truth()[0].notes, "The alert was resolved."));
    }
  }
}

void check_templates(const MakeWorld& make, const IntakeWish& wish) {
  SECTION("templates have a name, and fields or the reason why they cannot be used") {
    const Scene scene(make, wish);
    std::vector<ItemTemplate> templates;
    try {
      templates = scene.intake->templates({});
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::usage);
    }
    for (const ItemTemplate& one : templates) {
      CAPTURE(one.name);
      CHECK_FALSE(one.id.empty());
      CHECK_FALSE(one.name.empty());
      CHECK((!one.fields.empty() || !one.unusable.empty()));
    }
    CHECK(scene.sent().empty());
  }
}

std::string text_at(const json& line, const char* key) {
  return line.value(key, std::string());
}

}  // namespace

std::unique_ptr<Intake> open_intake(SimWorld& world, const IntakeWish& wish) {
  if (wish.open) return wish.open(world);
  const partners::PartnerEntry* entry = partners::find_partner(world.connection.partner);
  if (!entry || !entry->open_intake) throw std::runtime_error("this partner has no intake");
  return entry->open_intake(world.connection, world.credentials(), world.wire(), {});
}

std::vector<Ticket> tickets(SimWorld& world, WorkItemType type) {
  std::vector<Ticket> found;
  for (const json& line : lines_of(world.control("tickets?type=" + std::string(to_string(type))))) {
    found.push_back({text_at(line, "id"), text_at(line, "number"), text_at(line, "correlation_id"),
                     text_at(line, "title"), text_at(line, "description"), line.at("open"),
                     line.at("config_items").get<std::vector<std::string>>(),
                     line.at("notes").get<std::vector<std::string>>()});
  }
  return found;
}

void put_ci(SimWorld& world, const CiTruth& item) {
  const std::vector<std::pair<std::string, std::string>> fields = {
      {"id", item.id}, {"name", item.name},   {"fqdn", item.fqdn},
      {"ip", item.ip}, {"class", item.klass}, {"life", item.life}};
  (void)world.control("ci/put?" + form_encode(fields));
}

std::vector<CiTruth> config_items(SimWorld& world) {
  std::vector<CiTruth> found;
  for (const json& line : lines_of(world.control("ci/truth"))) {
    found.push_back({text_at(line, "id"), text_at(line, "name"), text_at(line, "fqdn"),
                     text_at(line, "ip"), text_at(line, "class"), text_at(line, "life")});
  }
  return found;
}

std::vector<SentWrite> sent_writes(SimWorld& world, const IntakeWish& wish) {
  std::vector<SentWrite> sent;
  for (const json& line : lines_of(world.control("journal"))) {
    SentWrite write{text_at(line, "method"), text_at(line, "target"), text_at(line, "body")};
    const bool sign_in = write.target.find("token") != std::string::npos;
    if (sign_in || write.method == "GET" || !wish.writes(write.method, write.target)) continue;
    sent.push_back(std::move(write));
  }
  return sent;
}

void check_intake_contract(const MakeWorld& make, const IntakeWish& wish) {
  check_creation(make, wish);
  check_plan(make, wish);
  check_problems(make, wish);
  check_write_faults(make, wish);
  check_changes(make, wish);
  check_templates(make, wish);
  if (wish.has_items) check_ci_contract(make, wish);
}

}  // namespace itsmc::test

#include "partners/intake_contract.hpp"

#include <algorithm>
#include <stdexcept>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "support/thrown.hpp"

namespace itsmc::test {
namespace {

using nlohmann::json;
using partners::Intake;
using partners::PlannedRequest;
using partners::Written;

constexpr const char* k_id = "0f6a1c1e-9d3b-4c9e-8a52-5d7e0b1a2c3d";

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> lines;
  for (const std::string& line : split(text, '\n')) {
    if (!line.empty()) lines.push_back(json::parse(line));
  }
  return lines;
}

/// A world, its intake and the draft that carries an id: what nearly every section begins with.
struct Scene {
  Scene(const MakeWorld& make, const IntakeWish& wanted)
      : wish(wanted), world(make()), intake(open_intake(*world, wish)), draft(wish.draft) {
    draft.type = wish.type;
    draft.correlation_id = k_id;
  }
  [[nodiscard]] bool order(WriteFault fault, const std::string& count = ";count=1") const {
    const std::string text = wish.fault ? wish.fault(fault) : std::string();
    if (text.empty()) return false;
    world->fault(text + count);
    return true;
  }
  [[nodiscard]] std::vector<FoundItem> found(const std::string& id = k_id) const {
    return intake->find(wish.type, id, {});
  }
  [[nodiscard]] std::vector<Ticket> truth() const { return tickets(*world, wish.type); }
  [[nodiscard]] std::vector<SentWrite> sent() const { return sent_writes(*world, wish); }

  IntakeWish wish;
  std::unique_ptr<SimWorld> world;
  std::unique_ptr<Intake> intake;
  ItemDraft draft;
};

bool has_text(const std::vector<std::string>& texts, const std::string& part) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return text.find(part) != std::string::npos; });
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
    CHECK(made.warnings == std::vector<std::string>());
    CHECK_FALSE(made.item.id.empty());
    CHECK_FALSE(made.item.number.empty());
    CHECK(made.item.open);
    const auto truth = scene.truth();
    REQUIRE(truth.size() == 1);
    CHECK(truth[0].id == made.item.id);
    CHECK(truth[0].number == made.item.number);
    CHECK(truth[0].correlation_id.find(k_id) != std::string::npos);
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
    CHECK(after.warnings == std::vector<std::string>());
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

CiTruth ci(const IntakeWish& wish, char digit, const std::string& name, const std::string& fqdn) {
  return {wish.ci_id + digit, name,    fqdn, fmt::format("10.1.0.{}", static_cast<int>(digit)),
          wish.ci_class,      "active"};
}

std::vector<std::string> ids_of(const std::vector<ConfigItem>& items) {
  std::vector<std::string> ids;
  for (const ConfigItem& item : items) ids.push_back(item.id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

void check_ci_search(const MakeWorld& make, const IntakeWish& wish) {
  const Scene scene(make, wish);
  CiTruth web = ci(wish, '1', "web01", "web01.contoso.local");
  put_ci(*scene.world, web);
  put_ci(*scene.world, ci(wish, '2', "web02", "web02.contoso.local"));
  const auto ids = [&](const CiQuery& query) { return ids_of(scene.intake->find_ci(query, {})); };
  const std::vector<std::string> none, one{web.id};
  SECTION("none, one, and by any of the names") {
    CHECK(ids({"", "", "db01", ""}) == none);
    CHECK(ids({"", "", "web01", ""}) == one);
    CHECK(ids({"", "", "WEB01", ""}) == one);
    CHECK(ids({web.id, "", "", ""}) == one);
    CHECK(ids({"", "", "web0", ""}) == none);
    CHECK(ids({"", "", "", ""}) == none);
  }
  SECTION("the short name and the fqdn are tried for each other") {
    CHECK(ids({"", "", "web01.contoso.local", ""}) == one);
    CHECK(ids({"", "Web01.Contoso.Local", "", ""}) == one);
    CHECK(ids({"", "web01.contoso.local", "web01", ""}) == one);
  }
  if (wish.finds_fqdn) {
    SECTION("a namesake of another domain is another one") {
      put_ci(*scene.world, ci(wish, '3', "web01", "web01.fabrikam.example"));
      CHECK(ids({"", "web01.contoso.local", "", ""}) == one);
    }
  }
  SECTION("two are both told") {
    put_ci(*scene.world, ci(wish, '3', "web01", ""));
    CHECK(ids({"", "", "web01", ""}) == std::vector<std::string>{web.id, wish.ci_id + '3'});
  }
  SECTION("retired and duplicate ones do not count") {
    for (const char* life : {"retired", "duplicate"}) {
      CAPTURE(life);
      CiTruth old = ci(wish, '4', "web01", "web01.contoso.local");
      old.life = life;
      put_ci(*scene.world, old);
      CHECK(ids({"", "", "web01", ""}) == one);
      CHECK(ids({"", "web01.contoso.local", "", ""}) == one);
    }
  }
  SECTION("a name may hold whatever it likes") {
    for (const std::string name : {"it's ^ here", "100% = \"a\" & b", "a,b", "c\\d"}) {
      CAPTURE(name);
      CHECK(ids({"", "", name, ""}) == none);
      put_ci(*scene.world, ci(wish, '5', name, ""));
      CHECK(ids({"", "", name, ""}) == std::vector<std::string>{wish.ci_id + '5'});
    }
  }
}

void check_ci_creation(const MakeWorld& make, const IntakeWish& wish) {
  const Scene scene(make, wish);
  CiDraft draft;
  draft.name = "app07";
  draft.fqdn = wish.finds_fqdn ? "app07.contoso.local" : "";
  draft.klass = wish.ci_class;
  SECTION("one is made, and is found") {
    CHECK_FALSE(scene.intake->plan_ci(draft, {}).body.empty());
    CHECK(config_items(*scene.world).empty());
    const auto made = scene.intake->create_ci(draft, {});
    CHECK_FALSE(made.existed);
    const auto truth = config_items(*scene.world);
    REQUIRE(truth.size() == 1);
    CHECK(truth[0].id == made.item.id);
    CHECK(truth[0].name == "app07");
    CHECK(ids_of(scene.intake->find_ci({"", "", "app07", ""}, {})) ==
          std::vector<std::string>{made.item.id});
  }
}

void check_links(const MakeWorld& make, const IntakeWish& wish) {
  SECTION("the configuration items are linked to the item") {
    Scene scene(make, wish);
    put_ci(*scene.world, ci(wish, '1', "web01", "web01.contoso.local"));
    put_ci(*scene.world, ci(wish, '2', "web02", "web02.contoso.local"));
    for (const char* name : {"web01", "web02"}) {
      const auto found = scene.intake->find_ci({"", "", name, ""}, {});
      REQUIRE(found.size() == 1);
      scene.draft.config_items.push_back(found[0]);
    }
    const Written made = scene.intake->create(scene.draft, {});
    CHECK(made.warnings == std::vector<std::string>());
    REQUIRE(scene.truth().size() == 1);
    const auto linked = scene.truth()[0].config_items;
    CHECK(std::find(linked.begin(), linked.end(), wish.ci_id + '1') != linked.end());
    const bool second = std::find(linked.begin(), linked.end(), wish.ci_id + '2') != linked.end();
    // Where an item has room for one, the others are named in its text.
    CHECK((second || has_text(scene.truth()[0].notes, "web02") ||
           scene.truth()[0].description.find("web02") != std::string::npos));
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
  if (wish.has_items) {
    SECTION("looking for a configuration item") {
      check_ci_search(make, wish);
    }
    SECTION("making a configuration item") {
      check_ci_creation(make, wish);
    }
    if (wish.links_items) check_links(make, wish);
  }
}

}  // namespace itsmc::test

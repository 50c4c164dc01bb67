#include <algorithm>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "partners/intake_scene.hpp"

namespace itsmc::test {
namespace {

using partners::Written;

CiTruth ci(const IntakeWish& wish, char digit, const std::string& name, const std::string& fqdn) {
  return {wish.ci_id + digit, name,    fqdn, fmt::format("10.1.0.{}", static_cast<int>(digit)),
          wish.ci_class,      "active"};
}

std::vector<std::string> ids_of(const std::vector<ConfigItem>& items) {
  std::vector<std::string> ids;
  ids.reserve(items.size());
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
    CHECK(made.warnings.empty());
    REQUIRE(scene.truth().size() == 1);
    const auto linked = scene.truth()[0].config_items;
    CHECK(std::find(linked.begin(), linked.end(), wish.ci_id + '1') != linked.end());
    const bool second = std::find(linked.begin(), linked.end(), wish.ci_id + '2') != linked.end();
    // Where an item has room for one, the others are named in its text.
    CHECK((second || has_text(scene.truth()[0].notes, "web02") ||
           scene.truth()[0].description.find("web02") != std::string::npos));
  }
}

}  // namespace

void check_ci_contract(const MakeWorld& make, const IntakeWish& wish) {
  SECTION("looking for a configuration item") {
    check_ci_search(make, wish);
  }
  SECTION("making a configuration item") {
    check_ci_creation(make, wish);
  }
  if (wish.links_items) check_links(make, wish);
}

}  // namespace itsmc::test

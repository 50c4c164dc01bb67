// What the parts of the ServiceNow simulator share.
#pragma once
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "servicenow/instance.hpp"
#include "servicenow/oauth.hpp"
#include "servicenow/page.hpp"
#include "servicenow/select.hpp"
#include "shared/product.hpp"

namespace itsmc::sim::servicenow {

struct Settings {
  Credentials credentials;
  // The instance's own name: what its links say, whatever host was called.
  std::string foreign_name = "dev00000.service-now.com";
  PageOptions pages;
  std::int64_t lockout = 5;
};

// A site IS one instance with its planner, its pages and its sign-in. The bench must outlive it.
struct Site {
  Site(Bench& bench_of_all, Settings wanted)
      : bench(bench_of_all),
        settings(std::move(wanted)),
        selector(instance),
        pages(instance, settings.pages),
        oauth(settings.credentials, bench.journal) {
    oauth.set_lockout(settings.lockout);
  }

  Bench& bench;
  const Settings settings;
  Instance instance;
  Selector selector;
  PageMaker pages;
  OAuth oauth;
  std::mutex blocks_lock;
  std::map<std::string, std::set<std::string>> blocks;  // acl-rows-block: argument -> sys_ids
};

// One request on its way through.
struct Call {
  const Request& request;
  const Firing& firing;
  Session session;
  std::string version;  // "", "v1" or "v2"
  std::string table;    // of /table/{table} and /stats/{table}
  std::string id;       // sys_id, empty for the list

  [[nodiscard]] std::string api_prefix() const {
    return version.empty() ? "/api/now" : "/api/now/" + version;
  }
};

// Table API (servicenow reference 2) and its neighbours.
Reply list_records(Site& site, const Call& call);
Reply get_record(Site& site, const Call& call);
Reply create_record(Site& site, const Call& call);
Reply update_record(Site& site, const Call& call);
Reply delete_record(Site& site, const Call& call);
Reply aggregate(Site& site, const Call& call);
// /api/sn_chg_rest/change... (reference 6.2); `rest` is what follows "change".
Reply change_api(Site& site, Call call, std::string_view rest);
// POST /api/global/em/jsonv2 (reference 6.3).
Reply take_events(Site& site, const Call& call);
// POST /api/now/identifyreconcile[/query|/enhanced|/queryEnhanced] (reference 7).
Reply identify(Site& site, const Call& call, std::string_view way);
Reply attachments(Site& site, const Call& call, std::string_view rest);

// How this request wants records shown, faults included.
View view_of(const Site& site, const Call& call);
SelectionPlan plan_of(const Site& site, const Call& call);
// The session's user's zone, from UTC.
std::int64_t zone_seconds(const Firing& firing);

// True when access rules keep the row from the user although it was counted and selected
// (servicenow reference 2.7). Call under the instance's lock.
bool hidden_by_acl(Site& site, const Firing& firing, const RowRef& row);
// The two switches of hidden_by_acl as they stand, without counting a request.
Firing standing_acl(const Site& site);

// Changes that faults make while somebody reads (late-commit, update-between-pages, ...).
// Takes the instance's lock.
void disturb(Site& site, const Call& call);

}  // namespace itsmc::sim::servicenow

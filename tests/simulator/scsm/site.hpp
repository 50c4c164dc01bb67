// What the parts of the SCSM simulator share.
#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "entra/directory.hpp"
#include "scsm/group.hpp"
#include "scsm/render.hpp"
#include "shared/page_cache.hpp"
#include "shared/product.hpp"

namespace itsmc::sim::scsm {

struct Settings {
  entra::Settings directory;
  // The web app's own name: a token for https://<it> is good here whatever host was called.
  std::string site_name = "smoc123.azurewebsites.net";
  std::size_t cache_bytes = std::size_t{1024} << 20;
  int gzip_level = 2;
};

// What was created with an externalId: the body, to tell a repetition from a mistake.
struct External {
  std::string body, base_id;
};

// A site IS one bridge in front of one management group, with its directory. The bench must
// outlive it.
struct Site {
  Site(Bench& bench_of_all, const Settings& wanted)
      : bench(bench_of_all),
        settings(wanted),
        directory(wanted.directory, bench_of_all),
        pages(wanted.cache_bytes) {}

  Bench& bench;
  const Settings settings;
  Group group;
  entra::Directory directory;
  PageCache pages;
  std::map<std::string, External> externals;  // by externalId, under the group's lock
};

// One request on its way through.
struct Call {
  const Request& request;
  const Firing& firing;
  std::string client;  // of the token; empty: nobody signed in
};

constexpr std::string_view k_base = "/api/itsmc/v1";

Reply list_work_items(Site& site, const Call& call, ItemType type);
Reply get_work_item(Site& site, const Call& call, const std::string& id);
Reply list_config_items(Site& site, const Call& call);
Reply show_list(Site& site, const Call& call, const std::string& name);
Reply show_info(Site& site, const Call& call);
Reply show_me(const Call& call);
Reply create_incident(Site& site, const Call& call);
Reply create_config_item(Site& site, const Call& call);
// What the contract has since its features "externalId", "changes" and "templates".
Reply find_by_external_id(Site& site, const Call& call);
Reply change_work_item(Site& site, const Call& call, const std::string& id);
Reply add_comment(Site& site, const Call& call, const std::string& id);
Reply show_config_item(Site& site, const Call& call, const std::string& id);
Reply list_templates();
// Absent when there is no template with that id.
std::optional<Reply> refuse_template(const std::string& id);
// The controls tickets, ci/put, ci/truth, ci/clear; nothing for others.
std::optional<Reply> intake_control(Site& site, const std::string& what, const Request& request);

// How this request sees rows, faults included. Call under the group's lock.
View view_of(const Site& site, const Firing& firing);
// Whether the fault no-read keeps that type from the account.
bool may_read(const Firing& firing, ItemType type);

// The answer that a fault gives instead of the bridge's; nothing when none does.
std::optional<Reply> fault_before(Site& site, const Request& request, const Firing& firing);
// Changes that faults make while somebody reads. Takes the group's lock.
void disturb(Site& site, const Firing& firing, ItemType type);

}  // namespace itsmc::sim::scsm

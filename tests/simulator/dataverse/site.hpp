// What the handlers of the Web API share, and their signatures.
#pragma once
#include "dataverse/limits.hpp"
#include "dataverse/render.hpp"
#include "dataverse/select.hpp"
#include "entra/directory.hpp"
#include "shared/page_cache.hpp"
#include "shared/product.hpp"

namespace itsmc::sim::dataverse {

struct Settings {
  entra::Settings directory;
  std::size_t cache_bytes = std::size_t{1} << 30;
  int gzip_level = 2;
  std::string version = "9.2.24091.00196";
};

// The site IS one organisation with its directory, limits and page cache. Members are thread-safe
// by themselves; rows are guarded by organisation.lock.
struct Site {
  Site(Bench& shared, Settings chosen)
      : bench(shared),
        settings(std::move(chosen)),
        directory(settings.directory, shared),
        pages(settings.cache_bytes) {}

  Bench& bench;
  Settings settings;
  Organisation organisation;
  entra::Directory directory;
  Limits limits;
  PageCache pages;
  // Who the integration user is, what the unit is called.
  Guid user = guid_of("systemuser/integration");
  Guid business_unit = guid_of("businessunit/root");
  Guid organisation_id = guid_of("organization/itsmc");
};

// One signed-in request below /api/data/vX/.
struct Call {
  const Request& request;
  const Firing& firing;
  Preferences preferences;
  std::string base;  // https://host/api/data/v9.2/
  Guid user;
};

// "incidents(7eb6...)": a set with a key, or nothing behind it.
struct Address {
  std::string set;
  std::optional<std::string> key;  // what stands in the brackets
  std::string rest;                // behind a further slash
};

// GET incidents, incidents/$count, incidents(..), incidents(..)/navigation.
Reply read_rows(Site& site, const Call& call, const Address& address);
// One page of the query.
Reply list_rows(Site& site, const Call& call, const Table& table, const Query& query);
// The same with Prefer: odata.track-changes, or with a $deltatoken.
Reply read_changes(Site& site, const Call& call, const Table& table);
// POST, PATCH, DELETE.
Reply write_row(Site& site, const Call& call, const Address& address);
// CloseIncident: the only way to resolve a case.
Reply close_incident(Site& site, const Call& call);
// WhoAmI, RetrieveVersion; nothing when it is no function.
std::optional<Reply> call_function(Site& site, const Call& call, std::string_view name);
// $metadata, EntityDefinitions...; nothing when the path is none of them.
std::optional<Reply> read_metadata(const Site& site, const Call& call, std::string_view path);

// Shared by them.
View view_of(const Call& call, const Query& query);
Reader reader_of(const Firing& firing);
// Throws Refusal (403) when a fault takes the privilege away: prvRead, prvCreate, prvWrite...
void check_privilege(const Call& call, const Schema& schema, std::string_view privilege);
// The controls tickets, ci/put, ci/truth; nothing for others.
std::optional<Reply> intake_control(Site& site, const std::string& what, const Request& request);
// The row's id from the brackets: a GUID or column='value' of the alternate key. Nothing when an
// alternate key leads nowhere; throws Refusal when it cannot be read.
std::optional<Guid> resolve_key(const Table& table, const std::string& key);
// One row as an answer of 200, with its context. `found` may be a row that was just written.
Reply row_reply(Site& site, const Call& call, const Table& table, const Row& found);
// Sets body and packs it when the client takes that.
void set_packed(const Site& site, const Call& call, std::string body, Reply& reply);
std::string context_of(const Call& call, const Schema& schema, const Query& query,
                       std::string_view suffix);

}  // namespace itsmc::sim::dataverse

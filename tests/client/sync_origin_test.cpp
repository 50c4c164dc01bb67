#include <catch2/catch.hpp>

#include "client/sync_bench.hpp"
#include "itsmc/client/sync.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/store/store.hpp"

using namespace itsmc;
using namespace itsmc::test;

TEST_CASE("a connection that leads to another instance does not mix its rows with the old ones") {
  SyncBench bench;
  bench.connection.url = "https://old.service-now.com";
  REQUIRE(bench.sync().status == StreamState::ok);
  const auto before = bench.stored();
  bench.connection.url = "https://new.service-now.com";
  bench.instance.put(SyncBench::fmt_id(30), k_start, "of the new instance");
  const StreamReport refused = bench.sync();
  CHECK(refused.status == StreamState::failed);
  REQUIRE(refused.error);
  CHECK(refused.error->kind() == ErrorKind::usage);
  CHECK(refused.error->text() ==
        "prod: the store holds 16 rows of \"prod\" from servicenow at https://old.service-now.com, "
        "and the connection now leads to servicenow at https://new.service-now.com");
  CHECK(refused.error->hint().find("--keep-rows") != std::string::npos);
  CHECK(refused.error->hint().find("--purge") != std::string::npos);
  CHECK(bench.stored() == before);
  bench.connection.partner = PartnerKind::cherwell;
  bench.connection.url = "https://old.service-now.com";
  CHECK(bench.sync().status == StreamState::failed);
}

TEST_CASE("rows of a store that knows no origins are the connection's own") {
  SyncBench bench;
  bench.connection.url = "https://a.service-now.com";
  REQUIRE(bench.sync().status == StreamState::ok);
  store::Store(bench.dir / "data" / "itsmc.db", store::OpenMode::read_write)
      .remember_origin("other", {"scsm", "https://a.example.com"});
  CHECK(bench.sync().status == StreamState::ok);
}

#include <catch2/catch.hpp>

#include "itsmc/store/store.hpp"
#include "store/store_support.hpp"
#include "support/temp_dir.hpp"

using namespace itsmc;
using namespace itsmc::test;
using store::OpenMode;
using store::SqlValue;
using store::Store;

namespace {

std::vector<std::string> columns_of(const Store& store, const std::string& sql) {
  std::vector<std::string> columns;
  store::SqlReceiver receiver;
  receiver.columns = [&](std::span<const std::string> names) {
    columns.assign(names.begin(), names.end());
  };
  store.query(sql, receiver);
  return columns;
}

}  // namespace

TEST_CASE("a query gives names and values of every kind") {
  const TempDir dir;
  const Store store = open_walking(dir / "store.db");
  std::vector<SqlValue::Kind> kinds;
  store::SqlReceiver receiver;
  receiver.row = [&](std::span<const SqlValue> row) {
    for (const SqlValue& value : row) kinds.push_back(value.kind);
    CHECK(row[1].integer == 7);
    CHECK(row[2].real == 1.5);
    CHECK(row[3].text == "Z\xc3\xbcrich");
    CHECK(row[4].text == "00ff5a");
  };
  const std::string sql = "SELECT NULL AS a, 7 AS b, 1.5, 'Z\xc3\xbcrich', x'00FF5A'; -- the end";
  store.query(sql, receiver);
  using Kind = SqlValue::Kind;
  CHECK(kinds == std::vector<Kind>{Kind::null, Kind::integer, Kind::real, Kind::text, Kind::blob});
  CHECK(columns_of(store, sql)[0] == "a");
  CHECK(columns_of(store, "SELECT 1 AS none WHERE 0") == std::vector<std::string>{"none"});
}

TEST_CASE("whatever writes, opens files or changes settings is refused") {
  const TempDir dir;
  const std::string elsewhere = (dir / "other.db").string();
  {
    Store store = open_walking(dir / "store.db");
    apply_rows(store, {{1}});
  }
  const std::string statements[] = {
      "DELETE FROM work_item",
      "INSERT INTO meta VALUES('x', 1)",
      "UPDATE work_item SET title = 'x' RETURNING title",
      "WITH x AS (SELECT 1) DELETE FROM work_item",
      "REPLACE INTO meta VALUES('change_seq', 0)",
      "CREATE TABLE t(a)",
      "CREATE TEMP TABLE t(a)",
      "DROP VIEW work_items",
      "ALTER TABLE meta RENAME TO m",
      "ATTACH '" + elsewhere + "' AS o",
      "DETACH main",
      "VACUUM",
      "VACUUM INTO '" + elsewhere + "'",
      "BEGIN",
      "BEGIN IMMEDIATE",
      "COMMIT",
      "SAVEPOINT s",
      "REINDEX",
      "ANALYZE",
      "PRAGMA journal_mode = DELETE",
      "PRAGMA user_version = 3",
      "PRAGMA wal_checkpoint",
      "PRAGMA query_only = OFF",
      "PRAGMA writable_schema = ON",
      "SELECT load_extension('x')",
      "SELECT 1; SELECT 2",
      "SELECT 1; DELETE FROM work_item",
      "SELECT unheard_of FROM work_items",
      "SELEC 1",
      "SELECT 1 FROM",
      "SELECT abs(-9223372036854775808)",
      "",
      "  -- only words",
      std::string("SELECT 1\0, 2", 12),
  };
  for (const OpenMode mode : {OpenMode::read_only, OpenMode::read_write}) {
    Store store(dir / "store.db", mode);
    for (const std::string& sql : statements) {
      CAPTURE(sql, mode == OpenMode::read_only);
      try {
        store.query(sql, {});
        FAIL_CHECK("it ran");
      } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::usage);
        CHECK(error.text().rfind("SQL: ", 0) == 0);
      }
    }
    CHECK(content_of(store).size() == 1);
    CHECK_FALSE(std::filesystem::exists(elsewhere));
  }
  Store store(dir / "store.db", OpenMode::read_write);
  CHECK(apply_rows(store, {{2}}).created == 1);  // writing by the store itself goes on
}

TEST_CASE("SQLite's own words are in the message") {
  const TempDir dir;
  const Store store = open_walking(dir / "store.db");
  CHECK_THROWS_WITH(store.query("SELECT unheard_of FROM work_items", {}),
                    "SQL: no such column: unheard_of");
}

TEST_CASE("a name that is not there brings the nearest one that is") {
  const TempDir dir;
  const Store store = open_walking(dir / "store.db");
  struct Row {
    const char *sql, *hint;
  };
  for (const Row& row :
       {Row{"SELECT * FROM workitems", "did you mean \"work_items\"?"},
        Row{"SELECT * FROM ServiceDesk", "did you mean \"ServiceDesk_CL\"?"},
        Row{"SELECT w.titel FROM work_items AS w", "did you mean \"title\"?"},
        Row{"SELECT IncidentStat_s FROM ServiceDesk_CL", "did you mean \"IncidentState_s\"?"},
        Row{"SELECT \"titel\" FROM Work_Items", "did you mean \"title\"?"},
        // A name of a table that the statement does not name is no help.
        Row{"SELECT name FROM ServiceDesk_CL",
            "see its columns: itsmc query 'PRAGMA table_info(ServiceDesk_CL)'"},
        Row{"SELECT IncidentStat_s FROM work_items",
            "see its columns: itsmc query 'PRAGMA table_info(work_items)'"},
        // Nor is the word itself.
        Row{"SELECT x.title FROM work_items",
            "see its columns: itsmc query 'PRAGMA table_info(work_items)'"},
        Row{"SELECT \"stat\" FROM work_items", "did you mean \"state\"?"},
        Row{"SELECT 1 FROM work_items WHERE number = \"INC0000001\"",
            "double quotes hold names; a text stands in single ones: 'INC0000001'"},
        Row{"SELECT title",
            "one SELECT over work_items or ServiceDesk_CL: itsmc query 'SELECT ...'"},
        // The store's own tables are offered to nobody.
        Row{"SELECT * FROM wor_item", "did you mean \"work_items\"?"},
        Row{"SELECT * FROM creations", "did you mean \"creation\"?"},
        Row{"SELECT * FROM destinations",
            "one SELECT over work_items or ServiceDesk_CL: itsmc query 'SELECT ...'"},
        Row{"SELECT * FROM nothing_like_it",
            "one SELECT over work_items or ServiceDesk_CL: itsmc query 'SELECT ...'"}}) {
    CAPTURE(row.sql);
    try {
      store.query(row.sql, {});
      FAIL_CHECK("it ran");
    } catch (const Error& error) {
      CHECK(error.hint() == row.hint);
    }
  }
}

TEST_CASE("a mistyped name in double quotes is an error, no text") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  apply_rows(store, {{1, "disk full", 1'767'323'045, "New"}});
  for (const OpenMode mode : {OpenMode::read_only, OpenMode::read_write}) {
    const Store again(dir / "store.db", mode);
    CHECK_THROWS_WITH(again.query("SELECT count(*) FROM work_items WHERE \"stat\" = 'New'", {}),
                      Catch::Contains("no such column: ") && Catch::Contains("stat"));
    CHECK(rows_of(again, "SELECT count(*) FROM work_items WHERE \"state\" = 'New'") ==
          std::vector<std::vector<std::string>>{{"1"}});
  }
}

TEST_CASE("looking at the layout is allowed") {
  const TempDir dir;
  const Store store = open_walking(dir / "store.db");
  for (const char* sql :
       {"PRAGMA table_info(work_items)", "PRAGMA user_version",
        "EXPLAIN QUERY PLAN SELECT * FROM work_items", "SELECT name FROM sqlite_schema",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        "WHERE i < 3) SELECT i FROM n"}) {
    CAPTURE(sql);
    CHECK_FALSE(rows_of(store, sql).empty());
  }
}

TEST_CASE("the view work_items has the field names, ids and times as people write them") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  WorkItemValues values;
  const std::string id = id_of(171);
  values[TextField::id] = id;
  values[TextField::configuration_item_id] = id;
  values[TimeField::updated_at] = 1'767'323'045'000;
  values[TimeField::created_at] = 1'767'323'045'007;
  values[TimeField::closed_at] = -1'500;
  values.open = false;
  WorkItemBatch batch;
  batch.append(values);
  store.apply(k_changes, 0, {batch, 0, {}, 0});
  std::vector<std::string> expected{"connection", "type"};
  for (const Field& field : work_item_fields()) expected.emplace_back(field.name);
  expected.emplace_back("deleted_at");
  CHECK(columns_of(store, "SELECT * FROM work_items") == expected);
  CHECK(rows_of(store,
                "SELECT connection, type, id, open, updated_at, created_at, closed_at, "
                "resolved_at, title, configuration_item_id FROM work_items") ==
        std::vector<std::vector<std::string>>{{"prod", "change-request", id, "0",
                                               "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.007Z",
                                               "1969-12-31T23:59:58.500Z", "null", "null", id}});
}

TEST_CASE("the view ServiceDesk_CL has the custom log's column names, state by type") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  apply_rows(store, {{1, "disk full", 1'767'323'045, "In Progress"}});
  apply_rows(store, {{2, "new disk", 1'767'323'045, "Assess"}}, k_changes);
  CHECK(columns_of(store, "SELECT * FROM ServiceDesk_CL") ==
        std::vector<std::string>{"ServiceDeskConnectionName_s",
                                 "ServiceDeskWorkItemType_s",
                                 "RecordId_s",
                                 "ServiceDeskId_s",
                                 "Title_s",
                                 "Description_s",
                                 "IncidentState_s",
                                 "CRState_s",
                                 "Urgency_s",
                                 "Impact_s",
                                 "Priority_s",
                                 "Category_s",
                                 "Source_s",
                                 "Escalation_s",
                                 "AssignedTo_s",
                                 "AssignmentGroup_s",
                                 "CreatedBy_s",
                                 "ClosedBy_s",
                                 "ResolvedBy_s",
                                 "Type_s",
                                 "Risk_s",
                                 "ConflictStatus_s",
                                 "Computer",
                                 "CreatedDate_t",
                                 "LastModifiedDate_t",
                                 "ResolvedDate_t",
                                 "ClosedDate_t",
                                 "RequestedDate_t",
                                 "PlannedStartDate_t",
                                 "PlannedEndDate_t",
                                 "WorkStartDate_t",
                                 "WorkEndDate_t",
                                 "DeletedDate_t"});
  CHECK(rows_of(store,
                "SELECT ServiceDeskConnectionName_s, ServiceDeskWorkItemType_s, RecordId_s, "
                "ServiceDeskId_s, Title_s, IncidentState_s, CRState_s, LastModifiedDate_t, "
                "DeletedDate_t FROM ServiceDesk_CL ORDER BY RecordId_s") ==
        std::vector<std::vector<std::string>>{
            {"prod", "Incident", id_of(1), "INC0000001", "disk full", "In Progress", "null",
             "2026-01-02T03:04:05Z", "null"},
            {"prod", "ChangeRequest", id_of(2), "INC0000002", "new disk", "null", "Assess",
             "2026-01-02T03:04:05Z", "null"}});
}

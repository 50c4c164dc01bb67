// The resources of the simulated subscription: workspaces with their tables and saved functions,
// data collection rules and endpoints.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace itsmc::sim::azure {

// Types as tables spell them, in lower case: string int long real boolean datetime guid dynamic.
struct Column {
  std::string name;
  std::string type;
  std::string description{};
};

struct Table {
  std::string name;
  std::vector<Column> columns;
  std::string plan = "Analytics";
  int retention_days = -1;
  int total_retention_days = -1;
  std::int64_t ready_ms = 0;
};

// A query kept under a name (savedSearches).
struct SavedSearch {
  nlohmann::json properties;
  std::string etag;
};

struct Workspace {
  std::string id;
  std::string name;
  std::string region;
  std::string customer_id;
  std::map<std::string, Table> tables;  // by name in lower case
  std::map<std::string, SavedSearch> searches;
};

struct DataFlow {
  std::vector<std::string> streams;
  std::vector<std::string> destinations;
  std::string transform;
  std::string output_stream;
};

struct Rule {
  std::string id;
  std::string name;
  std::string region;
  std::string immutable_id;
  bool direct = false;  // kind was Direct when it was created: only then has it endpoints
  std::map<std::string, std::vector<Column>> streams;
  std::map<std::string, std::string> destinations;  // name -> workspace id
  std::vector<DataFlow> flows;
  nlohmann::json body;  // as put: location, kind, tags, properties
};

struct Endpoint {
  std::string id;
  std::string name;
  std::string immutable_id;
  nlohmann::json body;
};

// A long-running operation.
struct Operation {
  std::int64_t ready_ms = 0;
  std::string failure;  // empty: it succeeds
  std::string resource;
};

// Everything that ARM keeps, by id in lower case. Plain members: hold `mutex` while you use them.
struct Estate {
  mutable std::mutex mutex;
  std::map<std::string, Workspace> workspaces;
  std::map<std::string, Rule> rules;
  std::map<std::string, Endpoint> endpoints;
  std::map<std::string, Operation> operations;

  // nullptr when there is none.
  Workspace* workspace(std::string_view id);
  Workspace* workspace_of(std::string_view customer_id);
  Rule* rule_of(std::string_view immutable_id);
};

// nullptr when there is no such column; names differ by case.
const Column* find_column(const std::vector<Column>& columns, std::string_view name);
Table* find_table(Workspace& workspace, std::string_view name);

}  // namespace itsmc::sim::azure

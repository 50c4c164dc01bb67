#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "client/fake_partner.hpp"
#include "client/memory_sink.hpp"
#include "itsmc/client/items.hpp"
#include "itsmc/client/sync.hpp"
#include "itsmc/core/error.hpp"
#include "support/fake_clock.hpp"
#include "support/temp_dir.hpp"

namespace itsmc::test {

inline const Timestamp k_start = *parse_rfc3339("2026-03-01T12:00:00Z");

/// The sink that a run takes and gives up again; the rows stay in the destination.
class SharedSink : public sinks::Sink {
 public:
  explicit SharedSink(MemorySink& destination) : destination_(destination) {}
  [[nodiscard]] std::size_t max_batch_bytes() const noexcept override {
    return destination_.max_batch_bytes();
  }
  sinks::Verdict send(sinks::Table table, std::string_view json_array,
                      std::stop_token stop) override {
    return destination_.send(table, json_array, std::move(stop));
  }

 private:
  MemorySink& destination_;
};

/// One engine with its own directories, clock and instance.
struct SyncBench {
  TempDir dir;
  FakeClock clock{k_start};
  FakeInstance instance;
  MemorySink workspace;
  std::stop_source stop;
  Connection connection{.name = "prod", .work_items = {WorkItemType::incident}};
  client::SyncOptions options;
  std::vector<std::string> notes;
  std::optional<Error> opening_fails;

  SyncBench() {
    instance.now = k_start;
    for (int i = 0; i < 16; ++i) {
      instance.put(fmt_id(i), k_start - std::chrono::hours(i + 1), "first");
    }
  }
  static std::string fmt_id(int i) {
    return std::string(1, "0123456789abcdef"[i % 16]) + std::string(30, '0') +
           "0123456789abcdef"[(i / 16) % 16];
  }
  client::Platform platform() {
    return {.clock = clock,
            .new_transport = {},
            .getenv = [](const std::string&) { return std::nullopt; },
            .config_dir = dir.path() / "config",
            .data_dir = dir.path() / "data",
            .state_dir = dir.path() / "state",
            .log = no_log(),
            .jitter = [] { return 0.5; },
            .new_run_id = [] { return std::string("run"); },
            .process = "test",
            .stop = stop.get_token()};
  }
  StreamReport sync() {
    return client::sync(
               platform(), {connection}, options,
               [&](const client::Progress& p) {
                 if (p.note) notes.push_back(*p.note);
               },
               {.partner =
                    [&](const Connection&) {
                      if (opening_fails) throw Error(*opening_fails);
                      return std::make_unique<FakePartner>(instance);
                    },
                .sink =
                    [&](const std::string&) { return std::make_unique<SharedSink>(workspace); }})
        .at(0);
  }
  /// id -> title and version, without rows marked deleted.
  std::map<std::string, std::string> stored() {
    std::map<std::string, std::string> rows;
    client::list_items(platform(), {.limit = 0}, [&](const StoredItem& item) {
      const bool fresh = rows.emplace(item.item.text(TextField::id),
                                      std::string(item.item.text(TextField::title)) + "/" +
                                          std::string(item.item.text(TextField::version)))
                             .second;
      REQUIRE(fresh);
    });
    return rows;
  }
  /// id -> title of the newest version that the workspace has.
  std::map<std::string, std::string> sent() const {
    std::map<std::string, std::pair<std::string, std::string>> newest;
    for (const auto& row : workspace.rows()) {
      auto& kept = newest[row.at("RecordId_s").get<std::string>()];
      const auto version = row.at("RecordVersion_s").get<std::string>();
      if (version >= kept.first) kept = {version, row.at("Title_s").get<std::string>() + "/"};
    }
    std::map<std::string, std::string> rows;
    for (const auto& [id, kept] : newest) rows.emplace(id, kept.second);
    return rows;
  }
  /// "INFO ok: ", "ERROR failed: why" of each row of the connector's log.
  std::vector<std::string> log_lines() const {
    std::vector<std::string> lines;
    for (const auto& row : workspace.rows(sinks::Table::service_desk_log)) {
      lines.push_back(row.at("LogType_s").get<std::string>() + " " +
                      row.at("Status_s").get<std::string>() + ": " +
                      row.value("ExceptionMessage_s", ""));
    }
    return lines;
  }
  std::map<std::string, std::string> titles() const {
    std::map<std::string, std::string> rows;
    for (const auto& [id, row] : instance.rows) rows.emplace(id, row.title + "/");
    return rows;
  }
  std::map<std::string, std::string> truth() const {
    std::map<std::string, std::string> rows;
    for (const auto& [id, row] : instance.rows) {
      rows.emplace(id, row.title + "/" + std::to_string(row.version));
    }
    return rows;
  }
};

}  // namespace itsmc::test

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "itsmc/http/transport.hpp"
#include "itsmc/partners/partner.hpp"
#include "partners/contract.hpp"
#include "support/log_lines.hpp"
#include "support/memory_tokens.hpp"

namespace itsmc::test {

/// A record of a table: field to stored value. "assigned_to.name" is a field like any other.
using SnowRow = std::map<std::string, std::string>;

/// A request as the instance understood it.
struct SnowRequest {
  std::string method, path;
  std::map<std::string, std::string> params;  // decoded; a form's fields for a POST
  std::vector<http::Header> headers;
  [[nodiscard]] std::string param(const std::string& name) const;
};

/// A ServiceNow instance in memory: Table API, encoded queries and OAuth as the servicenow
/// reference tells them, sections 1 to 3. Safe from several threads; outlives its transports.
class SnowInstance {
 public:
  explicit SnowInstance(FakeClock& clock);

  void put(const std::string& table, const SnowRow& row);
  void remove(const std::string& table, const std::string& sys_id);
  /// Access rules remove this row from answers, after the limit.
  void hide(const std::string& table, const std::string& sys_id);
  /// The user may not read this field of this row: it is absent.
  void omit(const std::string& sys_id, const std::string& field);
  void kill_token();
  [[nodiscard]] std::function<std::unique_ptr<http::Transport>()> transports();
  [[nodiscard]] std::vector<SnowRequest> journal() const;
  [[nodiscard]] http::Exchange serve(const http::Request& request);

  /// Answers instead of the instance, for as long as it gives something. Called unlocked.
  std::function<std::optional<http::Exchange>(const SnowRequest&)> intercept;
  /// X-Total-Count as it is sent; the default is the truth. Nothing: no header.
  std::function<std::optional<std::string>(std::int64_t)> count_header;
  std::function<void(int)> after_page;  // after each page of incident or change_request
  std::set<std::string> refused_tables;
  bool guest_token = false;      // every token is the guest's (servicenow reference 1.3)
  bool ignores_filters = false;  // servicenow reference 2.8
  int more_rows = 0;             // than asked for, in the next page
  bool withholds_page = false;   // the next page has no rows, and a true count
  bool compresses = true;

 private:
  struct Table {
    std::vector<SnowRow> rows;
    std::map<std::string, std::size_t> place;
    std::set<std::string> hidden;
  };
  http::Exchange token(const SnowRequest& request);
  http::Exchange list(const std::string& table, const SnowRequest& request);
  [[nodiscard]] bool authorised(const SnowRequest& request) const;
  [[nodiscard]] http::Exchange answer(int status, const std::string& body,
                                      std::vector<http::Header> more = {}) const;

  FakeClock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Table> tables_;
  std::map<std::string, std::set<std::string>> omitted_;
  std::vector<SnowRequest> journal_;
  int token_number_ = 1;
  int pages_ = 0;
};

/// Everything a test of the partner needs: instance, clock, tokens, log, a connection to it.
class SnowWorld : public Instance {
 public:
  explicit SnowWorld(WorkItemType type = WorkItemType::incident);
  [[nodiscard]] WorkItemType type() const override { return type_; }
  [[nodiscard]] bool counts_hidden() const override { return true; }
  [[nodiscard]] std::string id(int n) const override;
  void put(const TruthRow& row) override;
  void remove(const std::string& id) override;
  void order(Fault fault) override;
  void after_page(std::function<void(int)> callback) override;
  [[nodiscard]] std::unique_ptr<partners::Partner> open(int max_page_size) override;
  [[nodiscard]] FakeClock& clock() override { return clock_; }

  [[nodiscard]] http::Wire wire();
  [[nodiscard]] SnowInstance& instance() { return instance_; }
  Connection connection;
  MemoryTokens tokens;
  LogLines log;

 private:
  [[nodiscard]] std::string table() const;

  WorkItemType type_;
  FakeClock clock_;
  SnowInstance instance_{clock_};
};

/// "2016-12-14 02:46:44".
[[nodiscard]] std::string snow_time(Timestamp time);
/// Its bytes as a 200 of the product, gzip.
[[nodiscard]] std::string gzip(std::string_view text);

}  // namespace itsmc::test

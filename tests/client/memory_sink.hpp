#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "itsmc/sinks/sink.hpp"

namespace itsmc::test {

/// A destination in memory: keeps every row it accepted, as often as it came. Safe from several
/// threads; `before` and `after` are called unlocked.
class MemorySink : public sinks::Sink {
 public:
  using Rows = std::vector<nlohmann::json>;

  [[nodiscard]] std::size_t max_batch_bytes() const noexcept override { return max_bytes; }

  sinks::Verdict send(sinks::Table table, std::string_view json_array, std::stop_token) override {
    if (before) {
      const sinks::Verdict verdict = before(json_array);
      if (verdict.kind != sinks::Verdict::Kind::accepted) return verdict;
    }
    {
      const std::scoped_lock hold(mutex_);
      for (nlohmann::json& row : nlohmann::json::parse(json_array)) {
        rows_[table].push_back(std::move(row));
      }
      sizes_.push_back(json_array.size());
    }
    if (after) after(json_array);
    return {};
  }

  [[nodiscard]] Rows rows(sinks::Table table = sinks::Table::service_desk) const {
    const std::scoped_lock hold(mutex_);
    const auto found = rows_.find(table);
    return found == rows_.end() ? Rows{} : found->second;
  }
  [[nodiscard]] std::vector<std::size_t> sizes() const {
    const std::scoped_lock hold(mutex_);
    return sizes_;
  }

  std::size_t max_bytes = 4'000;
  /// May refuse the batch, or throw as if no answer came.
  std::function<sinks::Verdict(std::string_view json_array)> before;
  /// May throw: the rows are taken, the answer is lost.
  std::function<void(std::string_view json_array)> after;

 private:
  mutable std::mutex mutex_;
  std::map<sinks::Table, Rows> rows_;
  std::vector<std::size_t> sizes_;
};

}  // namespace itsmc::test

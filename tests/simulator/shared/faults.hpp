// Fault switches: what a product can do wrong, each with a documented name.
#pragma once
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace itsmc::sim {

// When a fault is asked for: for the answer, or when only the head of a request has been read.
enum class FaultStage { answer, head };

// One line of a product's fault catalogue.
struct FaultName {
  std::string_view name;
  std::string_view argument;  // what the argument means, empty when there is none
  std::string_view path;      // requests it concerns unless told otherwise: part of the target
  std::string_view text;
  std::int64_t count = 0;  // how often it applies unless told otherwise, 0: for ever
  FaultStage stage = FaultStage::answer;
};

// A switched-on fault: after `after` matching requests it applies `count` times (0: for ever).
struct FaultRule {
  std::string name;
  std::string argument;
  std::string path;
  std::int64_t after = 0;
  std::int64_t count = 0;
  std::int64_t seen = 0;
  std::int64_t applied = 0;
};

// The faults that apply to one request. A plain value.
class Firing {
 public:
  void add(std::string name, std::string argument);
  // The argument of a fault that applies (maybe empty), nullptr when it does not.
  [[nodiscard]] const std::string* argument(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return argument(name) != nullptr; }
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::pair<std::string, std::string>> applied_;
};

// The set of switched-on faults. Thread-safe.
class Faults {
 public:
  explicit Faults(std::span<const FaultName> catalogue) : catalogue_(catalogue) {}
  // False when no fault has that name.
  bool set(FaultRule rule);
  // Reads "NAME", "NAME=ARG", with ";after=2;count=1;path=TEXT" behind; false when it is unknown.
  bool set_text(std::string_view text);
  void clear();
  void clear(std::string_view name);
  // Counts the request for every rule that matches its target and returns those that apply.
  Firing fire(std::string_view target) { return fire_at(FaultStage::answer, target); }
  // The same for the faults of a request whose body has not been read yet.
  Firing fire_head(std::string_view target) { return fire_at(FaultStage::head, target); }
  // The argument of a switched-on fault without counting anything; empty and false when off.
  std::pair<bool, std::string> peek(std::string_view name) const;
  [[nodiscard]] std::vector<FaultRule> rules() const;
  [[nodiscard]] std::span<const FaultName> catalogue() const { return catalogue_; }

 private:
  const FaultName* known(std::string_view name) const;
  Firing fire_at(FaultStage stage, std::string_view target);

  std::span<const FaultName> catalogue_;
  mutable std::mutex mutex_;
  std::vector<FaultRule> rules_;
};

}  // namespace itsmc::sim

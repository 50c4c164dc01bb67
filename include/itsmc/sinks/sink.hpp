#pragma once

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

namespace itsmc::sinks {

/// What became of a batch that the destination has judged.
struct Verdict {
  enum class Kind : std::uint8_t {
    accepted,
    too_large,  // the batch, not a row of it: smaller ones may pass
    refused     // something in it is not wanted; sending it again would not help
  };
  Kind kind = Kind::accepted;
  std::string reason;  // the destination's own words, when not accepted
};

/// Which table of the destination.
enum class Table : std::uint8_t { service_desk, service_desk_log };

/// Where rows go. Safe from several threads.
class Sink {
 public:
  virtual ~Sink() = default;
  /// Most bytes of one batch, brackets and commas counted, before compression.
  [[nodiscard]] virtual std::size_t max_batch_bytes() const noexcept = 0;
  /// Sends a JSON array of rows. Accepted means that the destination has taken responsibility for
  /// every one of them. Throws Error when nothing can be said of the batch: auth, denied and
  /// not_found (no batch would pass: the reason is in the text), throttled (a wait that does not
  /// fit), unavailable (no answer: it may have been taken), cancelled.
  virtual Verdict send(Table table, std::string_view json_array, std::stop_token stop) = 0;
};

}  // namespace itsmc::sinks

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "itsmc/core/error.hpp"
#include "itsmc/http/client.hpp"
#include "itsmc/http/transport.hpp"

namespace itsmc::http {

/// What an answer means. All pure; `now` is our clock's.

enum class BodyDue { yes, no };  // no: a DELETE, whose 204 is good

/// The Error that this answer is; absent for a good one.
[[nodiscard]] std::optional<Error> judge_answer(const Response& response,
                                                const ClientOptions& options, BodyDue due,
                                                Timestamp now);

/// Which option of `itsmc NOUN edit NAME` mends it that nobody was reached at an address that the
/// option `address` ("url", "authority") names. Another failure: `itsmc NOUN test NAME`.
struct Called {
  std::string_view noun, name, address;
};
[[nodiscard]] std::string unreached_hint(FailureCause cause, const Called& called);

/// The Error for an exchange that brought no complete answer.
[[nodiscard]] Error no_answer(const Failure& failure, const ClientOptions& options);

/// The Error for a wait that does not fit: "rate limit until 14:05:00Z".
[[nodiscard]] Error throttled(std::string_view partner, std::optional<Timestamp> until,
                              std::string_view detail);

/// How long the server asks us to stay away: Retry-After, else the reset of a rate limit that is
/// used up. Absent when it says nothing readable.
[[nodiscard]] std::optional<std::chrono::milliseconds> asked_wait(const Response& response,
                                                                  Timestamp now);

/// "application/json;charset=UTF-8" and its kin; without a Content-Type, a body that begins so.
[[nodiscard]] bool is_json(const Response& response, std::string_view plain_body) noexcept;

/// For people: the page's title and its first 200 bytes, or "an empty body".
[[nodiscard]] std::string describe_page(const Response& response, std::string_view plain_body);

/// An error body's plain bytes; empty when it cannot be read (the status is the message then).
[[nodiscard]] std::string readable_body(const Response& response);

}  // namespace itsmc::http

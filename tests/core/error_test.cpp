#include "itsmc/core/error.hpp"

#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace itsmc;

TEST_CASE("each kind of error has its own word and the exit code of the contract") {
  const std::vector<std::pair<ErrorKind, int>> codes{
      {ErrorKind::unforeseen, 1}, {ErrorKind::storage, 3},    {ErrorKind::usage, 2},
      {ErrorKind::invalid, 2},    {ErrorKind::config, 3},     {ErrorKind::damaged, 3},
      {ErrorKind::auth, 4},       {ErrorKind::denied, 4},     {ErrorKind::unavailable, 5},
      {ErrorKind::throttled, 5},  {ErrorKind::protocol, 5},   {ErrorKind::partly, 6},
      {ErrorKind::not_found, 7},  {ErrorKind::ambiguous, 7},  {ErrorKind::locked, 8},
      {ErrorKind::stale, 9},      {ErrorKind::cancelled, 130}};
  std::set<std::string_view> words;
  for (const auto& [kind, code] : codes) {
    CHECK(exit_code(kind) == code);
    CHECK(words.insert(to_string(kind)).second);
  }
  CHECK(is_retryable(ErrorKind::throttled));
  CHECK_FALSE(is_retryable(ErrorKind::auth));
}

TEST_CASE("what was being done is put before the cause, innermost first") {
  Error error(ErrorKind::denied, "refused (403)", "itsmc connection test prod");
  error.while_doing("reading page 3").while_doing("prod").with_request_id("abc");
  CHECK(error.text() == "prod: reading page 3: refused (403)");
  CHECK(std::string(error.what()) == error.text());
  CHECK(error.hint() == "itsmc connection test prod");
  CHECK(error.request_id() == "abc");
  CHECK_FALSE(error.retry_at());
}

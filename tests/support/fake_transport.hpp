#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "itsmc/http/transport.hpp"

namespace itsmc::test {

/// One expected request and what it gets. Named, so that a test that fails says which.
struct Stub {
  std::string name;
  std::string method = "GET";
  std::string url_part = {};  // the url contains it; empty: any url
  http::Exchange answer = {};
  /// Runs before the answer is given, in the asking thread: to check the request, to move a clock,
  /// to wait for other threads. May be empty.
  std::function<void(const http::Request&)> before = {};
};

/// A network of stubs, each used once, in the order they were added. At its end it fails the test
/// for every stub that nobody used and every request that no stub was for. Safe from several
/// threads; outlives the transports it makes.
class FakeNetwork {
 public:
  FakeNetwork() = default;
  FakeNetwork(const FakeNetwork&) = delete;
  FakeNetwork& operator=(const FakeNetwork&) = delete;
  ~FakeNetwork();

  void add(Stub stub);
  /// `count` equal stubs, "name 1", "name 2"...
  void add(Stub stub, int count);
  /// What Transport::inspect gives, each time.
  void set_inspection(http::Inspection inspection);

  [[nodiscard]] std::function<std::unique_ptr<http::Transport>()> transports();
  [[nodiscard]] std::vector<http::Request> requests() const;
  [[nodiscard]] int transports_made() const;

  /// For FakeTransport.
  [[nodiscard]] http::Exchange answer(const http::Request& request);
  [[nodiscard]] http::Inspection inspection() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<Stub, bool>> stubs_;  // with: used
  std::vector<std::string> unmatched_;
  std::vector<http::Request> requests_;
  http::Inspection inspection_;
  int made_ = 0;
};

/// 200 with a JSON body, Content-Type and Date; `more` headers come first, and so win.
[[nodiscard]] http::Exchange json_answer(std::string body, int status = 200,
                                         std::vector<http::Header> more = {});
/// Any other answer: exactly these headers.
[[nodiscard]] http::Exchange plain_answer(int status, std::string body,
                                          std::vector<http::Header> headers);
/// No answer.
[[nodiscard]] http::Exchange failed_answer(http::FailureCause cause, bool sent,
                                           std::string text = "no answer, the test says");
/// The request's header; empty when it has none.
[[nodiscard]] std::string header_of(const http::Request& request, std::string_view name);

}  // namespace itsmc::test

#include "support/fake_transport.hpp"

#include <algorithm>
#include <iterator>

#include <catch2/catch.hpp>

#include "itsmc/core/text.hpp"

namespace itsmc::test {
namespace {

class FakeTransport : public http::Transport {
 public:
  explicit FakeTransport(FakeNetwork& network) : network_(network) {}
  http::Exchange send(const http::Request& request, std::stop_token stop) override {
    if (stop.stop_requested()) {
      return failed_answer(http::FailureCause::cancelled, false, "interrupted");
    }
    return network_.answer(request);
  }
  http::Inspection inspect(const std::string&, std::stop_token) override {
    return network_.inspection();
  }

 private:
  FakeNetwork& network_;
};

}  // namespace

FakeNetwork::~FakeNetwork() {
  for (const auto& [stub, used] : stubs_) {
    INFO("the stub \"" << stub.name << "\" was not used");
    CHECK(used);
  }
  for (const std::string& request : unmatched_) {
    INFO("no stub was left for " << request);
    CHECK(request.empty());
  }
}

void FakeNetwork::add(Stub stub) {
  const std::scoped_lock hold(mutex_);
  stubs_.emplace_back(std::move(stub), false);
}

void FakeNetwork::add(Stub stub, int count) {
  const std::string name = stub.name;
  for (int i = 1; i <= count; ++i) {
    stub.name = name + " " + std::to_string(i);
    add(stub);
  }
}

void FakeNetwork::set_inspection(http::Inspection inspection) {
  const std::scoped_lock hold(mutex_);
  inspection_ = std::move(inspection);
}

std::function<std::unique_ptr<http::Transport>()> FakeNetwork::transports() {
  return [this]() -> std::unique_ptr<http::Transport> {
    const std::scoped_lock hold(mutex_);
    ++made_;
    return std::make_unique<FakeTransport>(*this);
  };
}

std::vector<http::Request> FakeNetwork::requests() const {
  const std::scoped_lock hold(mutex_);
  return requests_;
}

int FakeNetwork::transports_made() const {
  const std::scoped_lock hold(mutex_);
  return made_;
}

http::Exchange FakeNetwork::answer(const http::Request& request) {
  Stub found;
  {
    const std::scoped_lock hold(mutex_);
    requests_.push_back(request);
    const auto stub = std::find_if(stubs_.begin(), stubs_.end(), [&request](const auto& entry) {
      return !entry.second && entry.first.method == request.method &&
             request.url.find(entry.first.url_part) != std::string::npos;
    });
    if (stub == stubs_.end()) {
      unmatched_.push_back(request.method + " " + request.url);
      return failed_answer(http::FailureCause::too_large, true, "no stub for " + unmatched_.back());
    }
    stub->second = true;
    found = stub->first;
  }
  if (found.before) found.before(request);
  return found.answer;
}

http::Inspection FakeNetwork::inspection() const {
  const std::scoped_lock hold(mutex_);
  return inspection_;
}

http::Exchange json_answer(std::string body, int status, std::vector<http::Header> more) {
  more.emplace_back("Content-Type", "application/json;charset=UTF-8");
  more.emplace_back("Date", "Fri, 02 Jan 2026 03:04:05 GMT");  // where FakeClock begins
  return plain_answer(status, std::move(body), std::move(more));
}

http::Exchange plain_answer(int status, std::string body, std::vector<http::Header> headers) {
  http::Response response;
  response.status = status;
  response.headers = std::move(headers);
  response.body = std::move(body);
  return {std::move(response), {}};
}

http::Exchange failed_answer(http::FailureCause cause, bool sent, std::string text) {
  return {std::nullopt, {cause, std::move(text), sent}};
}

std::string header_of(const http::Request& request, std::string_view name) {
  for (const auto& [candidate, value] : request.headers) {
    if (iequals(candidate, name)) return value;
  }
  return {};
}

}  // namespace itsmc::test

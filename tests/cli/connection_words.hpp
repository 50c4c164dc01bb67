#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/run_cli.hpp"

namespace itsmc::test {

using Words = std::vector<std::string>;

/// Whatever is asked of it fails before anything is sent.
class UnreachedTransport : public http::Transport {
 public:
  explicit UnreachedTransport(http::Failure failure) : failure_(std::move(failure)) {}
  http::Exchange send(const http::Request&, std::stop_token) override {
    return {std::nullopt, failure_};
  }
  http::Inspection inspect(const std::string&, std::stop_token) override {
    http::Inspection seen;
    seen.failure = failure_;
    return seen;
  }

 private:
  http::Failure failure_;
};

inline void reach_nobody(CliWorld& world, const http::Failure& failure) {
  world.new_transport = [failure](const http::TransportOptions&) {
    return std::make_unique<UnreachedTransport>(failure);
  };
}

/// A host that nobody finds.
inline void lead_nowhere(CliWorld& world) {
  reach_nobody(world, {http::FailureCause::dns, "no such host", false});
}

/// A host where nothing listens.
inline void shut(CliWorld& world) {
  reach_nobody(world, {http::FailureCause::refused, "refused", false});
}

inline Words add_words(const std::string& name, const Words& more = {}) {
  Words words{"connection",
              "add",
              name,
              "--partner",
              "servicenow",
              "--url",
              "acme.service-now.com",
              "--username",
              "itsmc",
              "--client-id",
              "0a1b2c",
              "--password-stdin",
              "--client-secret-stdin"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

inline CliResult add(CliWorld& world, const std::string& name = "prod") {
  world.input = "hunter2\nclient-s3cret\n";
  return world.run(add_words(name, {"--no-verify"}));
}

inline std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace itsmc::test

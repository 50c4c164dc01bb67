#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/run_cli.hpp"

namespace itsmc::test {

using Words = std::vector<std::string>;

/// A host that nobody finds: whatever is asked of it fails before anything is sent.
class NowhereTransport : public http::Transport {
 public:
  http::Exchange send(const http::Request&, std::stop_token) override {
    return {std::nullopt, {http::FailureCause::dns, "no such host", false}};
  }
  http::Inspection inspect(const std::string&, std::stop_token) override {
    http::Inspection seen;
    seen.failure = {http::FailureCause::dns, "no such host", false};
    return seen;
  }
};

inline void lead_nowhere(CliWorld& world) {
  world.new_transport = [](const http::TransportOptions&) {
    return std::make_unique<NowhereTransport>();
  };
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

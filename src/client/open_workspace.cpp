#include "client/open_workspace.hpp"

#include <utility>

#include <fmt/format.h>

#include "itsmc/client/workspaces.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/sinks/log_analytics.hpp"

namespace itsmc::client {
namespace {

/// A sink with what it signs in by. Without a log stream the connector's log goes nowhere: the
/// workspace's owner has named no place for it.
class OwnSink final : public sinks::Sink {
 public:
  explicit OwnSink(std::unique_ptr<WorkspaceAccess> access)
      : access_(std::move(access)),
        sink_(sinks::make_log_analytics({.workspace = access_->workspace().name,
                                         .endpoint = access_->workspace().endpoint,
                                         .rule_id = access_->workspace().rule_id,
                                         .stream = access_->workspace().stream,
                                         .log_stream = access_->workspace().log_stream,
                                         .retry = {}},
                                        access_->authorizer(Audience::ingestion),
                                        access_->wire(Audience::ingestion))) {}

  [[nodiscard]] std::size_t max_batch_bytes() const noexcept override {
    return sink_->max_batch_bytes();
  }
  sinks::Verdict send(sinks::Table table, std::string_view json_array,
                      std::stop_token stop) override {
    const bool log = table == sinks::Table::service_desk_log;
    if (log && access_->workspace().log_stream.empty()) return {};
    return sink_->send(table, json_array, std::move(stop));
  }

 private:
  std::unique_ptr<WorkspaceAccess> access_;  // outlives the sink
  std::unique_ptr<sinks::Sink> sink_;
};

}  // namespace

std::unique_ptr<sinks::Sink> open_workspace(std::unique_ptr<WorkspaceAccess> access) {
  const Workspace& workspace = access->workspace();
  if (!can_send(workspace)) {
    throw Error(
        ErrorKind::invalid,
        fmt::format("workspace \"{}\" has no endpoint, rule and stream yet", workspace.name),
        "itsmc workspace setup " + workspace.name);
  }
  return std::make_unique<OwnSink>(std::move(access));
}

std::unique_ptr<sinks::Sink> open_workspace(const Platform& platform, const std::string& name) {
  return open_workspace(
      std::make_unique<WorkspaceAccess>(platform, load_workspace(platform, name)));
}

}  // namespace itsmc::client

#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "itsmc/http/auth.hpp"
#include "itsmc/http/client.hpp"

namespace itsmc::sinks {

/// Azure's list of alerts, in Resource Manager (azure reference 5.3). One thread; the wire's
/// references outlive it. Bodies are handed on as plain text: itsmc/alerts reads them.
class AzureAlerts {
 public:
  /// `workspace`: for messages.
  AzureAlerts(const std::string& workspace, const std::string& endpoint,
              std::unique_ptr<http::Authorizer> authorizer, const http::Wire& wire);

  /// The first page of what changed in [from, until), the oldest change first. Throws Error as
  /// http::Client.
  [[nodiscard]] std::string first_page(const std::string& subscription, Timestamp from,
                                       Timestamp until, const std::stop_token& stop);
  /// The link as it came; throws Error(protocol) when it leads to another host.
  [[nodiscard]] std::string next_page(const std::string& link, const std::stop_token& stop);
  /// One alert with its context. `resource_id` is its address, "/subscriptions/..".
  [[nodiscard]] std::string alert(const std::string& resource_id, const std::stop_token& stop);
  /// Sets the alert's state for people to Acknowledged, with a comment.
  void acknowledge(const std::string& resource_id, const std::string& comment,
                   const std::stop_token& stop);
  /// Azure's clock by its last answer.
  [[nodiscard]] Timestamp served_at() const { return client_.served_at(); }

 private:
  [[nodiscard]] std::string ask(std::string url, const std::stop_token& stop);

  http::Client client_;
  std::string endpoint_;
};

}  // namespace itsmc::sinks

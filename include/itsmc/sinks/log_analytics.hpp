#pragma once

#include <memory>
#include <string>

#include "itsmc/http/auth.hpp"
#include "itsmc/http/client.hpp"
#include "itsmc/sinks/sink.hpp"

namespace itsmc::sinks {

/// Where a Logs Ingestion endpoint takes rows.
struct LogAnalyticsOptions {
  std::string workspace;           // for messages
  std::string endpoint;            // "https://itsmc-abcd.westeurope-1.ingest.monitor.azure.com"
  std::string rule_id;             // the rule's immutable id, "dcr-" and 32 hex digits
  std::string stream, log_stream;  // "Custom-ServiceDesk", "Custom-ServiceDeskLog"
  http::RetryPolicy retry;
};

// The call's limit is 1 MB compressed and uncompressed; the documented wording cannot be broken
// below this (azure reference 2.2).
inline constexpr std::size_t k_max_call_bytes = 1'000'000;

/// A Log Analytics workspace through the Logs Ingestion API (azure reference 2). Several threads;
/// the wire's references outlive it.
[[nodiscard]] std::unique_ptr<Sink> make_log_analytics(const LogAnalyticsOptions& options,
                                                       std::unique_ptr<http::Authorizer> authorizer,
                                                       const http::Wire& wire);

/// What the bodies of ingestion errors mean:
///   {"error":{"code":"OperationFailed","message":"The authentication token provided ..."}}
[[nodiscard]] http::Judge azure_judge();

}  // namespace itsmc::sinks

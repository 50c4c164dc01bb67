#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "itsmc/partners/cherwell_page.hpp"
#include "partners/cherwell_api.hpp"
#include "partners/cherwell_service.hpp"

namespace itsmc::partners::cherwell {

/// The busObId of a summary's answer, which is a list (cherwell reference 5). Throws
/// Error(not_found) for an empty one: the blueprint has no such object.
[[nodiscard]] std::string find_object_id(const nlohmann::json& summaries, WorkItemType type);
/// The element of a summary's answer that has this name, in any case; null when there is none.
[[nodiscard]] nlohmann::json find_summary(const nlohmann::json& summaries, std::string_view name);
/// The object's fields by its schema, or by its template where the schema is refused.
[[nodiscard]] nlohmann::json field_definitions(const Api& api, const std::string& object_id,
                                               const std::stop_token& stop);
/// "BO:6dd5..,FI:5eb3..": a field's id in the spelling that says whose it is (cherwell reference
/// 5).
[[nodiscard]] std::string whole_field_id(const std::string& object_id, std::string_view field_id);
/// How far ahead of UTC the instance's clock is now. Throws Error(protocol) when it does not tell.
[[nodiscard]] std::chrono::minutes read_utc_offset(const Api& api, const std::stop_token& stop);
/// Joins the fields we know with those of a schema (`fieldDefinitions`) or a template (`fields`).
/// Throws Error(not_found) when RecID or LastModifiedDateTime is missing: there is no way to sync.
[[nodiscard]] Blueprint plan_fields(WorkItemType type, std::string object_id,
                                    const nlohmann::json& definitions);
/// Asks summary and schema; the template where the schema is refused.
[[nodiscard]] Blueprint resolve_blueprint(const Api& api, WorkItemType type,
                                          const std::stop_token& stop);

/// What an instance's pages are read with.
struct View {
  Blueprint blueprint;
  std::chrono::minutes utc_offset{0};
};

/// Finds out once what does not change during a run. Safe from several threads: the first one asks,
/// the others wait for it; a failure is asked again. The Api outlives it.
class Views {
 public:
  explicit Views(const Api& api) noexcept : api_(api) {}
  /// Throws what the instance throws, and Error(protocol) when it does not tell its offset.
  [[nodiscard]] std::shared_ptr<const View> of(WorkItemType type, const std::stop_token& stop);
  /// As far as it is known already.
  [[nodiscard]] std::shared_ptr<const View> known(WorkItemType type) const;

 private:
  [[nodiscard]] std::chrono::minutes utc_offset(const std::stop_token& stop);

  static constexpr std::size_t k_types = 4;
  const Api& api_;
  mutable std::mutex mutex_;
  std::mutex asking_;
  std::optional<std::chrono::minutes> offset_;
  std::array<std::shared_ptr<const View>, k_types> views_;
};

}  // namespace itsmc::partners::cherwell

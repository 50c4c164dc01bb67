#include "client/creation_decision.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace itsmc::client {
namespace {

using What = Decision::What;

const store::AttachedAlert* find_alert(const LastItem& last, const std::string& alert_id) {
  const auto found =
      std::find_if(last.alerts.begin(), last.alerts.end(),
                   [&](const store::AttachedAlert& alert) { return alert.alert_id == alert_id; });
  return found == last.alerts.end() ? nullptr : &*found;
}

/// A delivery that comes late, or again, of what was noted before.
bool is_told_again(const store::AttachedAlert& known, const CreationRequest& request) {
  return !known.fired_at || !request.fired_at || *request.fired_at <= *known.fired_at;
}

/// Whether the alert began after the item had ended: a delivery of the old alert that comes late is
/// not that. By the times where both are known, else by what we noted of the alert.
bool began_after_end(const CreationRequest& request, const LastItem& last) {
  const store::AttachedAlert* known = find_alert(last, request.alert_id);
  const bool told_again =
      known != nullptr && known->fired_at && request.fired_at && is_told_again(*known, request);
  if (told_again) return false;
  // An alert that the ended item never stood for, however late it comes.
  const bool gathers = request.gathering == CreationRequest::Gathering::many_alerts;
  if (gathers && known == nullptr && !last.alerts.empty()) return true;
  if (request.fired_at && last.item.ended_at) return *request.fired_at > *last.item.ended_at;
  return known != nullptr && !known->firing;
}

Decision decide_opened(const CreationRequest& request, const LastItem& last) {
  const bool gathers = request.gathering == CreationRequest::Gathering::many_alerts;
  if (last.item.open) {
    const store::AttachedAlert* known = find_alert(last, request.alert_id);
    const bool is_new = known == nullptr || (!known->firing && !is_told_again(*known, request));
    return {gathers && is_new ? What::add : What::exists};
  }
  const bool starts_anew =
      request.again == CreationRequest::Again::new_item && began_after_end(request, last);
  if (!starts_anew) return {What::exists};
  return {What::create, last.again + 1, last.item.number};
}

Decision decide_over(const CreationRequest& request, const LastItem& last) {
  if (!last.item.open || request.on_resolve == OnResolve::nothing) return {What::nothing};
  const store::AttachedAlert* known = find_alert(last, request.alert_id);
  const bool told_before = known != nullptr && !known->firing;
  if (request.on_resolve == OnResolve::comment) {
    return {told_before ? What::exists : What::comment};
  }
  const bool others_fire =
      std::any_of(last.alerts.begin(), last.alerts.end(), [&](const store::AttachedAlert& alert) {
        return alert.firing && alert.alert_id != request.alert_id;
      });
  if (!others_fire) return {What::resolve};
  return {told_before ? What::exists : What::comment};
}

}  // namespace

Decision decide(const CreationRequest& request, const std::optional<LastItem>& last) {
  const bool opened = request.occasion == CreationRequest::Occasion::opened;
  if (!last) return {opened ? What::create : What::nothing};
  return opened ? decide_opened(request, *last) : decide_over(request, *last);
}

std::optional<store::AttachedAlert> attachment(const CreationRequest& request,
                                               const std::optional<LastItem>& last,
                                               CreationStatus status) {
  const bool opened = request.occasion == CreationRequest::Occasion::opened;
  if (request.alert_id.empty() || (!last && status != CreationStatus::created)) return std::nullopt;
  const store::AttachedAlert* known = nullptr;
  if (last && status != CreationStatus::created) known = find_alert(*last, request.alert_id);
  if (opened && known != nullptr && is_told_again(*known, request)) return std::nullopt;
  return store::AttachedAlert{.alert_id = request.alert_id,
                              .firing = opened,
                              .fired_at = request.fired_at   ? request.fired_at
                                          : known != nullptr ? known->fired_at
                                                             : std::nullopt};
}

std::string key_again(const std::string& key, int again) {
  return again == 1 ? key : fmt::format("{}~{}", key, again);
}

}  // namespace itsmc::client

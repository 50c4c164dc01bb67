#include "azure/arm_path.hpp"

#include <algorithm>

#include "azure/roles.hpp"

namespace itsmc::sim::azure {
namespace {

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> out;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    if (end > 0) out.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return out;
}

std::string joined(const std::vector<std::string>& segments, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += "/" + segments[i];
  return out;
}

// The index of the last "providers"; npos when there is none.
std::size_t last_providers(const std::vector<std::string>& segments) {
  for (std::size_t i = segments.size(); i-- > 0;) {
    if (same_id(segments[i], "providers")) return i;
  }
  return std::string::npos;
}

}  // namespace

std::string ArmPath::parent() const {
  const auto segments = segments_of(id);
  return joined(segments, segments.size() - (collection ? 1 : 2));
}

std::optional<ArmPath> parse_arm_path(std::string_view path) {
  const auto segments = segments_of(path);
  if (segments.empty()) return std::nullopt;
  ArmPath out;
  out.id = joined(segments, segments.size());
  const bool in_subscription = same_id(segments[0], "subscriptions");
  if (in_subscription && segments.size() > 1) out.subscription = segments[1];
  if (in_subscription && segments.size() > 3 && same_id(segments[2], "resourceGroups")) {
    out.group = segments[3];
  }
  const auto providers = last_providers(segments);
  if (providers == std::string::npos) {
    if (!in_subscription || segments.size() > 4) return std::nullopt;
    const bool groups = segments.size() > 2;
    if (groups && !same_id(segments[2], "resourceGroups")) return std::nullopt;
    out.kind = groups ? "resourcegroups" : "subscriptions";
    out.collection = segments.size() % 2 == 1;
    if (!out.collection) out.names.push_back(segments.back());
    out.scope = out.id;
    return out;
  }
  if (segments.size() < providers + 3) return std::nullopt;
  out.scope = joined(segments, providers);
  out.kind = lower(segments[providers + 1]);
  for (std::size_t i = providers + 2; i < segments.size(); i += 2) {
    out.kind += "/" + lower(segments[i]);
    if (i + 1 < segments.size()) out.names.push_back(segments[i + 1]);
  }
  out.collection = (segments.size() - providers) % 2 == 1;
  return out;
}

}  // namespace itsmc::sim::azure

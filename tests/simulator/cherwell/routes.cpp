#include "cherwell/routes.hpp"

#include <algorithm>
#include <array>

#include "cherwell/links.hpp"
#include "cherwell/metadata.hpp"
#include "cherwell/people.hpp"
#include "cherwell/save.hpp"
#include "cherwell/search_answer.hpp"

namespace itsmc::sim::cherwell {
namespace {

Reply logout(Site& site, const Call& call) {
  site.sign_in.logout(call.request);
  Reply reply;
  reply.status = 204;
  return reply;
}

struct Route {
  std::string_view method, releases, name;
  Handler handler;
};

constexpr std::array<Route, 22> k_routes{{
    {"GET", "v1", "serviceinfo", &service_info},
    {"DELETE", "v1", "logout", &logout},
    {"GET", "v1", "getbusinessobjectsummary", &summary},
    {"GET", "v1", "getbusinessobjectsummaries", &summaries},
    {"GET", "v1", "getbusinessobjectschema", &schema},
    {"POST", "v1", "getbusinessobjecttemplate", &field_template},
    {"POST", "v1", "fieldvalueslookup", &field_values},
    {"POST", "v1", "getsearchresults", &search},
    {"GET", "v1", "getbusinessobject", &read_one},
    {"POST", "v1", "savebusinessobject", &save},
    {"POST", "v1", "savebusinessobjectbatch", &save_batch},
    {"GET", "v1 v2 v3", "getuserbyloginid", &user_by_login_id},
    {"GET", "v1", "getuserbyrecid", &user_by_rec_id},
    {"GET", "v1 v2", "getuserbypublicid", &user_by_public_id},
    {"GET", "v1 v2", "getsecuritygroups", &security_groups},
    {"GET", "v1 v2", "getsecuritygroupbusinessobjectpermissionsforcurrentuserbybusobname",
     &permissions},
    {"GET", "v1 v2", "getsecuritygroupbusinessobjectpermissionsforcurrentuserbybusobid",
     &permissions},
    {"GET", "v1 v2", "getroles", &roles},
    {"PUT", "v1", "setculture", &set_culture},
    {"GET", "v1", "getrelatedbusinessobject", &related},
    {"GET", "v1 v2", "linkrelatedbusinessobject", &link_related},
    {"DELETE", "v1 v2", "unlinkrelatedbusinessobject", &unlink_related},
}};

std::string take_segment(std::string_view& path) {
  const auto end = std::min(path.find('/'), path.size());
  std::string segment(path.substr(0, end));
  path.remove_prefix(std::min(end + 1, path.size()));
  return segment;
}

}  // namespace

Path parse_path(std::string_view text) {
  Path path;
  path.release = lower(take_segment(text));
  path.name = lower(take_segment(text));
  while (!text.empty()) {
    std::string name = lower(take_segment(text));
    path.arguments.push_back({std::move(name), take_segment(text)});
  }
  return path;
}

Handler find_handler(std::string_view method, const Path& path) {
  const auto route = std::find_if(k_routes.begin(), k_routes.end(), [&](const Route& known) {
    return known.name == path.name && known.method == method &&
           known.releases.find(path.release) != std::string_view::npos && !path.release.empty();
  });
  return route == k_routes.end() ? nullptr : route->handler;
}

}  // namespace itsmc::sim::cherwell

// The query options of the contract's lists (scsm reference 5).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "scsm/group.hpp"
#include "shared/message.hpp"

namespace itsmc::sim::scsm {

constexpr std::int64_t k_default_top = 200;  // scsm reference 2: app:DefaultWIGETPageSize
constexpr std::int64_t k_most_top = 1000;

// A list request as read, or the answer to one that cannot be.
struct ListQuery {
  std::optional<std::int64_t> from_ms, until_ms;  // lastModified in [from, until)
  std::optional<Place> after;                     // $skiptoken
  std::int64_t top = k_default_top;
  std::optional<Reply> problem;
};
ListQuery read_list_query(const Request& request);

// displayName eq 'x' or principalName eq 'x': a row matches when one of them does.
struct NameFilter {
  std::optional<std::string> display, principal;
  bool understood = false;
};
NameFilter read_name_filter(std::string_view text);

// Names are compared as the database collates them: without case.
bool same_name(std::string_view left, std::string_view right);

// externalId eq 'x'; nothing for anything else.
std::optional<std::string> read_external_filter(std::string_view text);

// "2018-06-01T08:15:30.123Z,11111111-0000-4000-8000-000000000001"
std::string skip_token(const Place& place);
// What a link needs around a value: RFC 3986.
std::string percent_encoded(std::string_view text);

}  // namespace itsmc::sim::scsm

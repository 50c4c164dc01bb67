#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "itsmc/core/time.hpp"
#include "itsmc/core/work_item.hpp"
#include "itsmc/partners/page_scratch.hpp"
#include "partners/scsm_status.hpp"

// The contract itsmc-scsm/1: its routes and the shapes of its JSON, and nothing else (scsm
// reference 5, specs/scsm-itsmc-contract.openapi.json). Another contract, such as the one that an
// administrator exports from Microsoft's web app, takes the place of this file and its .cpp.

namespace itsmc::partners::scsm {

inline constexpr std::string_view k_contract = "itsmc-scsm/1";
inline constexpr std::string_view k_about_path = "/api/itsmc/v1/info";
inline constexpr std::string_view k_account_path = "/api/itsmc/v1/me";
inline constexpr int k_largest_page = 1000;

/// The hint for an answer that breaks the contract: "the gateway must ...", and where it says so.
[[nodiscard]] std::string gateway_must(std::string_view what);

[[nodiscard]] std::string items_path(WorkItemType type);
/// The list of the type's statuses.
[[nodiscard]] std::string statuses_path(WorkItemType type);

/// The first page of what was changed in [from, until), oldest change first.
struct ItemsQuestion {
  TimeValue from = 0;
  std::optional<TimeValue> until;
  int rows = k_largest_page;
};
[[nodiscard]] std::vector<std::pair<std::string, std::string>> items_query(
    const ItemsQuestion& question);

/// What /info says.
struct About {
  std::string contract, product, version, management_group;
  std::optional<Timestamp> now;  // Service Manager's clock
  int max_page = k_largest_page;
  /// What a gateway serves beyond the contract's first edition; none where it says nothing.
  std::vector<std::string> features;
};
/// Absent when it is not this contract's answer.
[[nodiscard]] std::optional<About> parse_about(const nlohmann::json& answer);

/// What /me says; absent answers are not known.
struct Account {
  struct Role {
    std::string name, profile;
  };
  std::string account, display_name;
  std::vector<Role> roles;
  std::optional<bool> reads_incidents, reads_changes, creates_incidents, creates_items;
};
[[nodiscard]] Account parse_account(const nlohmann::json& answer);

/// What /enumerations/{name} says.
[[nodiscard]] std::vector<ListMember> parse_members(const nlohmann::json& answer);

/// What an error body says (scsm reference 2, 5): the contract's {"error":{"code","message"}},
/// ASP.NET's {"Message","ExceptionMessage","ModelState"} and {"Error":{"Code","Message"}}.
struct ErrorBody {
  std::string code, message;
  [[nodiscard]] std::string text() const;  // "message (code)"
};
[[nodiscard]] ErrorBody parse_error_body(std::string_view body);

/// A plain body; at least 64 readable bytes behind it save a copy.
struct PageBody {
  std::string_view text;
  std::size_t spare_bytes = 0;
};
struct PageFacts {
  std::size_t rows = 0;
  TimeValue first_time = k_no_time, last_time = k_no_time;
  std::string last_id;
  std::string next_link;  // as it came; empty: there is none
  std::string disorder;   // where rows do not follow by time; empty: they do
  std::string spoiled;    // cut off, or an error in the rows' place: no rows; empty: complete
};

struct PageMemory;
using PageScratch = PageScratchOf<PageMemory>;

/// Turns a page into work items, appended to `out` (which is cleared first, and stays empty unless
/// the page is complete). Throws Error(protocol): not a page of this contract, or a row that cannot
/// be mapped, named by its ids and field.
[[nodiscard]] PageFacts decode_page(const PageBody& body, const StatusRule& statuses,
                                    PageScratch& scratch, WorkItemBatch& out);

}  // namespace itsmc::partners::scsm

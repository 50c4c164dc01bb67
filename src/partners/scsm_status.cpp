#include "partners/scsm_status.hpp"

#include <algorithm>
#include <array>

#include "itsmc/core/text.hpp"

namespace itsmc::partners::scsm {
namespace {

// scsm reference 4: a change is spelt "Cancelled", a service request "Canceled".
constexpr std::array<std::string_view, 4> k_over_words = {"Closed", "Completed", "Cancelled",
                                                          "Canceled"};
// specs/scsm-builtin-ids.json: the same in every installation.
constexpr std::array<std::string_view, 4> k_over_ids = {
    "bd0ae7c4-3315-2eb3-7933-82dfc482dbaf",  // IncidentStatusEnum.Closed
    "68277330-a0d3-cfdd-298d-d5c31d1d126f",  // ChangeStatusEnum.Completed
    "877defb6-0d21-7d19-89d5-a1107d621270",  // ChangeStatusEnum.Cancelled
    "f228d50b-2b5a-010f-b1a4-5c7d95703a9b",  // ChangeStatusEnum.Closed
};
constexpr int k_deepest = 8;

/// "IncidentStatusEnum.Closed.ByUser" has the word Closed; "Active.Pending" has none.
bool has_over_word(std::string_view name) {
  while (!name.empty()) {
    const std::string_view part = name.substr(0, name.find('.'));
    const auto is_part = [part](std::string_view word) { return iequals(word, part); };
    if (std::any_of(k_over_words.begin(), k_over_words.end(), is_part)) return true;
    name.remove_prefix(std::min(part.size() + 1, name.size()));
  }
  return false;
}

bool is_known_over(std::string_view id) {
  return std::any_of(k_over_ids.begin(), k_over_ids.end(),
                     [id](std::string_view known) { return iequals(known, id); });
}

const ListMember* find(const std::vector<ListMember>& members, std::string_view id_or_name) {
  const auto found = std::find_if(members.begin(), members.end(), [&](const ListMember& member) {
    return iequals(member.id, id_or_name) || iequals(member.name, id_or_name);
  });
  return found == members.end() ? nullptr : &*found;
}

bool is_over_by_list(const std::vector<ListMember>& members, const ListMember& member) {
  const ListMember* at = &member;
  for (int depth = 0; at != nullptr && depth < k_deepest; ++depth) {
    if (is_known_over(at->id) || has_over_word(at->name)) return true;
    if (at->parent.empty()) return false;
    if (is_known_over(at->parent) || has_over_word(at->parent)) return true;
    at = find(members, at->parent);
  }
  return false;
}

bool contains(const std::vector<std::string>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

StatusRule::StatusRule(const std::vector<ListMember>& members) {
  for (const ListMember& member : members) {
    if (member.id.empty()) continue;
    (is_over_by_list(members, member) ? over_ : open_).push_back(member.id);
  }
}

bool StatusRule::is_over(std::string_view id, std::string_view name,
                         std::string_view parent) const {
  if (contains(open_, id)) return false;
  if (contains(over_, id)) return true;
  return is_known_over(id) || has_over_word(name) || is_known_over(parent) || has_over_word(parent);
}

}  // namespace itsmc::partners::scsm

#include "client/profiles.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "client/connection_parts.hpp"
#include "client/wiring.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/config/profile.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::client {

std::string whole_profile(const std::string& word) {
  if (!is_profile_file(word)) return word;
  return std::filesystem::absolute(word).lexically_normal().string();
}

std::vector<Check> check_profile(const Connection& connection) {
  std::vector<Check> checks;
  if (connection.partner != PartnerKind::provance) return checks;
  const TableProfile profile = config::load_profile(connection.profile);
  for (const WorkItemType type : connection.work_items) {
    if (profile.table(type) != nullptr) continue;
    const WorkItemType other =
        type == WorkItemType::incident ? WorkItemType::change_request : WorkItemType::incident;
    checks.push_back(
        {.check = fmt::format("read-{}", to_string(type)),
         .status = CheckStatus::warning,
         .message = fmt::format("{} is not mapped by profile {}", to_string(type), profile.name),
         .cause = "its sync fails as long as the connection asks for it",
         .hint = fmt::format("itsmc connection edit {} --work-items {}, or a profile that maps it",
                             connection.name, to_string(other))});
  }
  return checks;
}

std::string draft_profile(const Platform& platform, const Connection& connection) {
  const partners::PartnerEntry& entry = partner_entry(connection);
  if (entry.draft_profile == nullptr) {
    throw Error(ErrorKind::usage,
                fmt::format("{}: there is no profile to draft: the tables of {} are the product's "
                            "own",
                            connection.name, title(connection.partner)),
                "itsmc connection test " + connection.name);
  }
  config::KeptSecrets secrets = secrets_of(platform, connection);
  const ProfileDraft draft =
      entry.draft_profile(connection, find_credentials(platform, connection, {}, secrets),
                          make_wire(platform, connection, secrets), platform.stop);
  return config::write_profile(
      draft, fmt::format("Table map of {}, drafted from its metadata on {}.\n"
                         "Look at every line: names are only a guess. Lines that begin with # say "
                         "what else fits\nand what must be decided. Then:\n"
                         "  itsmc connection edit {} --profile FILE\n"
                         "  itsmc connection test {}",
                         connection.url, format_rfc3339(platform.clock.now()).substr(0, 10),
                         connection.name, connection.name));
}

}  // namespace itsmc::client

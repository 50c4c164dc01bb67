#include <array>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/globals.hpp"
#include "cli/topics.hpp"
#include "itsmc/client/settings.hpp"
#include "itsmc/core/action.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/core/workspace.hpp"

namespace itsmc::cli {
namespace {

std::string_view about(PartnerKind kind) {
  switch (kind) {
    case PartnerKind::servicenow:
      return "Its cloud (*.service-now.com, *.servicenowservices.com), unless --self-hosted. An "
             "administrator makes an integration user and an OAuth client for it.";
    case PartnerKind::scsm:
      return "Service Manager has no HTTP interface. Microsoft's own web app reaches it through an "
             "Azure hybrid connection, but Microsoft does not publish that app's work-item routes, "
             "so nothing can be read from it. An administrator has to host a gateway that serves "
             "the contract itsmc-scsm/1 (/info, /me, /incidents, /changerequests and "
             "/enumerations/NAME below /api/itsmc/v1); docs/scsm-gateway (in /usr/share/doc/itsmc) "
             "has one in "
             "PowerShell, over the Service Manager SDK. The url is the gateway's, not that of the "
             "management server.";
    case PartnerKind::provance:
      return "It lives in Microsoft Dataverse; the url is that of the environment. Which tables "
             "and columns hold the work items says a profile: \"itsmc connection profile\" drafts "
             "one from the instance.";
    case PartnerKind::cherwell:
      return "The url is that of the server of its REST API. A session takes a licence while it "
             "lasts; \"itsmc connection logout\" gives it back.";
  }
  return {};
}

std::string with_fallback(std::string_view help, std::string_view fallback) {
  return fallback.empty() ? std::string(help) : fmt::format("{} (default {})", help, fallback);
}

std::vector<std::string> fields_needed(PartnerKind kind, Need need) {
  std::vector<std::string> names;
  for (const ConnectionField& field : connection_fields()) {
    if (field.need(kind) == need) names.emplace_back(field.name);
  }
  return names;
}

TopicPart partner_part(PartnerKind kind) {
  TopicPart part{fmt::format("{}: {}", to_string(kind), title(kind)), std::string(about(kind)), {}};
  part.rows.push_back({"required", join(fields_needed(kind, Need::required), ", ")});
  part.rows.push_back({"optional", join(fields_needed(kind, Need::optional), ", ")});
  const std::vector<std::string> refused = fields_needed(kind, Need::refused);
  if (!refused.empty()) part.rows.push_back({"refused", join(refused, ", ")});
  return part;
}

std::string_view form_word(FieldForm form) {
  switch (form) {
    case FieldForm::text:
      return "a string";
    case FieldForm::number:
      return "a number";
    case FieldForm::truth:
      return "true or false";
    case FieldForm::list:
      return "an array of strings";
  }
  return {};
}

TopicPart option_keys() {
  TopicPart part{"config.toml",
                 "A default for an option, by its long name without dashes; it counts where "
                 "neither the command line, nor a variable, nor the connection says anything. A "
                 "default that a command cannot take, as fields that it lacks, is passed over "
                 "there. work-items, sync-days, create-ci, in-flight, timeout, ca-file and proxy "
                 "are defaults of all connections; the other fields of a connection belong in its "
                 "own file, and are refused here.",
                 {}};
  GlobalOptions unused;
  OptionSet all;
  add_globals(all, unused);
  std::vector<Action> alive;  // setters refer to what it keeps
  for (const Command& command : commands()) alive.push_back(command.build(all));
  for (const Option& option : all.options()) {
    if (option.sources != Sources::all || all.find(option.name) != &option) continue;
    if (!client::may_stand_in_settings(option.name)) continue;
    part.rows.push_back({option.name, option.help});
  }
  return part;
}

}  // namespace

std::vector<TopicPart> partner_parts() {
  std::vector<TopicPart> parts;
  parts.reserve(k_partner_kinds.size());
  for (const PartnerKind kind : k_partner_kinds) parts.push_back(partner_part(kind));
  return parts;
}

std::vector<TopicPart> configuration_parts() {
  TopicPart connections{"connections/NAME.toml", "The fields of a connection.", {}};
  for (const ConnectionField& field : connection_fields()) {
    if (field.secret) continue;
    connections.rows.push_back(
        {std::string(field.name),
         fmt::format("{}; {}", with_fallback(field.help, field.fallback), form_word(field.form))});
  }
  TopicPart workspaces{"workspaces/NAME.toml", "The fields of a workspace, all strings.", {}};
  for (const WorkspaceField& field : workspace_fields()) {
    workspaces.rows.push_back({std::string(field.name), with_fallback(field.help, field.fallback)});
  }
  TopicPart actions{"actions/NAME.toml", "The fields of an action, all strings.", {}};
  for (const ActionField& field : action_fields()) {
    actions.rows.push_back({std::string(field.name), with_fallback(field.help, field.fallback)});
  }
  return {option_keys(), connections, workspaces, actions};
}

}  // namespace itsmc::cli

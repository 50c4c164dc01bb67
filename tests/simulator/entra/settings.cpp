#include "entra/settings.hpp"

#include "entra/aadsts.hpp"

namespace itsmc::sim::entra {

Settings standard_settings(const Credentials& credentials, ClientKind kind,
                           const std::string& tenant) {
  Settings settings;
  settings.tenant_domain = tenant;
  const bool open = kind == ClientKind::public_client;
  settings.apps.push_back({credentials.client_id, credentials.client_secret, kind,
                           guid_of("service principal " + credentials.client_id)});
  settings.apps.push_back({open ? "itsmc-confidential" : "itsmc-public", credentials.client_secret,
                           open ? ClientKind::confidential : ClientKind::public_client});
  std::string name = credentials.user;
  if (name.find('@') == std::string::npos) name += "@" + settings.tenant_domain;
  settings.users.push_back({name, credentials.password, guid_of("user " + name)});
  // Azure's public cloud (azure reference 0): a token for one of them is good, but not for us.
  settings.resources = {"https://graph.microsoft.com", "https://management.azure.com",
                        "https://monitor.azure.com", "https://api.loganalytics.io"};
  return settings;
}

}  // namespace itsmc::sim::entra

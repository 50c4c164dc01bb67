#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "itsmc/client/platform.hpp"
#include "itsmc/core/secret.hpp"

namespace itsmc::client {

/// A secret that the service's starter laid down for this run, and its file.
struct Credential {
  Secret secret;
  std::string place;
};
/// `$CREDENTIALS_DIRECTORY/OWNER.FIELD`, as systemd's LoadCredential= makes it (systemd.exec(5),
/// "CREDENTIALS"): "prod.client-secret", "prod.password", "workspace.law.client-secret". Absent:
/// there is no such file. Throws Error(invalid) for an empty one.
[[nodiscard]] std::optional<Credential> find_credential(const Platform& platform,
                                                        std::string_view owner,
                                                        std::string_view field);

}  // namespace itsmc::client

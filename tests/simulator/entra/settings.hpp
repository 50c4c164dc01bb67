// What a simulated Microsoft Entra directory holds. Plain values.
#pragma once
#include <string>
#include <vector>

#include "shared/credentials.hpp"

namespace itsmc::sim::entra {

// Whether an app registration may (must) prove itself: a public client has no secret and is
// refused when it sends one; a confidential one must send its secret.
enum class ClientKind { public_client, confidential };

struct App {
  std::string client_id;
  std::string secret;
  ClientKind kind = ClientKind::confidential;
  // Of its service principal (the enterprise application), which is who a token is about.
  std::string object_id{};
};

struct User {
  std::string name;  // the user principal name: somebody@tenant-domain
  std::string password;
  std::string object_id{};
};

struct Settings {
  std::string tenant_id = "7f0c2d8e-5b3a-4c61-9e42-d1a6b80f3c97";
  std::string tenant_domain = "contoso.onmicrosoft.com";
  std::vector<App> apps;
  std::vector<User> users;
  // Identifier URIs of the APIs that the tenant knows. One trailing slash more or less is the same
  // registration, but the token's audience is what was asked for, to the letter. "https://*.x.com"
  // stands for all below x.com.
  std::vector<std::string> resources;
  // APIs that live on the directory's own port: http(s)://<Host header> is known too.
  bool knows_own_host = false;
  int lockout = 10;  // bad passwords until the user is locked
  int refresh_seconds = 90 * 86400;
};

// One tenant with that user (user@tenant-domain unless it has a domain of its own), and the client
// of that kind. The other kind is there as well, named
// "itsmc-public" or "itsmc-confidential". Knows Microsoft's own APIs (Graph, management, logs).
Settings standard_settings(const Credentials& credentials, ClientKind kind,
                           const std::string& tenant = "contoso.onmicrosoft.com");

}  // namespace itsmc::sim::entra

// Who may sign in to a simulated instance, whatever the product.
#pragma once
#include <string>

namespace itsmc::sim {

struct Credentials {
  std::string client_id = "itsmc-client";
  std::string client_secret = "s3cret+with&odd%=chars";
  std::string user = "itsmc.integration";
  std::string password = "pass word+&%=\xc3\xa9";
};

}  // namespace itsmc::sim

#include "itsmc/client/doctor.hpp"

#include <algorithm>
#include <iterator>

#include "client/connection_parts.hpp"
#include "client/doctor_parts.hpp"
#include "client/door.hpp"
#include "client/origins.hpp"
#include "client/wiring.hpp"
#include "core/check_line.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::client {
namespace {

/// What cannot be looked at is a finding, and hides none of the others.
Examined part(const std::string& name, const std::function<std::vector<Check>()>& look) {
  try {
    return {name, look()};
  } catch (const Error& error) {
    return {name, {bad_line(name, "cannot be looked at", trouble_of(error))}};
  }
}

/// One look at the door: dns, tcp, tls and clock, without signing in.
std::vector<Check> look_at_door(const Platform& platform, const Connection& connection) {
  config::KeptSecrets secrets = secrets_of(platform, connection);
  const http::Wire wire = make_wire(platform, connection, secrets);
  const http::Inspection seen = wire.new_transport()->inspect(connection.url, platform.stop);
  return judge_door(connection, seen, platform.clock.now(), stored_rows(platform, connection.name));
}

std::vector<Check> check_connection_now(const Platform& platform, const Connection& connection,
                                        const std::vector<store::StreamStatus>& streams,
                                        Network network) {
  std::vector<Check> checks = check_sign_in(platform, connection);
  std::vector<Check> last = check_last_sync(streams, connection, next_after(checks, connection));
  std::move(last.begin(), last.end(), std::back_inserter(checks));
  if (network == Network::spared) {
    for (const char* name : {"dns", "tcp", "tls", "clock"}) {
      checks.push_back(skipped_line(name, "--no-network"));
    }
    return checks;
  }
  std::vector<Check> door = look_at_door(platform, connection);
  std::move(door.begin(), door.end(), std::back_inserter(checks));
  return checks;
}

}  // namespace

std::vector<Examined> examine(const Platform& platform, const KnownSettings& known,
                              Network network) {
  std::vector<Examined> all;
  all.push_back(part("files", [&] { return check_files(platform); }));
  all.push_back(part("configuration", [&] { return check_configuration(platform, known); }));
  all.push_back(part("store", [&] { return check_store_whole(platform); }));
  all.push_back(part("machine", [&] { return check_machine(platform); }));
  all.push_back(part("orphans", [&] { return check_orphans(platform); }));
  std::vector<Connection> ready;
  try {
    ready = load_every_connection(platform).ready;
  } catch (const Error&) {
    return all;  // told of under "configuration"
  }
  if (ready.empty()) return all;
  const std::vector<store::StreamStatus> streams = streams_in_store(platform);
  for (const Connection& connection : ready) {
    all.push_back(part("connection " + connection.name, [&] {
      return check_connection_now(platform, connection, streams, network);
    }));
  }
  return all;
}

int exit_code(const std::vector<Examined>& examined) noexcept {
  int code = 0;
  for (const Examined& one : examined) {
    for (const Check& check : one.checks) {
      if (check.status != CheckStatus::failed) continue;
      const int its = itsmc::exit_code(check.kind);
      code = code == 0 ? its : std::min(code, its);
    }
  }
  return code;
}

}  // namespace itsmc::client

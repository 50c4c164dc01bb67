#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "http/azure_source.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::http {
namespace {

using nlohmann::json;
using std::chrono::seconds;

/// Older `az` says the end in local time without its zone only; it keeps a token at least so long.
constexpr std::chrono::minutes k_unsaid_life(5);

std::string why_not(const CommandEnd& end) {
  // The words of its own message, whatever the failure was (azure reference 1.4).
  if (end.complaints.find("az login") != std::string::npos) return "nobody is signed in: az login";
  std::string text = fmt::format("az ended with status {}", end.status);
  if (end.how == CommandEnd::How::killed) {
    text = fmt::format("az was ended by signal {}", end.status);
  }
  if (!end.complaint.empty()) text += ": " + end.complaint;
  return text;
}

/// Reads
///   {"accessToken":"eyJ..","expiresOn":"2026-01-02 04:04:05.000000","expires_on":1767326645,
///    "subscription":"..","tenant":"..","tokenType":"Bearer"}
/// (azure reference 1.4). Absent when it is anything else: nothing of it goes into a message.
std::optional<Token> read_output(const Secret& output, Timestamp now) {
  const json printed = json::parse(output.reveal(), nullptr, false);
  if (!printed.is_object()) return std::nullopt;
  const auto access = printed.find("accessToken");
  if (access == printed.end() || !access->is_string()) return std::nullopt;
  Token token;
  token.access = Secret(access->get<std::string>());
  if (token.access.empty()) return std::nullopt;
  const auto until = printed.find("expires_on");
  const bool said = until != printed.end() && until->is_number_integer();
  if (said) token.expires_at = Timestamp(seconds(until->get<std::int64_t>()));
  // By a clock that is ahead every token has ended: it is still good for whoever looks at it.
  if (token.expires_at <= now) token.expires_at = now + k_unsaid_life;
  return token;
}

class AzureCli : public AzureSource {
 public:
  explicit AzureCli(AzureSetting setting) : setting_(setting) {}

  [[nodiscard]] std::string words() const override { return "Azure CLI"; }

  [[nodiscard]] std::variant<Token, NotHere> ask(const TokenRequest& request) override {
    std::vector<std::string> words{"az",   "account",    "get-access-token", "--output",
                                   "json", "--resource", request.audience};
    if (!setting_.sign_in.tenant.empty()) {
      words.insert(words.end(), {"--tenant", setting_.sign_in.tenant});
    }
    const CommandEnd end = setting_.world.run_command(words);
    if (end.how == CommandEnd::How::not_found) return NotHere{"az: not found"};
    if (end.how == CommandEnd::How::too_long) return NotHere{"az did not answer in time"};
    if (end.how == CommandEnd::How::killed || end.status != 0) return NotHere{why_not(end)};
    auto token = read_output(end.output, request.wire.clock.now());
    if (token) return std::move(*token);
    throw Error(ErrorKind::protocol, "az printed no access token",
                "az account get-access-token --resource " + request.audience);
  }

 private:
  AzureSetting setting_;
};

}  // namespace

std::unique_ptr<AzureSource> make_azure_cli(AzureSetting setting) {
  return std::make_unique<AzureCli>(setting);
}

}  // namespace itsmc::http

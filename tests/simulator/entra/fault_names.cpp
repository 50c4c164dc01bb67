#include "entra/fault_names.hpp"

#include <array>

namespace itsmc::sim::entra {
namespace {

constexpr std::string_view k_token = "/oauth2/";

constexpr auto k_names = std::to_array<FaultName>({
    {"aadsts", "CODE", k_token,
     "the token endpoint answers that error: 50126 50034 50053 50076 50079 53003 65001 700016 "
     "7000218 7000215 7000222 90002 500011 70011 700082 70008 90006 90055 ..."},
    {"token-missing", "", k_token, "200 without access_token"},
    {"token-html", "", k_token, "200 with the HTML of a sign-in page"},
    {"token-status", "CODE", k_token, "that status with an HTML page"},
    {"token-rate-limit", "SECONDS|date:N", k_token, "429 with that Retry-After (default 2)"},
    {"token-expires-in", "string|number", k_token,
     "how the numbers are written, whatever the endpoint's version"},
    {"token-slow", "MS", k_token, "waits before the answer"},
    {"no-refresh-token", "", k_token, "the answer carries no refresh token"},
    {"refresh-expired", "", k_token, "refresh tokens are refused with AADSTS700082"},
    {"refresh-stays", "", k_token, "a refresh brings no new refresh token"},
});

constexpr auto k_server = std::to_array<FaultName>({
    {"clock-skew", "SECONDS", "", "Date header that much ahead (negative: behind)"},
    {"tls-expired", "", "", "certificate expired two days ago"},
    {"tls-wrong-host", "", "", "certificate for other.example"},
    {"tls-self-signed", "", "", "certificate not signed by the simulator's CA"},
});

template <std::size_t A, std::size_t B>
constexpr std::array<FaultName, A + B> joined(const std::array<FaultName, A>& first,
                                              const std::array<FaultName, B>& second) {
  std::array<FaultName, A + B> all{};
  for (std::size_t i = 0; i < A; ++i) all[i] = first[i];
  for (std::size_t i = 0; i < B; ++i) all[A + i] = second[i];
  return all;
}

constexpr auto k_own = joined(k_names, k_server);

}  // namespace

std::span<const FaultName> fault_names() {
  return k_names;
}

std::span<const FaultName> own_fault_names() {
  return k_own;
}

}  // namespace itsmc::sim::entra

#include "core/url.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "itsmc/core/connection.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc {
namespace {

constexpr std::size_t k_max_url_chars = 2048;
constexpr std::size_t k_max_host_chars = 253;  // RFC 1035
constexpr std::size_t k_max_label_chars = 63;

Url bad(std::string problem) {
  Url url;
  url.problem = std::move(problem);
  return url;
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// "prod.example.com", "127.0.0.1"; lower case.
bool is_host_name(std::string_view host) {
  if (host.empty() || host.size() > k_max_host_chars) return false;
  for (const std::string& label : split(host, '.')) {
    if (label.empty() || label.size() > k_max_label_chars || label.front() == '-' ||
        label.back() == '-' || !std::all_of(label.begin(), label.end(), is_host_character)) {
      return false;
    }
  }
  return true;
}

/// "[::1]"
bool is_bracketed_ipv6(std::string_view host) {
  if (host.size() < 4 || host.front() != '[' || host.back() != ']') return false;
  in6_addr address{};
  const std::string inner(host.substr(1, host.size() - 2));
  return ::inet_pton(AF_INET6, inner.c_str(), &address) == 1;
}

/// "" for the scheme's own port (and for none at all); absent when it is no port.
std::optional<std::string> clean_port(std::string_view text, std::string_view scheme) {
  if (text.empty()) return "";
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  const bool own = (scheme == "https" && port == 443) || (scheme == "http" && port == 80);
  return own ? "" : std::to_string(port);
}

struct Authority {
  std::string host, port;
};

Authority split_authority(std::string_view text) {
  const std::size_t after_bracket = text.find(']');
  const std::size_t from = after_bracket == std::string_view::npos ? 0 : after_bracket;
  const std::size_t colon = text.find(':', from);
  std::string host = to_lower(text.substr(0, colon));
  if (host.ends_with('.')) host.pop_back();  // "host." is the same host
  return {host, std::string(colon == std::string_view::npos ? "" : text.substr(colon + 1))};
}

}  // namespace

Url parse_url(std::string_view text, PlainHttp plain) {
  text = trim(text);
  if (text.empty()) return bad("is empty");
  if (text.size() > k_max_url_chars) return bad("is longer than 2048 characters");
  const std::size_t mark = text.find("://");
  Url url;
  url.scheme = mark == std::string_view::npos ? "https" : to_lower(text.substr(0, mark));
  if (mark != std::string_view::npos) text.remove_prefix(mark + 3);
  // First of all: it may hold a password, and then it is not to be quoted.
  const std::string_view authority = text.substr(0, text.find_first_of("/?#\\"));
  if (authority.find('@') != std::string_view::npos) {
    return bad("must not hold a user name or a password: give scheme and host only");
  }
  if (url.scheme != "https" && url.scheme != "http") {
    return bad(fmt::format("\"{}\" is not https", excerpt(url.scheme, 40)));
  }
  if (!is_visible_ascii(authority) || authority.find('\\') != std::string_view::npos) {
    return bad(
        "holds a blank or a character that no host name has: write an international "
        "name in its xn-- form");
  }
  const auto [host, port_text] = split_authority(authority);
  if (!is_host_name(host) && !is_bracketed_ipv6(host)) {
    return bad(fmt::format("\"{}\" is not a host name",
                           excerpt(host.empty() ? authority : std::string_view(host), 80)));
  }
  url.host = host;
  const auto port = clean_port(port_text, url.scheme);
  if (!port) return bad(fmt::format("\"{}\" is not a port", excerpt(port_text, 20)));
  url.port = *port;
  if (url.scheme == "http" && plain == PlainHttp::loopback_only && !is_loopback(host)) {
    return bad(
        fmt::format("http is for loopback only, it would show every secret: use \"https://{}{}\"",
                    host, url.port_suffix()));
  }
  const std::string_view rest = text.substr(authority.size());
  url.path = std::string(rest.substr(0, rest.find_first_of("?#")));
  while (url.path.ends_with('/')) url.path.pop_back();
  return url;
}

NormalUrl normalise_url(std::string_view text) {
  const Url url = parse_url(text, PlainHttp::loopback_only);
  if (!url.problem.empty()) return {"", url.problem};
  return {url.origin(), ""};
}

bool is_loopback(std::string_view host) noexcept {
  if (iequals(host, "localhost")) return true;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (host.starts_with('[') && host.ends_with(']')) {
    host.remove_prefix(1);
    host.remove_suffix(1);
  }
  if (host.size() >= text.size()) return false;
  std::copy(host.begin(), host.end(), text.begin());
  in_addr four{};
  if (::inet_pton(AF_INET, text.data(), &four) == 1) return (ntohl(four.s_addr) >> 24U) == 127;
  in6_addr six{};
  return ::inet_pton(AF_INET6, text.data(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

}  // namespace itsmc

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "itsmc/core/connection.hpp"

using namespace itsmc;

TEST_CASE("what people paste becomes scheme and host") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"https://prod.service-now.com", "https://prod.service-now.com"},
      {"https://prod.service-now.com/", "https://prod.service-now.com"},
      {"https://prod.service-now.com///", "https://prod.service-now.com"},
      {"  https://prod.service-now.com\n", "https://prod.service-now.com"},
      {"HTTPS://Prod.Service-Now.COM", "https://prod.service-now.com"},
      {"prod.service-now.com", "https://prod.service-now.com"},
      {"prod.service-now.com/nav_to.do", "https://prod.service-now.com"},
      {"dev12345", "https://dev12345"},
      {"https://prod.service-now.com/nav_to.do?uri=%2Fincident.do%3Fsys_id%3D1",
       "https://prod.service-now.com"},
      {"https://prod.service-now.com/now/nav/ui/classic/params/target/x#a",
       "https://prod.service-now.com"},
      {"https://prod.service-now.com?x=http://y@z", "https://prod.service-now.com"},
      {"https://prod.service-now.com#top", "https://prod.service-now.com"},
      {"https://prod.service-now.com:443/", "https://prod.service-now.com"},
      {"https://prod.service-now.com:", "https://prod.service-now.com"},
      {"https://prod.service-now.com.", "https://prod.service-now.com"},
      {"https://itsm.example.com:8443/x", "https://itsm.example.com:8443"},
      {"https://itsm.example.com:08443", "https://itsm.example.com:8443"},
      {"https://10.0.0.7", "https://10.0.0.7"},
      {"https://[2001:DB8::7]:8443/x", "https://[2001:db8::7]:8443"},
      {"http://localhost:8080/x", "http://localhost:8080"},
      {"http://127.0.0.1:80", "http://127.0.0.1"},
      {"http://127.1.2.3", "http://127.1.2.3"},
      {"http://[::1]:9", "http://[::1]:9"},
  };
  for (const auto& [text, url] : cases) {
    CAPTURE(text);
    const NormalUrl normal = normalise_url(text);
    CHECK(normal.problem.empty());
    CHECK(normal.url == url);
    CHECK(normalise_url(normal.url).url == url);
  }
}

TEST_CASE("what is no address, or not a safe one, is refused with a reason") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "is empty"},
      {"   ", "is empty"},
      {"https://", "not a host name"},
      {"https:///x", "not a host name"},
      {"http://prod.service-now.com", "use \"https://prod.service-now.com\""},
      {"http://localhost.example.com", "http is for loopback only"},
      {"http://127.0.0.1.example.com", "http is for loopback only"},
      {"http://128.0.0.1", "http is for loopback only"},
      {"http://0x7f.1", "http is for loopback only"},
      {"ftp://prod.service-now.com", "\"ftp\" is not https"},
      {"file:///etc/passwd", "\"file\" is not https"},
      {"https://a..b", "not a host name"},
      {"https://-a.b", "not a host name"},
      {"https://a-.b", "not a host name"},
      {"https://a%2eb.com", "not a host name"},
      {"https://a,b.com", "not a host name"},
      {"https://" + std::string(64, 'a') + ".com", "not a host name"},
      {"https://prod.service-now.com:0", "not a port"},
      {"https://prod.service-now.com:65536", "not a port"},
      {"https://prod.service-now.com:99999999999999999999", "not a port"},
      {"https://prod.service-now.com:8a", "not a port"},
      {"https://prod.service-now.com:-1", "not a port"},
      {"https://[::1", "not a host name"},
      {"https://[::1]x", "not a host name"},
      {"https://[::g]", "not a host name"},
      {"https://2001:db8::7", "not a port"},
      {"https://prod.service now.com", "blank"},
      {"https://prod\tx.service-now.com", "blank"},
      {"https://b\xC3\xBC"
       "cher.example",
       "xn--"},
      {"https://" + std::string(3'000, 'a'), "longer than"},
  };
  for (const auto& [text, reason] : cases) {
    CAPTURE(text);
    const NormalUrl normal = normalise_url(text);
    CHECK(normal.url.empty());
    CHECK_THAT(normal.problem, Catch::Contains(reason));
  }
}

TEST_CASE("user name and password in an address are refused and not repeated") {
  for (const std::string text :
       {"https://admin:hunter2@prod.service-now.com", "https://hunter2@prod.service-now.com/x",
        "admin:hunter2@prod.service-now.com", "ftp://admin:hunter2@host",
        "https://prod.service-now.com@hunter2.example"}) {
    CAPTURE(text);
    const NormalUrl normal = normalise_url(text);
    CHECK_THAT(normal.problem, Catch::Contains("must not hold"));
    CHECK_THAT(normal.problem, !Catch::Contains("hunter2"));
  }
}

TEST_CASE("loopback is this machine and nothing else") {
  for (const std::string host :
       {"localhost", "LOCALHOST", "127.0.0.1", "127.255.0.9", "::1", "[::1]"}) {
    CAPTURE(host);
    CHECK(is_loopback(host));
  }
  for (const std::string host :
       {"", "[]", "localhost.example.com", "mylocalhost", "128.0.0.1", "127.0.0.1.example.com",
        "127", "127.1", "::2", "[::2]", "::", "0.0.0.0",
        "0000:0000:0000:0000:0000:0000:0000:0000:0000:0001:0000"}) {
    CAPTURE(host);
    CHECK_FALSE(is_loopback(host));
  }
  CHECK_FALSE(is_loopback(std::string(500, '1')));
}

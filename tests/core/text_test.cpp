#include "itsmc/core/text.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace itsmc;

TEST_CASE("texts are trimmed, split and joined") {
  CHECK(trim(" \t a b\r\n") == "a b");
  CHECK(trim(" ").empty());
  CHECK(split("a,,b,", ',') == std::vector<std::string>{"a", "", "b", ""});
  CHECK(split("", ',') == std::vector<std::string>{""});
  CHECK(join(split("a,b", ','), ", ") == "a, b");
  CHECK(to_lower("ABC\xC3\x84z") == "abc\xC3\x84z");
  CHECK(iequals("AbC", "aBc"));
  CHECK_FALSE(iequals("abc", "ab"));
}

TEST_CASE("everything but RFC 3986's plain characters is encoded") {
  CHECK(percent_encode("aZ09-._~") == "aZ09-._~");
  CHECK(percent_encode("a b+c&d=\xC3\xA4^%/") == "a%20b%2Bc%26d%3D%C3%A4%5E%25%2F");
  CHECK(form_encode(std::vector<std::pair<std::string, std::string>>{{"a b", "1"}, {"c", "&"}}) ==
        "a%20b=1&c=%26");
}

TEST_CASE("the nearest word is offered only when it is near") {
  const std::vector<std::string> words{"sync-days", "url", "username"};
  CHECK(nearest("sycn-days", words) == "sync-days");
  CHECK(nearest("usrname", words) == "username");
  CHECK(nearest("ulr", words) == "url");
  const std::vector<std::string> long_ones{"systemd", "launchd"};
  CHECK(nearest("sysd", long_ones) == "systemd");  // an abbreviation
  CHECK(nearest("sd", long_ones).empty());
  CHECK(nearest("ystem", std::vector<std::string>{"systemd-boot"}).empty());
  CHECK(nearest("workspace", words).empty());
  CHECK(edit_distance("abc", "ABC") == 0);
  CHECK(edit_distance("abc", "acb") == 1);
  CHECK(edit_distance("", "abc") == 3);
}

TEST_CASE("of a short word, another letter makes another word") {
  const std::vector<std::string> words{"ci", "url", "workitem", "jobs", "set"};
  struct Row {
    const char *word, *offered;
  };
  for (const Row& row : {Row{"wi", ""}, Row{"ic", "ci"}, Row{"CI", "ci"}, Row{"cii", "ci"},
                         Row{"i", "ci"}, Row{"ulr", "url"}, Row{"URK", "url"}, Row{"ur", "url"},
                         Row{"rl", "url"}, Row{"curl", "url"}, Row{"wet", ""}, Row{"sed", "set"},
                         Row{"jbs", "jobs"}, Row{"xyz", ""}, Row{"jops", "jobs"}}) {
    CAPTURE(row.word);
    CHECK(nearest(row.word, words) == row.offered);
  }
}

TEST_CASE("an excerpt is valid text of one line, cut between characters") {
  CHECK(excerpt("  two\r\nlines ", 80) == "two lines");
  CHECK(excerpt("\xC3\xA4\xC3\xB6\xC3\xBC", 5) == "\xC3\xA4\xC3\xB6");
  CHECK(excerpt("a\xFFz", 80) == "a\xEF\xBF\xBDz");
  CHECK(excerpt("\xE2\x82", 80) == "\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(excerpt("abc", 0).empty());
  CHECK(excerpt("the user or the password", 20) == "the user or the\xE2\x80\xA6");
  CHECK(excerpt("the user or the password", 18) == "the user or the\xE2\x80\xA6");
  CHECK(excerpt("the user or the password", 17) == "the user or\xE2\x80\xA6");
  CHECK(excerpt("the user or the password", 24) == "the user or the password");
  CHECK(excerpt("a verylongwordthatstaysas", 20) == "a verylongwordthatst");
}

#include "cli/display_text.hpp"

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace itsmc::cli;

namespace {

std::string json_of(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

}  // namespace

TEST_CASE("JSON strings are escaped and always valid") {
  using namespace std::string_literals;
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", R"("")"},
      {"plain", R"("plain")"},
      {"a\"b\\c", R"("a\"b\\c")"},
      {"line\nnext\ttab", R"("line\nnext\u0009tab")"},
      {"esc\x1b[2J", R"("esc\u001b[2J")"},
      {"nul\0!"s, R"("nul\u0000!")"},
      {"del\x7f", R"("del\u007f")"},
      {"c1\xC2\x9B", R"("c1\u009b")"},
      {"z\xC3\xBC\xE6\xBC\xA2\xF0\x9F\x98\x80", "\"z\xC3\xBC\xE6\xBC\xA2\xF0\x9F\x98\x80\""},
      {"bad\xFF!", "\"bad\xEF\xBF\xBD!\""},
      {"cut\xE6\xBC", "\"cut\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"surrogate\xED\xA0\x80", "\"surrogate\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"overlong\xC0\xAF", "\"overlong\xEF\xBF\xBD\xEF\xBF\xBD\""},
  };
  for (const auto& [text, expected] : rows) {
    CHECK(json_of(text) == expected);
    CHECK_NOTHROW(nlohmann::json::parse(json_of(text)));
  }
}

TEST_CASE("every byte gives JSON that another parser reads") {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = "a" + std::string(1, static_cast<char>(byte)) + "b";
    const auto read = nlohmann::json::parse(json_of(text)).get<std::string>();
    CHECK(read == (byte < 0x80 ? text
                               : "a\xEF\xBF\xBD"
                                 "b"));
  }
}

TEST_CASE("nothing that a terminal obeys comes through") {
  CHECK(harmless("a\x1b]0;owned\x07z") == "a\xE2\x90\x9B]0;owned\xE2\x90\x87z");
  CHECK(harmless("two\nlines\tand\rmore") == "two lines and more");
  CHECK(harmless("two\nlines", Lines::kept) == "two\nlines");
  CHECK(harmless("\xC2\x9B"
                 "31m") ==
        "\xEF\xBF\xBD"
        "31m");
  CHECK(harmless("\x7f") == "\xE2\x90\xA1");
  CHECK(harmless("a\xE2\x80\xAE"
                 "b") ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(harmless("\xFF") == "\xEF\xBF\xBD");
  CHECK(harmless("gr\xC3\xBC\xC3\x9F \xE6\xBC\xA2") == "gr\xC3\xBC\xC3\x9F \xE6\xBC\xA2");
}

TEST_CASE("width counts columns, not bytes") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("gr\xC3\xBC\xC3\x9F") == 4);
  CHECK(display_width("\xE6\xBC\xA2\xE5\xAD\x97") == 4);
  CHECK(display_width("e\xCC\x81") == 1);
  CHECK(cut_to_width("abcdef", 4) == "abc\xE2\x80\xA6");
  CHECK(cut_to_width("abcd", 4) == "abcd");
  CHECK(cut_to_width("\xE6\xBC\xA2\xE5\xAD\x97", 3) == "\xE6\xBC\xA2\xE2\x80\xA6");
  CHECK(cut_to_width("abc", 0).empty());
  CHECK(cut_to_width("abcdef", 5, Charset::ascii) == "ab...");
  CHECK(cut_to_width("abcdef", 2, Charset::ascii) == "..");
}

TEST_CASE("a text is broken at spaces, by columns") {
  CHECK(wrapped("one two three", 7, 2) == "one two\n  three");
  CHECK(wrapped("one two", 7, 2) == "one two");
  CHECK(wrapped("a-long-word then", 4, 0) == "a-long-word\nthen");
  CHECK(wrapped("\xE6\xBC\xA2\xE5\xAD\x97 a b", 5, 0) == "\xE6\xBC\xA2\xE5\xAD\x97\na b");
  CHECK(wrapped("", 5, 0).empty());
}

// The HTTP messages that products see: no HTTP library's type leaks past server.cpp.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace itsmc::sim {

struct Field {
  std::string name;
  std::string value;
};
using Fields = std::vector<Field>;

// Value of the first field of that name, nullptr when absent.
const std::string* find_field(const Fields& fields, std::string_view name);
// The same without regard to case, as HTTP header names want it.
const std::string* find_header(const Fields& fields, std::string_view name);

// One request as it arrived. A plain value; `path` is percent-decoded, `raw_query` is not.
struct Request {
  std::string method;
  std::string path;
  std::string raw_query;
  Fields params;
  Fields headers;
  std::string body;
  std::string scheme = "http";
  int remote_port = 0;

  // "https://host:port" as the client called it; what absolute links begin with.
  [[nodiscard]] std::string origin() const;
  [[nodiscard]] const std::string* param(std::string_view name) const {
    return find_field(params, name);
  }
  [[nodiscard]] std::string param_or(std::string_view name, std::string_view otherwise) const;
  [[nodiscard]] std::string header(std::string_view name) const;
  [[nodiscard]] std::string target() const;
};

// How a body ends on the wire: whole, the connection closed early, or reset (RST); unsent: reset
// before the first byte of the answer, its status line included.
enum class BodyEnd { complete, closed, reset, unsent };

// Receives one piece of a streamed body; false when the client is gone.
using Sink = std::function<bool(std::string_view)>;

struct Reply {
  int status = 200;
  Fields headers;
  std::string content_type = "application/json;charset=UTF-8";
  std::shared_ptr<const std::string> body;
  std::function<void(const Sink&)> stream;  // used instead of `body` when set
  bool chunked = false;
  BodyEnd end = BodyEnd::complete;
  std::size_t cut_after = 0;           // bytes sent before an early end
  std::chrono::milliseconds delay{0};  // before the answer
  std::chrono::milliseconds pause{0};  // spread over the body, in 20 pieces
  std::shared_ptr<void> held;          // let go when the answer has gone out

  void set_header(std::string name, std::string value);
  void set_body(std::string text) { body = std::make_shared<const std::string>(std::move(text)); }
  [[nodiscard]] std::size_t body_size() const { return body ? body->size() : 0; }
};

Reply json_reply(int status, std::string body);
Reply html_reply(int status, std::string body);

bool accepts_gzip(const Request& request);

// What stands before the first `sign` and what behind it; all is before where there is none.
struct Halves {
  std::string_view before, behind;
};
Halves cut_at(std::string_view text, char sign);

// Percent-decoding as forms and queries want it ('+' is a space).
std::string decode_query(std::string_view text);
// "a=1&b=%20" -> fields, decoded, in order.
Fields parse_query(std::string_view raw);
std::string encode_base64(std::string_view bytes);
// Empty when the text is not base64.
std::string decode_base64(std::string_view text);
std::string quote_json(std::string_view text);
// A number at the start of `text`, `otherwise` when there is none.
std::int64_t number_or(std::string_view text, std::int64_t otherwise);

}  // namespace itsmc::sim

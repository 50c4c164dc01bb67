#include "shared/message.hpp"

#include <algorithm>
#include <charconv>

#include <openssl/evp.h>

namespace itsmc::sim {
namespace {

bool same_header(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? a + 32 : a) == (b >= 'A' && b <= 'Z' ? b + 32 : b);
  });
}

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

Reply plain_reply(int status, std::string type, std::string body) {
  Reply reply;
  reply.status = status;
  reply.content_type = std::move(type);
  reply.set_body(std::move(body));
  return reply;
}

}  // namespace

const std::string* find_field(const Fields& fields, std::string_view name) {
  for (const auto& field : fields)
    if (field.name == name) return &field.value;
  return nullptr;
}

const std::string* find_header(const Fields& fields, std::string_view name) {
  for (const auto& field : fields)
    if (same_header(field.name, name)) return &field.value;
  return nullptr;
}

std::string Request::param_or(std::string_view name, std::string_view otherwise) const {
  const auto* value = param(name);
  return value ? *value : std::string(otherwise);
}

std::string Request::header(std::string_view name) const {
  const auto* value = find_header(headers, name);
  return value ? *value : std::string();
}

std::string Request::origin() const {
  return scheme + "://" + header("Host");
}

std::string Request::target() const {
  return raw_query.empty() ? path : path + "?" + raw_query;
}

void Reply::set_header(std::string name, std::string value) {
  for (auto& field : headers) {
    if (!same_header(field.name, name)) continue;
    field.value = std::move(value);
    return;
  }
  headers.push_back({std::move(name), std::move(value)});
}

Reply json_reply(int status, std::string body) {
  return plain_reply(status, "application/json;charset=UTF-8", std::move(body));
}

Reply html_reply(int status, std::string body) {
  return plain_reply(status, "text/html;charset=UTF-8", std::move(body));
}

bool accepts_gzip(const Request& request) {
  return request.header("Accept-Encoding").find("gzip") != std::string::npos;
}

std::string decode_query(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
               hex_value(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

Halves cut_at(std::string_view text, char sign) {
  const auto at = text.find(sign);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

Fields parse_query(std::string_view raw) {
  Fields fields;
  while (!raw.empty()) {
    const auto [part, rest] = cut_at(raw, '&');
    raw = rest;
    if (part.empty()) continue;
    const auto [name, value] = cut_at(part, '=');
    fields.push_back({decode_query(name), decode_query(value)});
  }
  return fields;
}

std::string encode_base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string decode_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return {};
  std::string out(text.size(), '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return {};
  const auto padding = static_cast<std::size_t>(std::count(text.end() - 2, text.end(), '='));
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

std::string quote_json(std::string_view text) {
  static constexpr char k_hex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00";
          out += k_hex[(c >> 4) & 15];
          out += k_hex[c & 15];
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

std::int64_t number_or(std::string_view text, std::int64_t otherwise) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end != text.data() ? value : otherwise;
}

}  // namespace itsmc::sim

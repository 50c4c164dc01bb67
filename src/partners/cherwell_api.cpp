#include "partners/cherwell_api.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "partners/cherwell_words.hpp"

namespace itsmc::partners::cherwell {
namespace {

using nlohmann::json;

// Otherwise the culture of the client id's settings decides how dates look (reference 8).
const http::Query& culture() {
  static const http::Query k_culture = {{"locale", "en-US"}};
  return k_culture;
}

json checked(json answer) {
  const InBandError error = in_band_error(answer);
  if (error.any()) throw to_error(error, 200);
  return answer;
}

http::Request request_of(std::string url, const json& body) {
  http::Request request;
  request.method = "POST";
  request.url = std::move(url);
  request.body = body_text(body);
  return request;
}

json parsed(const http::Response& response) {
  std::string plain;
  const std::string_view text = http::plain_body(response, plain);
  json answer = json::parse(text, nullptr, false);
  if (!answer.is_discarded()) return answer;
  throw Error(ErrorKind::protocol,
              fmt::format("Cherwell sent JSON that is not complete: \"{}\"", excerpt(text, 200)));
}

}  // namespace

json Api::get(std::string_view path, const http::Query& query, const std::stop_token& stop) const {
  http::Query whole = culture();
  whole.insert(whole.end(), query.begin(), query.end());
  return checked(client_.get(path, whole, stop));
}

http::Response Api::ask(std::string_view path, const json& body,
                        const std::stop_token& stop) const {
  return client_.exchange(request_of(url(path), body), http::Replay::safe, stop);
}

json Api::post(std::string_view path, const json& body, const std::stop_token& stop) const {
  return checked(parsed(ask(path, body, stop)));
}

json Api::write(std::string_view path, const json& body, http::Replay replay,
                const std::stop_token& stop) const {
  return parsed(client_.exchange(request_of(url(path), body), replay, stop));
}

std::string Api::url(std::string_view path) const {
  return client_.url(path, culture());
}

std::string body_text(const json& body) {
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace itsmc::partners::cherwell

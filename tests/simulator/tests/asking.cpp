#include "asking.hpp"

#include <algorithm>

#include "instance_on_test.hpp"

namespace itsmc::sim::test {

Request asked(const std::string& method, const std::string& target, const std::string& body,
              Fields headers) {
  Request request;
  request.method = method;
  const auto mark = std::min(target.find('?'), target.size());
  request.path = target.substr(0, mark);
  if (mark < target.size()) request.raw_query = target.substr(mark + 1);
  request.params = parse_query(request.raw_query);
  request.body = body;
  request.headers = std::move(headers);
  if (!find_header(request.headers, "Host")) request.headers.push_back({"Host", "sim.example"});
  return request;
}

std::string form_text(const Fields& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    body += (body.empty() ? "" : "&") + name + "=" + encoded(value);
  }
  return body;
}

Request form_to(const std::string& target, const Fields& fields, Fields headers) {
  headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  return asked("POST", target, form_text(fields), std::move(headers));
}

}  // namespace itsmc::sim::test

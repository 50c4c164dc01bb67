// Requests made by hand, for products that are tested without sockets.
#pragma once
#include <string>

#include "shared/message.hpp"

namespace itsmc::sim::test {

// `target` is path and encoded query.
Request asked(const std::string& method, const std::string& target, const std::string& body = "",
              Fields headers = {});
// "a=1&b=%26": what a form's body is.
std::string form_text(const Fields& fields);
// The same, posted as a form with a Host of its own.
Request form_to(const std::string& target, const Fields& fields, Fields headers = {});

}  // namespace itsmc::sim::test

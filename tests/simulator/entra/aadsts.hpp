// The errors of the token endpoint: AADSTS codes with their status, error word and text.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "shared/message.hpp"

namespace itsmc::sim::entra {

// What the texts name. Members that a text does not use stay empty.
struct ErrorWords {
  std::string client;
  std::string tenant;
  std::string value;      // the scope, resource or parameter that is wrong
  std::string authority;  // https://host, for error_uri
};

// The whole answer: status and body as recorded (azure reference 1.2, fixture entra-errors.json).
// A code that is not in the table is answered as invalid_request with a text that says so.
Reply aadsts_reply(int code, const ErrorWords& words, std::int64_t now);
// Whether the table has the code.
bool known_aadsts(int code);
// A new random GUID, as trace and correlation ids are.
std::string new_guid();
// A GUID that is the same for the same text in every run.
std::string guid_of(std::string_view text);

}  // namespace itsmc::sim::entra

#include "partners/ci_names.hpp"

#include <cctype>

#include "itsmc/core/text.hpp"

namespace itsmc::partners {

std::string short_name(std::string_view name) {
  return std::string(name.substr(0, name.find('.')));
}

bool is_dotted_name(std::string_view name) {
  const bool address = name.find_first_not_of("0123456789.") == std::string_view::npos;
  return !address && name.find('.') != std::string_view::npos && name.front() != '.';
}

bool may_be(const ConfigItem& item, std::string_view wanted) {
  const bool both_full =
      item.fqdn.find('.') != std::string::npos && wanted.find('.') != std::string_view::npos;
  return !both_full || iequals(item.fqdn, wanted);
}

bool is_guid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
    if (dash ? text[at] != '-' : std::isxdigit(static_cast<unsigned char>(text[at])) == 0) {
      return false;
    }
  }
  return true;
}

}  // namespace itsmc::partners

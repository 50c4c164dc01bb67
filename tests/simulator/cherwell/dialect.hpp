// How the instance speaks: what its release, its settings and the standing switches make of it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "cherwell/culture.hpp"
#include "cherwell/zone.hpp"
#include "shared/faults.hpp"

namespace itsmc::sim::cherwell {

enum class PageCounting { pages, rows };  // what pageNumber counts (cherwell reference 6)
enum class EmptyDate { mixed, blank, y1900, y0001 };
enum class FieldIds { as_recorded, bare, prefixed, full };
enum class Ascending { zero, one };  // which sortDirection is ascending

// A plain value, made for each request.
struct Dialect {
  std::string version = "10.5.0";  // apiVersion
  PageCounting counting = PageCounting::rows;
  Culture csm_culture = Culture::en_us;
  Culture culture = Culture::en_us;  // of this request
  Zone zone = Zone::parse("-300");
  EmptyDate empty_date = EmptyDate::mixed;
  FieldIds field_ids = FieldIds::as_recorded;
  Ascending ascending = Ascending::one;
  bool tells_more = true;    // hasMoreRecords
  bool tells_status = true;  // httpStatusCode
  bool tells_offset = true;  // systemUtcOffset
};

// Compares dotted numbers: 9.10 is later than 9.7.0.
bool version_at_least(std::string_view version, std::string_view wanted);
// The switches version, page-number, time-zone, culture, empty-dates, field-ids, sort-direction,
// no-utc-offset. Throws std::runtime_error for an argument that cannot be read.
Dialect dialect_of(const Firing& firing);

}  // namespace itsmc::sim::cherwell

#include "cherwell/dialect.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "shared/message.hpp"

namespace itsmc::sim::cherwell {
namespace {

std::int64_t take_part(std::string_view& text) {
  const auto end = std::min(text.find('.'), text.size());
  const auto value = number_or(text.substr(0, end), 0);
  text.remove_prefix(std::min(end + 1, text.size()));
  return value;
}

template <class Value>
struct Word {
  std::string_view word;
  Value value;
};

// The value of the word that the switch has as its argument; `otherwise` when it is off.
template <class Value, std::size_t N>
Value chosen(const Firing& firing, std::string_view name, const std::array<Word<Value>, N>& words,
             Value otherwise) {
  const auto* argument = firing.argument(name);
  if (!argument) return otherwise;
  for (const auto& word : words)
    if (word.word == *argument) return word.value;
  throw std::runtime_error(std::string(name) + " cannot be '" + *argument + "'");
}

constexpr std::array<Word<PageCounting>, 2> k_counting{
    {{"page", PageCounting::pages}, {"row", PageCounting::rows}}};
constexpr std::array<Word<EmptyDate>, 4> k_empty{{{"mixed", EmptyDate::mixed},
                                                  {"blank", EmptyDate::blank},
                                                  {"1900", EmptyDate::y1900},
                                                  {"0001", EmptyDate::y0001}}};
constexpr std::array<Word<FieldIds>, 3> k_ids{
    {{"bare", FieldIds::bare}, {"fi", FieldIds::prefixed}, {"full", FieldIds::full}}};
constexpr std::array<Word<Ascending>, 2> k_ascending{
    {{"0-ascending", Ascending::zero}, {"1-ascending", Ascending::one}}};

}  // namespace

bool version_at_least(std::string_view version, std::string_view wanted) {
  while (!version.empty() || !wanted.empty()) {
    const auto has = take_part(version);
    const auto needs = take_part(wanted);
    if (has != needs) return has > needs;
  }
  return true;
}

Dialect dialect_of(const Firing& firing) {
  Dialect dialect;
  if (const auto* version = firing.argument("version")) dialect.version = *version;
  const bool rows = version_at_least(dialect.version, "9.7.0");
  dialect.counting =
      chosen(firing, "page-number", k_counting, rows ? PageCounting::rows : PageCounting::pages);
  dialect.tells_more = dialect.tells_status = version_at_least(dialect.version, "10");
  // Newer releases have systemUtcOffset; 9.3.2 does not (cherwell reference 3).
  dialect.tells_offset = rows && !firing.has("no-utc-offset");
  dialect.empty_date = chosen(firing, "empty-dates", k_empty, EmptyDate::mixed);
  dialect.field_ids = chosen(firing, "field-ids", k_ids, FieldIds::as_recorded);
  dialect.ascending = chosen(firing, "sort-direction", k_ascending, Ascending::one);
  if (const auto* zone = firing.argument("time-zone")) dialect.zone = Zone::parse(*zone);
  if (const auto* code = firing.argument("culture")) {
    const auto culture = culture_of(*code);
    if (!culture) throw std::runtime_error("no culture '" + *code + "'");
    dialect.csm_culture = *culture;
  }
  dialect.culture = dialect.csm_culture;
  return dialect;
}

}  // namespace itsmc::sim::cherwell

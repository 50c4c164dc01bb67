#include "cherwell/search_answer.hpp"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "cherwell/answers.hpp"
#include "cherwell/render.hpp"
#include "cherwell/search.hpp"

namespace itsmc::sim::cherwell {
namespace {

using Rows = std::vector<RowNumber>;

// From 9.7.0 on pageNumber is the number of the first row, before it is the page (cherwell
// reference 6). 0 is the first page in both.
std::int64_t first_row(const Call& call, const SearchPlan& plan) {
  const std::int64_t from_one = std::max<std::int64_t>(plan.page_number - 1, 0);
  return call.dialect.counting == PageCounting::rows ? from_one : from_one * plan.page_size;
}

std::int64_t argument_of(const Call& call, std::string_view fault, std::int64_t otherwise) {
  const auto* text = call.firing.argument(fault);
  return text ? number_or(*text, otherwise) : 0;
}

struct Page {
  Rows rows;
  std::int64_t end = 0;  // position behind the last row
};

Page page_of(Site& site, const Call& call, const SearchPlan& plan, const Rows& found) {
  std::int64_t size = plan.page_size;
  if (const auto cap = argument_of(call, "page-cap", 1)) size = std::min(size, cap);
  size += argument_of(call, "page-larger", 1);
  const auto total = static_cast<std::int64_t>(found.size());
  const std::int64_t begin = std::min(first_row(call, plan), total);
  Page page;
  page.end = std::min(begin + size, total);
  const Table& table = site.table(plan.type);
  for (auto at = begin; at < page.end; ++at) {
    const RowNumber row = found[static_cast<std::size_t>(at)];
    // Counted but not shown: only count-hidden lets such rows come this far.
    if (table.row(row).visibility == Visibility::shown) page.rows.push_back(row);
  }
  const auto again = std::min<std::size_t>(
      static_cast<std::size_t>(argument_of(call, "duplicate-rows", 1)), page.rows.size());
  for (std::size_t i = 0; i < again; ++i) page.rows.push_back(page.rows[i]);
  if (call.firing.has("empty-page")) page.rows.clear();
  return page;
}

std::string rows_json(Site& site, const Call& call, const SearchPlan& plan, const Rows& rows) {
  const Table& table = site.table(plan.type);
  const Renderer renderer(call, plan.type, plan.fields, Reading::search);
  Renderer first = renderer;
  if (const auto* name = call.firing.argument("bad-date")) {
    const auto field =
        call.view.field_by_name(plan.type, name->empty() ? "LastModifiedDateTime" : *name);
    if (field) first.replace_value(*field, "13/32/2019 25:61 XM");
  }
  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) out += ',';
    if (i == 0 && call.firing.has("row-error"))
      first.append_error(table.row(rows[i]), out);
    else
      (i == 0 ? first : renderer).append(table.row(rows[i]), out);
  }
  return out;
}

// "12" is that number, "+1" and "-1" are off by as many.
std::int64_t told_total(const Call& call, std::int64_t total) {
  const auto* text = call.firing.argument("total-rows");
  if (!text) return total;
  std::string_view rest = *text;
  const bool relative = rest.starts_with('+') || rest.starts_with('-');
  if (rest.starts_with('+')) rest.remove_prefix(1);
  return std::max<std::int64_t>((relative ? total : 0) + number_or(rest, 0), 0);
}

// {"caption":"Status","displayName":"Status","fieldId":"5eb3..","fieldName":"Status",..}: members
// as in the contract; sorted by none.
std::string schema_json(const Call& call, const SearchPlan& plan) {
  std::string out;
  const ObjectType& type = call.view.type(plan.type);
  for (const auto field : plan.fields) {
    const FieldDef& def = type.fields[field];
    const std::string name = quote_json(call.view.field_name(plan.type, field));
    out += fmt::format(
        R"({}{{"caption":{},"currencyCulture":"","currencySymbol":"","decimalDigits":{},)"
        R"("defaultSortOrderAscending":true,"displayName":{},"fieldName":{},"fullFieldId":"{}",)"
        R"("hasDefaultSortField":false,"fieldId":"{}","isBinary":{},"isCurrency":false,)"
        R"("isDateTime":{},"isFilterAllowed":true,"isLogical":{},"isNumber":{},)"
        R"("isShortDate":false,"isShortTime":false,"isVisible":true,"sortable":true,)"
        R"("sortOrder":"","storageName":{},"wholeDigits":0}})",
        out.empty() ? "" : ",", quote_json(def.display), def.type == FieldType::number ? 2 : 0,
        quote_json(def.display), name, full_field_id(call, plan.type, field),
        field_id_text(call, plan.type, field, Reading::search), def.type == FieldType::binary,
        def.type == FieldType::date_time, def.type == FieldType::logical,
        def.type == FieldType::number, name);
  }
  return out;
}

std::string more_member(const Call& call, const Page& page, std::int64_t total) {
  if (!call.dialect.tells_more) return {};
  const auto* told = call.firing.argument("has-more");
  const bool more = told ? *told == "true" : page.end < total || call.firing.has("empty-page");
  return fmt::format(R"("hasMoreRecords":{},)", more);
}

std::string search_body(Site& site, const Call& call, const SearchPlan& plan) {
  const FoundRows found = found_rows(site, call, plan);
  const auto total = static_cast<std::int64_t>(found->size());
  const Page page = page_of(site, call, plan, *found);
  std::string out = R"({"businessObjects":[)";
  out.reserve(page.rows.size() * plan.fields.size() * 280 + 512);
  out += rows_json(site, call, plan, page.rows);
  out += R"(],"hasPrompts":false,"links":[],"prompts":[],"searchResultsFields":[)";
  if (plan.schema) out += schema_json(call, plan);
  return out + fmt::format(R"(],"simpleResults":null,{}"totalRows":{},{}}})",
                           more_member(call, page, total), told_total(call, total),
                           no_error(call.dialect));
}

// Empty for what must be answered anew: rows in any order, or a switched-on fault.
std::string cache_key(const Site& site, const Call& call, const SearchPlan& plan) {
  if (plan.sorting.empty() || !site.bench.faults.rules().empty()) return {};
  return fmt::format("{}|{}|{}|{}|{}", site.table(plan.type).revision(),
                     code_of(call.dialect.culture), call.request.path, call.request.raw_query,
                     call.request.body);
}

}  // namespace

Reply search(Site& site, const Call& call) {
  const SearchPlan plan = read_search(call);
  if (call.firing.has("search-has-error")) {
    Reply reply = refused(call.dialect, Refusal(200, "GENERALFAILURE", "The search failed"));
    return reply;
  }
  disturb(site, call, plan.type);
  const std::shared_lock lock(site.lock);
  const std::string key = cache_key(site, call, plan);
  BodyPtr body = key.empty() ? nullptr : site.pages.find(key);
  if (!body) {
    body = std::make_shared<const std::string>(search_body(site, call, plan));
    if (!key.empty()) site.pages.keep(key, body);
  }
  Reply reply = json_reply(200, "");
  reply.body = std::move(body);
  return reply;
}

}  // namespace itsmc::sim::cherwell

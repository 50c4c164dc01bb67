// Change tracking: the whole table first, then what changed since a token (reference 4).
#include <fmt/format.h>

#include "dataverse/answers.hpp"
#include "dataverse/site.hpp"
#include "shared/clock.hpp"

namespace itsmc::sim::dataverse {
namespace {

constexpr std::int64_t k_token_life = 7L * 86400;
constexpr std::size_t k_most = 5000;

void check_allowed(const Call& call, const Schema& schema) {
  for (const char* option : {"filter", "orderby", "expand", "top"}) {
    if (!call.request.param(std::string("$") + option)) continue;
    throw Refusal(400, k_bad_query,
                  fmt::format("The \"${}\" query parameter isn't supported when Change Tracking is "
                              "enabled.",
                              option));
  }
  if (schema.tracking == Tracking::off) {
    throw Refusal(400, k_bad_argument,
                  fmt::format("Entity: {} is not enabled for change tracking.", schema.table));
  }
  if (call.firing.has("no-org-read")) {
    throw Refusal(403, k_no_privilege,
                  fmt::format("Principal user (Id={}) needs organization-level prvRead{} privilege "
                              "for change tracking.",
                              call.user.text(), schema.table));
  }
}

// 919042!08/22/2017 08:10:44
std::string token_text(std::uint64_t version, std::int64_t now) {
  const auto t = civil_time(now);
  return fmt::format("{}%21{:02}%2f{:02}%2f{:04}%20{:02}%3a{:02}%3a{:02}", version, t.month, t.day,
                     t.year, t.hour, t.minute, t.second);
}

struct Token {
  std::uint64_t version = 0;
  std::int64_t made = 0;
};

Token read_token(const std::string& text) {
  const auto mark = text.find('!');
  if (mark == std::string::npos || text.size() < mark + 20) {
    throw Refusal(400, k_bad_argument, "The delta token '" + text + "' is not valid.");
  }
  const std::string date = text.substr(mark + 1);
  const auto made = parse_utc(date.substr(6, 4) + "-" + date.substr(0, 2) + "-" +
                              date.substr(3, 2) + " " + date.substr(11));
  if (!made) throw Refusal(400, k_bad_argument, "The delta token '" + text + "' is not valid.");
  return {static_cast<std::uint64_t>(number_or(text, 0)), *made};
}

std::string select_option(const Call& call) {
  const auto* names = call.request.param("$select");
  return names ? "$select=" + *names + "&" : "";
}

std::string delta_link(Site& site, const Call& call, const Schema& schema, std::uint64_t version) {
  return fmt::format("{}{}?{}$deltatoken={}", call.base, schema.set, select_option(call),
                     token_text(version, site.bench.clock.now()));
}

Reply delta(Site& site, const Call& call, const Table& table, const Query& query) {
  const auto& schema = table.schema();
  const Token token = read_token(*call.request.param("$deltatoken"));
  if (site.bench.clock.now() - token.made > k_token_life) {
    // The code is empty in some of the product's errors (trap 13).
    throw Refusal(400, "", "The delta token has expired. Read the whole table again.");
  }
  const View view = view_of(call, query);
  const Renderer renderer(site.organisation, table, view);
  const Reader reader = reader_of(call.firing);
  std::string body =
      fmt::format(R"({{"@odata.context":{},"@odata.deltaLink":{},"value":[)",
                  quote_json(context_of(call, schema, query, "/$delta")),
                  quote_json(delta_link(site, call, schema, site.organisation.version())));
  const char* comma = "";
  for (const auto& position : table.by_key()) {
    const Row& row = table.row(position.row);
    if (row.version <= token.version || !reader.may_read(row)) continue;
    body += comma;
    renderer.append(row, body);
    comma = ",";
  }
  for (const auto& gone : table.deletions()) {
    if (gone.version <= token.version) continue;
    body += comma;
    body += fmt::format(R"({{"@odata.context":"{}$metadata#{}/$deletedEntity","id":"{}",)"
                        R"("reason":"deleted"}})",
                        call.base, schema.set, gone.id.text());
    comma = ",";
  }
  Reply reply = data_reply("");
  set_packed(site, call, body + "]}", reply);
  return reply;
}

}  // namespace

Reply read_changes(Site& site, const Call& call, const Table& table) {
  const auto& schema = table.schema();
  check_allowed(call, schema);
  Query query = query_of(call.request, schema);
  if (call.request.param("$deltatoken")) return delta(site, call, table, query);
  // The token is of the moment when the first page was read: later changes come with the delta.
  const auto version =
      query.cursor && query.cursor->tracking ? query.cursor->tracking : site.organisation.version();
  const auto size = std::min(call.preferences.page_size.value_or(k_most), k_most);
  const Page page = select_page(table, query, reader_of(call.firing), size);
  const View view = view_of(call, query);
  const Renderer renderer(site.organisation, table, view);
  std::string link;
  if (page.more) {
    const Cursor cursor{
        query.cursor ? query.cursor->page + 1 : 2, {}, page.rows.back()->id, version};
    link = fmt::format(
        R"("@odata.nextLink":{},)",
        quote_json(fmt::format("{}{}?{}$skiptoken={}", call.base, schema.set, select_option(call),
                               skip_token(cursor, query, schema))));
  } else {
    link = fmt::format(R"("@odata.deltaLink":{},)",
                       quote_json(delta_link(site, call, schema, version)));
  }
  std::string body = fmt::format(R"({{"@odata.context":{},{}"value":[)",
                                 quote_json(context_of(call, schema, query, "")), link);
  for (std::size_t i = 0; i < page.rows.size(); ++i) {
    if (i > 0) body += ',';
    renderer.append(*page.rows[i], body);
  }
  Reply reply = data_reply("");
  set_packed(site, call, body + "]}", reply);
  return reply;
}

}  // namespace itsmc::sim::dataverse

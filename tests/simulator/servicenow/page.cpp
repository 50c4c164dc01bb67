#include "servicenow/page.hpp"

#include <map>

#include <fmt/format.h>

#include "shared/compress.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::servicenow {
namespace {

// Pages below this are made faster than looked up.
constexpr std::size_t k_worth_caching = 20;

}  // namespace

std::string PageMaker::key_of(const std::vector<RowRef>& rows, const View& view) const {
  // A page is known by its very rows, so it does not matter by which query they were found.
  std::uint64_t one = rows.size();
  std::uint64_t two = 0x51ed270b9f1a6cd3ULL;
  std::uint64_t revision = 0;
  std::uint16_t table = UINT16_MAX;
  for (const auto& row : rows) {
    one = mix(one ^ ((static_cast<std::uint64_t>(row.table) << 32) | row.row));
    two = (two ^ row.row) * 0x2127599bf4325c37ULL;
    if (row.table == table) continue;
    table = row.table;
    revision += instance_.table(table).revision();
  }
  if (!rows.empty()) {
    const Renderer probe(instance_, instance_.table(rows.front().table), view);
    if (probe.looks_elsewhere()) revision = instance_.revision();
  }
  return fmt::format("{:x}.{:x}.{}|{}", one, two, revision, view.key());
}

std::string PageMaker::render(const std::vector<RowRef>& rows, const View& view) const {
  std::string out = R"({"result":[)";
  out.reserve(rows.size() * 1024 + 64);
  std::map<std::uint16_t, Renderer> renderers;
  bool first = true;
  for (const auto& row : rows) {
    const Table& table = instance_.table(row.table);
    auto& renderer = renderers.try_emplace(row.table, instance_, table, view).first->second;
    if (!first) out += ',';
    first = false;
    renderer.append(table.row(row.row), out);
  }
  return out + "]}";
}

BodyPtr PageMaker::page(const std::vector<RowRef>& rows, const View& view, Encoding encoding) {
  const bool cached = rows.size() >= k_worth_caching;
  std::string key;
  if (cached) {
    key = (encoding == Encoding::gzip ? "g" : "p") + key_of(rows, view);
    if (auto body = cache_.find(key)) return body;
  }
  std::string text = render(rows, view);
  if (encoding == Encoding::gzip) text = gzip(text, options_.gzip_level);
  auto body = std::make_shared<const std::string>(std::move(text));
  if (cached) cache_.keep(key, body);
  return body;
}

std::string PageMaker::record(const RowRef& row, const View& view) const {
  const Table& table = instance_.table(row.table);
  Renderer renderer(instance_, table, view);
  std::string out = R"({"result":)";
  renderer.append(table.row(row.row), out);
  return out + "}";
}

}  // namespace itsmc::sim::servicenow

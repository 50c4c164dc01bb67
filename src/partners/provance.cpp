#include "itsmc/partners/provance.hpp"

#include <utility>

#include <fmt/format.h>

#include "itsmc/core/text.hpp"
#include "partners/json_part.hpp"
#include "partners/provance_draft.hpp"
#include "partners/provance_examine.hpp"
#include "partners/provance_pages.hpp"

namespace itsmc::partners::provance {
namespace {

// Raise it when the same row would be decoded to other values: then windows are read again.
constexpr int k_decoder_version = 1;

/// A Dataverse organisation. `fetch` from several threads, the rest from one. The wire's references
/// outlive it.
class Provance final : public Partner {
 public:
  Provance(const Connection& connection, const Credentials& credentials, http::Wire wire,
           const PartnerOptions& options)
      : connection_(connection),
        profile_(options.profile),
        wire_(std::move(wire)),
        client_(client_options(connection, options.retry),
                http::make_oauth(provance::sign_in(connection, credentials), wire_), wire_),
        pages_({connection_, client_, profile_}, options.max_page_size, wire_.log) {}

  std::vector<Check> examine(std::stop_token stop) override {
    return provance::examine({connection_, client_, profile_}, wire_, stop);
  }

  Opening open_stream(WorkItemType type, std::stop_token stop) override {
    const RowMap& map = pages_.map_of(type);
    Opening opening;
    // One row tells whether the table is there and may be read, and what time it is there. A page
    // size would make the product pass over $top (provance reference 4).
    const Answer answer = ask({connection_, client_, profile_}, map.table().set,
                              {{"$select", map.table().key}, {"$top", "1"}}, stop);
    if (answer.error) throw Error(*answer.error);
    if (list_part(answer.body, "value").empty()) {
      opening.warnings.push_back(
          fmt::format("{} shows {} no row: it is empty, or security roles keep its rows back: "
                      "itsmc connection test {}",
                      map.table().set, connection_.username, connection_.name));
    }
    opening.served_at = client_.served_at();
    return opening;
  }

  std::string fingerprint(WorkItemType type) const override {
    const TableMap* const table = profile_.table(type);
    if (table == nullptr) return "not mapped";
    std::string labels;
    for (const TableLabel& label : table->labels) {
      labels += fmt::format(" {}/{}={}", label.field, label.code, label.label);
    }
    for (const TableColumn& column : table->columns) {
      labels += fmt::format(" {}={}", column.field, column.column);
    }
    return fmt::format("provance {} {}{}/{} {} {} {}:{}{}", k_decoder_version, connection_.url,
                       profile_.service_path, table->set, table->key, table->filter,
                       table->open_column, join(table->open_values, ","), labels);
  }

  // Pages are a chain of opaque links: there is no way to begin in the middle of the keys.
  Order first_load_order(WorkItemType) const override { return Order::by_time; }

  std::vector<Cursor> lanes(const Walk& walk, int wanted) const override {
    return start_lanes(walk, wanted);
  }

  Page fetch(const Walk& walk, const Cursor& cursor, std::stop_token stop) override {
    return pages_.fetch(walk, cursor, stop);
  }

  // A token of Microsoft Entra counts no licence and cannot be ended by the client.
  void sign_out(std::stop_token) override {}

  const http::Traffic& traffic() const noexcept override { return client_.traffic(); }
  Timestamp served_at() const override { return client_.served_at(); }

 private:
  Connection connection_;
  TableProfile profile_;
  http::Wire wire_;
  http::Client client_;
  PageReader pages_;
};

}  // namespace

http::ClientOptions client_options(const Connection& connection, const http::RetryPolicy& retry) {
  return {.connection = connection.name,
          .base_url = connection.url,
          .retry = retry,
          .judge = judge(connection.url)};
}

std::unique_ptr<Partner> open(const Connection& connection, const Credentials& credentials,
                              const http::Wire& wire, const PartnerOptions& options) {
  return std::make_unique<Provance>(connection, credentials, wire, options);
}

ProfileDraft draft_profile(const Connection& connection, const Credentials& credentials,
                           const http::Wire& wire, const std::stop_token& stop) {
  const TableProfile api;  // only its service path counts: the tables are what is looked for
  http::Client client(client_options(connection, {}),
                      http::make_oauth(provance::sign_in(connection, credentials), wire), wire);
  return draft_from(read_metadata({connection, client, api}, stop));
}

}  // namespace itsmc::partners::provance

#include "itsmc/partners/cherwell.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "partners/cherwell_api.hpp"
#include "partners/cherwell_blueprint.hpp"
#include "partners/cherwell_client.hpp"
#include "partners/cherwell_examine.hpp"
#include "partners/cherwell_pages.hpp"

namespace itsmc::partners::cherwell {
namespace {

// Raise it when the same row would be decoded to other values: then windows are read again.
constexpr int k_decoder_version = 1;

/// A Cherwell instance. `fetch` from several threads, the rest from one. The wire's references
/// outlive it.
///
/// Licences: each sign-in takes one (cherwell reference 2). The token is kept for the next run and
/// renewed by its refresh token, so that runs in a row use the one licence of the first; an
/// instance that is not asked for longer than its refresh token lives takes the licence back by
/// itself. `connection logout` gives it back at once.
class Cherwell final : public Partner {
 public:
  Cherwell(const Connection& connection, const Credentials& credentials, http::Wire wire,
           const PartnerOptions& options)
      : connection_(connection),
        wire_(std::move(wire)),
        options_(options),
        client_(client_options(connection, options),
                http::make_oauth(cherwell::sign_in(connection, credentials), wire_), wire_),
        api_(client_),
        views_(api_),
        pages_(api_, views_, wire_.clock,
               {.connection = connection.name,
                .max_page_size = options.max_page_size,
                .timeout = connection.timeout,
                .log = wire_.log}) {}

  std::vector<Check> examine(std::stop_token stop) override {
    return cherwell::examine({connection_, wire_, api_, views_, pages_}, stop);
  }

  Opening open_stream(WorkItemType type, std::stop_token stop) override {
    Opening opening;
    stop_ = stop;
    const std::shared_ptr<const View> view = views_.of(type, stop);
    if (!view->blueprint.lacking.empty()) {
      opening.facts.push_back(fmt::format("{} has no field for {}: empty in every {}",
                                          business_object(type),
                                          join(view->blueprint.lacking, ", "), to_string(type)));
    }
    const PageReader::KeyOrderFound keys = pages_.look_at_keys(type, stop);
    key_order_[static_cast<std::size_t>(type)] = keys.by_bytes ? Order::by_key : Order::by_time;
    if (!keys.by_bytes) {
      opening.facts.push_back(
          fmt::format("{} sorts RecIDs in an order of its own ({}): the first load goes by time, "
                      "which is slower",
                      connection_.name, keys.broken_at));
    }
    opening.served_at = client_.served_at();
    return opening;
  }

  // With the offset: see cherwell_blueprint.cpp. With the ids: a field that the blueprint gets
  // later has to be read for all rows.
  std::string fingerprint(WorkItemType type) const override {
    std::string text = fmt::format("cherwell {} {}/CherwellAPI {}", k_decoder_version,
                                   connection_.url, business_object(type));
    const std::shared_ptr<const View> view = views_.known(type);
    if (!view) return text;
    text += fmt::format(" {} {}", format_offset(view->utc_offset), view->blueprint.object_id);
    for (const PlannedField& field : view->blueprint.fields) {
      text += fmt::format(" {}={}", field.source->fills, field.bare_id());
    }
    return text;
  }

  // By key, unless open_stream saw that the instance sorts RecIDs in an order that we cannot know:
  // then a lane could not tell its end.
  Order first_load_order(WorkItemType type) const override {
    return key_order_[static_cast<std::size_t>(type)];
  }

  std::vector<Cursor> lanes(const Walk& walk, int wanted) const override {
    std::vector<Cursor> cursors;
    for (const Lane& lane : pages_.lanes(walk, wanted, stop_)) cursors.push_back(to_cursor(lane));
    return cursors;
  }

  Page fetch(const Walk& walk, const Cursor& cursor, std::stop_token stop) override {
    return pages_.fetch(walk, cursor, stop);
  }

  /// Gives the licence back. A session that cannot be renewed any more holds none; a sign-in only
  /// to sign out would take one.
  void sign_out(std::stop_token stop) override {
    if (!wire_.tokens.load(connection_.name)) return;
    const Credentials nobody;
    http::Client client(client_options(connection_, options_),
                        http::make_oauth(cherwell::sign_in(connection_, nobody), wire_), wire_);
    http::Request request;
    request.method = "DELETE";
    request.url = client.url("/api/V1/logout", {{"locale", "en-US"}});
    try {
      (void)client.exchange(request, http::Replay::safe, stop);
    } catch (Error& error) {
      if (error.kind() == ErrorKind::auth) return;
      error.while_doing("giving the licence back");
      throw;
    }
  }

  const http::Traffic& traffic() const noexcept override { return client_.traffic(); }
  Timestamp served_at() const override { return client_.served_at(); }

 private:
  static constexpr std::size_t k_types = 4;
  Connection connection_;
  http::Wire wire_;
  PartnerOptions options_;
  http::Client client_;
  Api api_;
  Views views_;
  mutable PageReader pages_;  // lanes() looks where the rows are
  std::stop_token stop_;      // of the run: lanes() has none of its own
  std::array<Order, k_types> key_order_{Order::by_key, Order::by_key, Order::by_key, Order::by_key};
};

}  // namespace

std::unique_ptr<Partner> open(const Connection& connection, const Credentials& credentials,
                              const http::Wire& wire, const PartnerOptions& options) {
  return std::make_unique<Cherwell>(connection, credentials, wire, options);
}

}  // namespace itsmc::partners::cherwell

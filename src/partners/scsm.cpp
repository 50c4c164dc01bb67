#include "itsmc/partners/scsm.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "partners/scsm_app.hpp"
#include "partners/scsm_examine.hpp"
#include "partners/scsm_pages.hpp"

namespace itsmc::partners::scsm {
namespace {

// Raise it when the same row would be decoded to other values: then windows are read again.
constexpr int k_decoder_version = 1;
// The Date header has whole seconds: less than this is no difference of clocks.
constexpr std::chrono::seconds k_same_clock{2};

bool is_refusal(ErrorKind kind) {
  return kind == ErrorKind::denied || kind == ErrorKind::not_found || kind == ErrorKind::protocol;
}

/// A web app that serves the contract. `fetch` from several threads, the rest from one. The wire's
/// references outlive it.
class Scsm final : public Partner {
 public:
  Scsm(const Connection& connection, const Credentials& credentials, http::Wire wire,
       const PartnerOptions& options)
      : connection_(connection),
        wire_(std::move(wire)),
        client_(client_options(connection, options),
                http::make_oauth(scsm::sign_in(connection, credentials), wire_), wire_),
        app_{connection_, client_, wire_},
        pages_(app_, options.max_page_size) {}

  std::vector<Check> examine(std::stop_token stop) override { return scsm::examine(app_, stop); }

  Opening open_stream(WorkItemType type, std::stop_token stop) override {
    const About about = read_about(app_, stop);
    pages_.limit_page(about.max_page);
    note_clock(about);
    Opening opening;
    read_statuses(type, opening, stop);
    opening.served_at = served_at();
    return opening;
  }

  std::string fingerprint(WorkItemType type) const override {
    return fmt::format("scsm {} {} {}{}", k_decoder_version, k_contract, connection_.url,
                       items_path(type));
  }

  // The contract filters by time alone.
  Order first_load_order(WorkItemType) const override { return Order::by_time; }

  std::vector<Cursor> lanes(const Walk& walk, int wanted) const override {
    return start_lanes(walk, wanted);
  }

  Page fetch(const Walk& walk, const Cursor& cursor, std::stop_token stop) override {
    return pages_.fetch(walk, cursor, stop);
  }

  // Client credentials open no session: forgetting the token is all there is.
  void sign_out(std::stop_token) override {}

  const http::Traffic& traffic() const noexcept override { return client_.traffic(); }
  Timestamp served_at() const override { return client_.served_at() + ahead_; }

 private:
  /// Rows carry the management server's time, the Date header the web app's (scsm reference 6,
  /// trap 11).
  void note_clock(const About& about) {
    if (!about.now) return;
    const auto ahead = *about.now - client_.served_at();
    ahead_ = std::chrono::abs(ahead) > k_same_clock ? ahead : std::chrono::milliseconds(0);
  }

  void read_statuses(WorkItemType type, Opening& opening, const std::stop_token& stop) {
    try {
      pages_.use_statuses(type, StatusRule(parse_members(get(app_, statuses_path(type), stop))));
    } catch (const Error& error) {
      if (!is_refusal(error.kind())) throw;
      opening.warnings.push_back(fmt::format(
          "which {}s are open is told by the names of the product's own statuses, the list of "
          "this instance cannot be read: {}",
          to_string(type), error.text()));
    }
  }

  Connection connection_;
  http::Wire wire_;
  http::Client client_;
  App app_;  // refers to the three above
  PageReader pages_;
  std::chrono::milliseconds ahead_{0};  // of the web app's clock
};

}  // namespace

std::unique_ptr<Partner> open(const Connection& connection, const Credentials& credentials,
                              const http::Wire& wire, const PartnerOptions& options) {
  return std::make_unique<Scsm>(connection, credentials, wire, options);
}

}  // namespace itsmc::partners::scsm

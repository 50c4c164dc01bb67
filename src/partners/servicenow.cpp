#include "itsmc/partners/servicenow.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "partners/servicenow_choices.hpp"
#include "partners/servicenow_client.hpp"
#include "partners/servicenow_examine.hpp"
#include "partners/servicenow_pages.hpp"
#include "partners/servicenow_walk.hpp"

namespace itsmc::partners::servicenow {
namespace {

// Raise it when the same row would be decoded to other values: then windows are read again.
constexpr int k_decoder_version = 1;
// A choice list is hundreds of rows: one page. A page that access rules shorten ends the list
// early, and what is missing keeps its code or the built-in label.
constexpr int k_choice_page = 5000;
constexpr int k_most_choice_pages = 20;

/// Lets a choice list fail that access rules keep back; all else is a failure of the stream.
bool is_refusal(ErrorKind kind) {
  return kind == ErrorKind::denied || kind == ErrorKind::not_found || kind == ErrorKind::protocol;
}

/// A ServiceNow instance. `fetch` from several threads, the rest from one. The wire's references
/// outlive it.
class ServiceNow final : public Partner {
 public:
  ServiceNow(const Connection& connection, const Credentials& credentials, http::Wire wire,
             const PartnerOptions& options)
      : connection_(connection),
        wire_(std::move(wire)),
        client_(client_options(connection, options),
                http::make_oauth(servicenow::sign_in(connection, credentials), wire_), wire_),
        pages_(client_, wire_.clock,
               {.connection = connection.name,
                .max_page_size = options.max_page_size,
                .timeout = connection.timeout,
                .log = wire_.log}) {}

  std::vector<Check> examine(std::stop_token stop) override {
    return servicenow::examine({connection_, client_, wire_}, stop);
  }

  Opening open_stream(WorkItemType type, std::stop_token stop) override {
    Opening opening;
    try {
      read_choices(type, opening, stop);
    } catch (const Error& error) {
      throw named_failure({connection_, client_, wire_}, error, stop);
    }
    warn_of_refresh_token(opening);
    // Every answer carries the instance's clock, also a refusal to show sys_choice.
    opening.served_at = client_.served_at();
    return opening;
  }

  std::string fingerprint(WorkItemType type) const override {
    const FieldMap& map = field_map(type);
    return fmt::format("servicenow {} {}/api/now/table/{} {}", k_decoder_version, connection_.url,
                       map.table(), asked_fields(map));
  }

  // Keys stay where they are while rows change, and arrive in the order the store likes best.
  Order first_load_order(WorkItemType) const override { return Order::by_key; }

  std::vector<Cursor> lanes(const Walk& walk, int wanted) const override {
    std::vector<Cursor> cursors;
    for (const Lane& lane : first_lanes(walk.order, wanted)) cursors.push_back(to_cursor(lane));
    return cursors;
  }

  Page fetch(const Walk& walk, const Cursor& cursor, std::stop_token stop) override {
    return pages_.fetch(walk, cursor, stop);
  }

  // All processes of a client and a user share one token: revoking it would end their work
  // (servicenow reference 1.1). ServiceNow counts no licence per session.
  void sign_out(std::stop_token) override {}

  const http::Traffic& traffic() const noexcept override { return client_.traffic(); }
  Timestamp served_at() const override { return client_.served_at(); }

 private:
  /// The labels of choices, which value mode lacks: once a stream, not once a row.
  void read_choices(WorkItemType type, Opening& opening, const std::stop_token& stop) {
    std::vector<ChoiceRow> rows;
    std::string refusal;
    try {
      rows = choice_rows(field_map(type), stop);
    } catch (const Error& error) {
      if (!is_refusal(error.kind())) throw;
      refusal = error.text();
    }
    if (rows.empty()) {
      opening.warnings.push_back(fmt::format(
          "labels of {} are the product's own, not this instance's: sys_choice {}{}",
          to_string(type), refusal.empty() ? "shows no row" : "cannot be read: ", refusal));
    }
    pages_.use_choices(type, choose_labels(type, rows));
  }

  std::vector<ChoiceRow> choice_rows(const FieldMap& map, const std::stop_token& stop) {
    std::vector<ChoiceRow> rows;
    std::string after;
    for (int page = 0; page < k_most_choice_pages; ++page) {
      const nlohmann::json answer =
          client_.get("/api/now/table/sys_choice",
                      {{"sysparm_query", choice_query(map, after)},
                       {"sysparm_fields", "sys_id,name,element,value,label,language,inactive"},
                       {"sysparm_display_value", "false"},
                       {"sysparm_no_count", "true"},
                       {"sysparm_limit", std::to_string(k_choice_page)}},
                      stop);
      std::vector<ChoiceRow> more = parse_choice_rows(answer);
      const bool full = more.size() >= k_choice_page && more.back().id > after;
      if (full) after = more.back().id;
      rows.insert(rows.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
      if (!full) break;
    }
    return rows;
  }

  void warn_of_refresh_token(Opening& opening) const {
    const bool renews_alone =
        connection_.grant == Grant::client_credentials || !connection_.password_command.empty();
    const auto token = wire_.tokens.load(connection_.name);
    if (renews_alone || !token || !token->refresh_issued_at) return;
    const auto warning = refresh_token_warning(*token->refresh_issued_at, wire_.clock.now());
    if (!warning) return;
    opening.warnings.push_back(
        fmt::format("{}: itsmc connection login {}", *warning, connection_.name));
  }

  Connection connection_;
  http::Wire wire_;
  http::Client client_;
  PageReader pages_;
};

}  // namespace

std::unique_ptr<Partner> open(const Connection& connection, const Credentials& credentials,
                              const http::Wire& wire, const PartnerOptions& options) {
  return std::make_unique<ServiceNow>(connection, credentials, wire, options);
}

}  // namespace itsmc::partners::servicenow

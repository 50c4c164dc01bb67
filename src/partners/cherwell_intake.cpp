#include <utility>

#include "itsmc/partners/cherwell.hpp"
#include "partners/cherwell_ci_intake.hpp"
#include "partners/cherwell_client.hpp"
#include "partners/cherwell_item_intake.hpp"

namespace itsmc::partners::cherwell {
namespace {

/// A Cherwell instance as the place where things are made. It works with the token that a sync
/// uses, so that it takes no licence of its own. One thread; the wire's references outlive it.
class CherwellIntake final : public Intake {
 public:
  CherwellIntake(const Connection& connection, const Credentials& credentials, http::Wire wire,
                 const PartnerOptions& options)
      : connection_(connection),
        wire_(std::move(wire)),
        client_(client_options(connection, options),
                http::make_oauth(cherwell::sign_in(connection, credentials), wire_), wire_) {}

  std::vector<FieldProblem> check(const ItemDraft& draft, std::stop_token stop) override {
    return items_.check(draft, stop);
  }
  PlannedRequest plan(const ItemDraft& draft, std::stop_token stop) override {
    return items_.plan(draft, stop);
  }
  std::vector<FoundItem> find(WorkItemType type, std::string_view correlation_id,
                              std::stop_token stop) override {
    return items_.find(type, correlation_id, stop);
  }
  Written create(const ItemDraft& draft, std::stop_token stop) override {
    return items_.create(draft, stop);
  }
  Written change(WorkItemType type, const FoundItem& item, const ItemChange& change,
                 std::stop_token stop) override {
    return items_.change(type, item, change, stop);
  }
  std::vector<ConfigItem> find_ci(const CiQuery& query, std::stop_token stop) override {
    return config_items_.find(query, stop);
  }
  PlannedRequest plan_ci(const CiDraft& draft, std::stop_token stop) override {
    return config_items_.plan(draft, stop);
  }
  CiWritten create_ci(const CiDraft& draft, std::stop_token stop) override {
    return config_items_.create(draft, stop);
  }
  // The interface has none: what it calls a template is a record's blank (cherwell reference 5).
  std::vector<ItemTemplate> templates(std::stop_token) override { return {}; }

  const http::Traffic& traffic() const noexcept override { return client_.traffic(); }

 private:
  Connection connection_;
  http::Wire wire_;
  http::Client client_;
  Api api_{client_};
  ObjectBook book_{api_};
  ItemIntake items_{connection_, api_, book_};
  CiIntake config_items_{api_, book_};
};

}  // namespace

std::unique_ptr<Intake> open_intake(const Connection& connection, const Credentials& credentials,
                                    const http::Wire& wire, const PartnerOptions& options) {
  return std::make_unique<CherwellIntake>(connection, credentials, wire, options);
}

}  // namespace itsmc::partners::cherwell

#include <utility>

#include "itsmc/partners/servicenow.hpp"
#include "partners/servicenow_ci_intake.hpp"
#include "partners/servicenow_client.hpp"
#include "partners/servicenow_event_intake.hpp"
#include "partners/servicenow_examine.hpp"
#include "partners/servicenow_task_intake.hpp"

namespace itsmc::partners::servicenow {
namespace {

bool is_event(WorkItemType type) {
  return type == WorkItemType::event || type == WorkItemType::alert;
}

/// A ServiceNow instance as the place where things are made: sends each call to the part that knows
/// the API of its type, and names a sleeping instance or a sign-on page where one is met. One
/// thread; the wire's references outlive it.
class ServiceNowIntake final : public Intake {
 public:
  ServiceNowIntake(const Connection& connection, const Credentials& credentials, http::Wire wire,
                   const PartnerOptions& options)
      : connection_(connection),
        wire_(std::move(wire)),
        client_(client_options(connection, options),
                http::make_oauth(servicenow::sign_in(connection, credentials), wire_), wire_) {}

  std::vector<FieldProblem> check(const ItemDraft& draft, std::stop_token stop) override {
    return named(stop, [&] {
      return is_event(draft.type) ? events_.check(draft) : tasks_.check(draft, stop);
    });
  }

  PlannedRequest plan(const ItemDraft& draft, std::stop_token stop) override {
    return named(stop, [&] {
      return is_event(draft.type) ? events_.plan(draft) : tasks_.plan(draft, stop);
    });
  }

  std::vector<FoundItem> find(WorkItemType type, std::string_view correlation_id,
                              std::stop_token stop) override {
    return named(stop, [&] {
      return is_event(type) ? events_.find(type, correlation_id, stop)
                            : tasks_.find(type, correlation_id, stop);
    });
  }

  Written create(const ItemDraft& draft, std::stop_token stop) override {
    return named(stop, [&] {
      return is_event(draft.type) ? events_.create(draft, stop) : tasks_.create(draft, stop);
    });
  }

  Written change(WorkItemType type, const FoundItem& item, const ItemChange& change,
                 std::stop_token stop) override {
    return named(stop, [&] {
      return is_event(type) ? events_.change(type, item, change, stop)
                            : tasks_.change(type, item, change, stop);
    });
  }

  std::vector<ConfigItem> find_ci(const CiQuery& query, std::stop_token stop) override {
    return named(stop, [&] { return items_.find(query, stop); });
  }

  PlannedRequest plan_ci(const CiDraft& draft, std::stop_token stop) override {
    return named(stop, [&] { return items_.plan(draft, stop); });
  }

  CiWritten create_ci(const CiDraft& draft, std::stop_token stop) override {
    return named(stop, [&] { return items_.create(draft, stop); });
  }

  std::vector<ItemTemplate> templates(std::stop_token stop) override {
    return named(stop, [&] { return tasks_.templates(stop); });
  }

  const http::Traffic& traffic() const noexcept override { return client_.traffic(); }

 private:
  /// The token endpoint of a sleeping instance answers with a page that only the API's path names.
  template <class Act>
  auto named(const std::stop_token& stop, Act act) -> decltype(act()) {
    try {
      return act();
    } catch (const Error& error) {
      if (client_.traffic().requests > 0) throw;
      throw Error(named_failure({connection_, client_, wire_}, error, stop));
    }
  }

  Connection connection_;
  http::Wire wire_;
  http::Client client_;
  TaskIntake tasks_{{connection_, client_, wire_}};
  EventIntake events_{{connection_, client_, wire_}};
  CiIntake items_{{connection_, client_, wire_}};
};

}  // namespace

std::unique_ptr<Intake> open_intake(const Connection& connection, const Credentials& credentials,
                                    const http::Wire& wire, const PartnerOptions& options) {
  return std::make_unique<ServiceNowIntake>(connection, credentials, wire, options);
}

}  // namespace itsmc::partners::servicenow

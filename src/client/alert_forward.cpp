#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "client/alert_inputs.hpp"
#include "client/refused_alerts.hpp"
#include "client/workspace_access.hpp"
#include "itsmc/alerts/match.hpp"
#include "itsmc/client/creators.hpp"
#include "itsmc/client/workspaces.hpp"
#include "itsmc/core/azure_cloud.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/store/creations.hpp"
#include "sinks/azure_alerts.hpp"

namespace itsmc::client {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// Azure keeps alerts for 30 days, and refuses to be asked for more (azure reference 5.3).
constexpr hours k_horizon{30 * 24};
constexpr minutes k_inside_horizon{5};  // its clock moves on while we ask
constexpr hours k_first_look{24};
constexpr minutes k_overlap{10};
constexpr const char* k_refused = "refused-alerts";

enum class Round : std::uint8_t { first, again };
enum class Fate : std::uint8_t { set_aside, comes_again };  // of an alert without its work item

std::vector<Action> all_actions(const Platform& platform) {
  std::vector<Action> actions;
  for (const std::string& name : action_names(platform)) {
    actions.push_back(load_action(platform, name));
  }
  if (!actions.empty()) return actions;
  throw Error(ErrorKind::usage, "no actions yet: nothing says what an alert becomes",
              "itsmc action add NAME --connection CONNECTION");
}

std::string choose_subscription(const ForwardOptions& options, const Workspace& workspace) {
  if (!options.subscription.empty()) return options.subscription;
  std::string found(subscription_of(workspace.resource_id));
  if (!found.empty()) return found;
  throw Error(ErrorKind::usage,
              fmt::format("workspace \"{}\" does not say which subscription: it has no resource id",
                          workspace.name),
              "itsmc alert forward --subscription ID");
}

/// One run: what it works with, and how far it has come.
class Forward {
 public:
  Forward(const Platform& platform, const ForwardOptions& options,
          const std::function<void(const CreationReport&)>& on_item)
      : platform_(platform),
        options_(options),
        on_item_(on_item),
        actions_(all_actions(platform)),
        access_(platform, load_workspace(platform, options.workspace)),
        subscription_(choose_subscription(options, access_.workspace())),
        azure_(options.workspace, access_.workspace().arm_endpoint,
               access_.authorizer(Audience::management), access_.wire(Audience::management)),
        notes_(platform.data_dir / "itsmc.db", store::OpenMode::read_write),
        creators_(platform) {
    const auto kept = notes_.kept(scope(), k_refused);
    if (kept) refused_ = RefusedAlerts(kept->text);
  }

  ForwardReport run() {
    report_.subscription = subscription_;
    choose_window();
    std::string body =
        azure_.first_page(subscription_, report_.from, report_.until, platform_.stop);
    for (;;) {
      const alerts::AlertPage page = alerts::read_alert_page(body);
      for (const auto& entry : page.entries) take(entry);
      if (page.next_link.empty()) break;
      body = azure_.next_page(page.next_link, platform_.stop);
    }
    try_again();
    move_mark();
    return std::move(report_);
  }

 private:
  void choose_window() {
    const Timestamp now = platform_.clock.now();
    const auto mark = notes_.forwarded_until(subscription_);
    report_.until = now;
    report_.from = options_.since ? *options_.since : mark ? *mark - k_overlap : now - k_first_look;
    const Timestamp earliest = now - k_horizon + k_inside_horizon;
    if (report_.from >= earliest) return;
    report_.warnings.push_back(
        fmt::format("Azure keeps alerts for 30 days: those between {} and {} are gone",
                    format_rfc3339(report_.from), format_rfc3339(earliest)));
    report_.from = earliest;
  }

  void take(const alerts::AlertPage::Entry& entry) {
    ++report_.alerts;
    newest_ = std::max(newest_.value_or(entry.changed_at), entry.changed_at);
    if (entry.suppressed) {
      ++report_.suppressed;
      return;
    }
    bool matched = false;
    std::optional<alerts::Alert> asked;  // once, however many actions match
    for (const Action& action : actions_) {
      if (!alerts::matches(action, entry.alert)) continue;
      matched = true;
      if (waits(action, entry)) continue;
      const bool by_parts = action.per == "ci" || action.per == "row";
      const bool needs_context = !entry.alert.over || by_parts;
      if (needs_context && !asked) asked = whole(entry);
      apply(action, entry, needs_context ? *asked : entry.alert);
    }
    if (!matched) ++report_.unmatched;
  }

  void apply(const Action& action, const alerts::AlertPage::Entry& entry,
             const alerts::Alert& alert, Round round = Round::first) {
    bool refused = false;
    for (const CreationInput& input : inputs_of(alert, recipe_of(action))) {
      CreationReport report = creators_.perform(input, options_.sending);
      const bool set_aside = report.error && is_refusal(report.error->kind()) && !is_dry() &&
                             !entry.resource_id.empty();
      refused = refused || set_aside;
      if (report.error && !set_aside) hold_mark_at(entry.changed_at);
      // Told when it was set aside.
      if (set_aside && round == Round::again) continue;
      if (report.error)
        explain(*report.error, action, entry, set_aside ? Fate::set_aside : Fate::comes_again);
      if (report.status == CreationStatus::created) acknowledge(entry, report);
      on_item_(report);
      report_.items.push_back(std::move(report));
    }
    if (is_dry()) return;
    if (refused) {
      refused_.put(marked(action, entry), platform_.clock.now());
    } else {
      refused_.forget(entry.resource_id, action.name);
    }
  }

  [[nodiscard]] bool is_dry() const { return options_.sending == Sending::dry_run; }
  [[nodiscard]] std::string scope() const { return "subscription " + subscription_; }
  void hold_mark_at(Timestamp changed_at) {
    first_failed_ = std::min(first_failed_.value_or(changed_at), changed_at);
  }

  static RefusedAlert marked(const Action& action, const alerts::AlertPage::Entry& entry) {
    return {.resource_id = entry.resource_id,
            .action = action.name,
            .recipe = recipe_mark(action),
            .changed_at = entry.changed_at};
  }
  /// Whoever names a time wants all of it tried.
  [[nodiscard]] bool waits(const Action& action, const alerts::AlertPage::Entry& entry) const {
    return !options_.since && refused_.waits(marked(action, entry), platform_.clock.now());
  }

  static void explain(Error& error, const Action& action, const alerts::AlertPage::Entry& entry,
                      Fate fate) {
    error.while_doing(fmt::format("alert {} of rule \"{}\", action \"{}\"", entry.alert.id,
                                  entry.alert.rule, action.name));
    if (fate == Fate::set_aside) {
      error.with_hint(
          fmt::format("mend it: itsmc action edit {}, or in the product; it is set "
                      "aside and tried again, at once by: itsmc alert forward --since "
                      "{}",
                      action.name, format_rfc3339(entry.changed_at)));
    } else if (error.kind() == ErrorKind::not_found) {
      error.with_hint(fmt::format("itsmc action edit {} --connection CONNECTION", action.name));
    } else if (error.hint().empty()) {
      error.with_hint("the next run tries it again");
    }
  }

  /// What was set aside and is due, or whose action is another now.
  void try_again() {
    if (is_dry()) return;
    refused_.forget_before(platform_.clock.now() - k_horizon);
    const std::vector<RefusedAlert> before = refused_.all();
    for (const RefusedAlert& one : before) {
      const auto action =
          std::find_if(actions_.begin(), actions_.end(),
                       [&one](const Action& candidate) { return candidate.name == one.action; });
      if (action == actions_.end()) {
        refused_.forget(one.resource_id, one.action);
        continue;
      }
      RefusedAlert now = one;
      now.recipe = recipe_mark(*action);
      if (!refused_.waits(now, platform_.clock.now())) ask_again(*action, one);
    }
  }

  void ask_again(const Action& action, const RefusedAlert& one) {
    try {
      const auto found = alerts::read_alerts(azure_.alert(one.resource_id, platform_.stop));
      if (found.size() != 1) return;
      apply(action, {found.front(), one.resource_id, one.changed_at}, found.front(), Round::again);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::cancelled) throw;
      if (error.kind() == ErrorKind::not_found) refused_.forget(one.resource_id, one.action);
      report_.warnings.push_back(
          fmt::format("alert {}, set aside: it cannot be read: {}", one.resource_id, error.text()));
    }
  }

  /// With its context, which a list of many does not have.
  alerts::Alert whole(const alerts::AlertPage::Entry& entry) {
    if (entry.resource_id.empty()) return entry.alert;
    try {
      const auto one = alerts::read_alerts(azure_.alert(entry.resource_id, platform_.stop));
      // What the list said decides: between the two it may have been resolved, and comes again.
      if (one.size() == 1 && one.front().over == entry.alert.over) return one.front();
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::cancelled) throw;
      report_.warnings.push_back(
          fmt::format("alert {}: its context cannot be read: {}", entry.alert.id, error.text()));
    }
    return entry.alert;
  }

  void acknowledge(const alerts::AlertPage::Entry& entry, CreationReport& report) {
    if (options_.acknowledge == ForwardOptions::Acknowledge::no) return;
    try {
      azure_.acknowledge(entry.resource_id,
                         fmt::format("{} {}", report.connection,
                                     report.number.empty() ? report.id : report.number),
                         platform_.stop);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::cancelled) throw;
      report.warnings.push_back("not acknowledged in Azure: " + error.text());
    }
  }

  /// Never beyond an alert whose work item is neither safe nor set aside. Without any alert it
  /// follows the clock, so that a quiet month does not fall out of Azure's horizon.
  void move_mark() {
    report_.waiting = static_cast<std::int64_t>(refused_.all().size());
    if (is_dry()) return;
    notes_.keep(scope(), k_refused, {refused_.text(), platform_.clock.now()});
    Timestamp mark = std::min(report_.until, azure_.served_at()) - k_overlap;
    if (newest_) mark = std::max(mark, *newest_);
    if (first_failed_) mark = std::min(mark, *first_failed_);
    notes_.move_forwarded(subscription_, mark);
    report_.until = mark;
  }

  const Platform& platform_;
  const ForwardOptions& options_;
  const std::function<void(const CreationReport&)>& on_item_;
  std::vector<Action> actions_;
  WorkspaceAccess access_;
  std::string subscription_;
  sinks::AzureAlerts azure_;
  store::Creations notes_;
  Creators creators_;
  RefusedAlerts refused_;
  std::optional<Timestamp> newest_, first_failed_;
  ForwardReport report_;
};

}  // namespace

int exit_code(const ForwardReport& report) noexcept {
  const auto is_set_aside = [](const CreationReport& item) {
    return item.error && is_refusal(item.error->kind());
  };
  const bool any = std::any_of(report.items.begin(), report.items.end(), is_set_aside);
  return any ? exit_code(ErrorKind::partly) : exit_code(report.items);
}

ForwardReport forward_alerts(const Platform& platform, const ForwardOptions& options,
                             const std::function<void(const CreationReport&)>& on_item) {
  return Forward(platform, options, on_item).run();
}

}  // namespace itsmc::client

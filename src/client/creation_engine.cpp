#include "client/creation_engine.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "itsmc/core/files.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::client {
namespace {

using What = Decision::What;
using std::chrono::seconds;

// One creation holds the lock for some requests; a batch gives it back between two of them.
constexpr std::chrono::minutes k_lock_wait{5};
constexpr const char* k_again = "run the same command again: it is looked up before it is repeated";
// What an instance does after it lost the connection may take a moment to be seen.
constexpr std::array k_looks_after{seconds(1), seconds(2), seconds(4)};

store::Creation note_of(const CreationReport& report, const CreationRequest& request,
                        Timestamp now) {
  return {.connection = report.connection,
          .type = report.type,
          .correlation_id = report.correlation_id,
          .rule = request.rule,
          .noted_at = now,
          .id = report.id,
          .number = report.number,
          .url = report.url};
}

void take_item(CreationReport& report, const FoundItem& item) {
  report.id = item.id;
  report.number = item.number;
  if (!item.url.empty()) report.url = item.url;
}

std::string words_of(const CiQuery& query) {
  for (const std::string* text : {&query.name, &query.fqdn, &query.ip, &query.id}) {
    if (!text->empty()) return *text;
  }
  return "?";
}

/// What gives the field: an option of its own, or --set with the product's name.
std::string option_of(const std::string& field) {
  constexpr std::array<std::string_view, 9> k_options{"type",     "title",    "description",
                                                      "urgency",  "impact",   "severity",
                                                      "category", "template", "ci"};
  const bool own = std::find(k_options.begin(), k_options.end(), field) != k_options.end();
  return (own ? "--" : "--set ") + field;
}

/// Behind "no match", which the connection's create-ci would have mended. The same creation again
/// finds its item and links nothing.
std::string ways_to_have_ci(const Connection& connection, const std::string& name) {
  return fmt::format(
      ", and the connection has create-ci off; for later work items make it: itsmc ci create "
      "--connection {0} --name \"{1}\", or have such made: itsmc connection edit {0} --create-ci; "
      "one that is there already is linked in the product",
      connection.name, name);
}

std::string noun_of(const LastItem& last) {
  return last.item.number.empty() ? last.item.id : last.item.number;
}

/// Drops a guessed weight that the instance does not know; true when there was one.
bool drop_guess(const std::string& field, ItemDraft& draft, std::vector<std::string>& warnings) {
  constexpr std::array<std::pair<std::string_view, std::string ItemDraft::*>, 3> k_weights{
      {{"urgency", &ItemDraft::urgency},
       {"impact", &ItemDraft::impact},
       {"severity", &ItemDraft::severity}}};
  for (const auto& [name, member] : k_weights) {
    if (field != name || (draft.*member).empty()) continue;
    warnings.push_back(fmt::format("{} \"{}\" is not this instance's: left out; give one by --{}",
                                   name, draft.*member, name));
    (draft.*member).clear();
    return true;
  }
  return false;
}

}  // namespace

Error refused(const std::vector<FieldProblem>& problems) {
  std::string text = "the work item cannot be made:";
  for (const FieldProblem& problem : problems) {
    text += fmt::format("\n  {}: {}", option_of(problem.field), problem.reason);
  }
  return {ErrorKind::invalid, text, "nothing was sent; mend these and run the command again"};
}

FileLock lock_creation(const CreationLock& wanted) {
  auto lock =
      FileLock::acquire(wanted.file, wanted.process, wanted.wait, wanted.clock, wanted.stop);
  if (lock) return std::move(*lock);
  throw Error(ErrorKind::locked,
              "another process is making work items at this connection: " +
                  FileLock::holder_of(wanted.file),
              "wait for it and run the command again");
}

CreationReport CreationEngine::perform(const CreationRequest& request, Sending sending) {
  const FileLock lock = lock_creation(
      {context_.lock_file, context_.process, k_lock_wait, context_.clock, context_.stop});
  const std::string key = correlation_id_of(request.draft.correlation_id);
  const std::optional<LastItem> last = find_last(request, key);
  const Decision decision = decide(request, last);
  CreationReport report = report_of(request, key);
  report.correlation_id = key_again(key, decision.what == What::create ? decision.again
                                         : last                        ? last->again
                                                                       : 1);
  if (last && decision.what != What::create) take_item(report, last->item);
  if (sending == Sending::dry_run) {
    plan(request, decision, last, report);
  } else {
    act(request, decision, last, report);
  }
  return report;
}

CreationReport CreationEngine::report_of(const CreationRequest& request,
                                         const std::string& key) const {
  return {
      .connection = context_.connection.name, .type = request.draft.type, .correlation_id = key};
}

std::optional<LastItem> CreationEngine::find_last(const CreationRequest& request,
                                                  const std::string& key) {
  const WorkItemType type = request.draft.type;
  const std::string& connection = context_.connection.name;
  std::optional<LastItem> last;
  for (int again = 1;; ++again) {
    const std::string id = key_again(key, again);
    const std::vector<FoundItem> found = look_up(type, id);
    const std::optional<store::Creation> note = context_.notes.find(connection, type, id);
    const bool noted = note && note->state != store::Creation::State::sending;
    if (found.empty() && !noted) return last;
    LastItem item{.again = again};
    if (found.empty()) {
      // Removed, hidden, or not shown by this product (events): what we were told then holds.
      item.item = {.id = note->id,
                   .number = note->number,
                   .url = note->url,
                   .open = note->state == store::Creation::State::made};
    } else {
      item.item = found.front();
    }
    if (note) item.alerts = context_.notes.attached(*note);
    last = std::move(item);
  }
}

std::vector<FoundItem> CreationEngine::look_up(WorkItemType type, const std::string& id) try {
  return context_.intake.find(type, id, context_.stop);
} catch (const Error& error) {
  if (is_retryable(error.kind())) throw Unreachable(error);
  throw;
}

void CreationEngine::find_cis(const CreationRequest& request, Sending sending, ItemDraft& draft,
                              std::vector<std::string>& warnings) {
  for (const CiQuery& query : request.cis) find_one_ci(query, sending, draft, warnings);
}

void CreationEngine::find_one_ci(const CiQuery& query, Sending sending, ItemDraft& draft,
                                 std::vector<std::string>& warnings) try {
  const std::vector<ConfigItem> matches = context_.intake.find_ci(query, context_.stop);
  const auto link = [&](const ConfigItem& item) {
    const auto& linked = draft.config_items;
    if (std::find(linked.begin(), linked.end(), item) == linked.end()) {
      draft.config_items.push_back(item);
    }
  };
  if (matches.size() == 1) return link(matches.front());
  if (matches.size() > 1) {
    std::string all;
    for (const ConfigItem& item : matches) all += (all.empty() ? "" : ", ") + words_of(item);
    warnings.push_back(fmt::format("configuration item \"{}\" not linked: {} match: {}",
                                   words_of(query), matches.size(), all));
    return;
  }
  const std::string& name = query.name.empty() ? query.fqdn : query.name;
  if (!context_.connection.create_ci || name.empty()) {
    warnings.push_back(fmt::format("configuration item \"{}\" not linked: no match{}",
                                   words_of(query),
                                   name.empty() ? "" : ways_to_have_ci(context_.connection, name)));
    return;
  }
  if (sending == Sending::dry_run) {
    warnings.push_back(fmt::format("configuration item \"{}\" would be created", name));
    return;
  }
  const partners::CiWritten made = context_.intake.create_ci(
      {.name = name, .fqdn = query.fqdn, .ip = query.ip, .klass = {}, .set = {}}, context_.stop);
  link(made.item);
  warnings.insert(warnings.end(), made.warnings.begin(), made.warnings.end());
  if (!made.existed) {
    warnings.push_back(fmt::format("configuration item {} was created", words_of(made.item)));
  }
} catch (const Error& error) {
  // The ticket matters more than its link: people would rather be called without one.
  if (error.kind() == ErrorKind::cancelled || error.kind() == ErrorKind::auth) throw;
  warnings.push_back(
      fmt::format("configuration item \"{}\" not linked: {}", words_of(query), error.text()));
}

void CreationEngine::check(const CreationRequest& request, ItemDraft& draft,
                           std::vector<std::string>& warnings) {
  std::vector<FieldProblem> problems = context_.intake.check(draft, context_.stop);
  if (!problems.empty() && request.weights == CreationRequest::Weights::guessed) {
    bool dropped = false;
    for (const FieldProblem& problem : problems) {
      dropped = drop_guess(problem.field, draft, warnings) || dropped;
    }
    if (dropped) problems = context_.intake.check(draft, context_.stop);
  }
  if (!problems.empty()) throw refused(problems);
}

void CreationEngine::plan(const CreationRequest& request, const Decision& decision,
                          const std::optional<LastItem>& last, CreationReport& report) {
  report.status = CreationStatus::dry_run;
  switch (decision.what) {
    case What::create: {
      ItemDraft draft = request.draft;
      draft.correlation_id = report.correlation_id;
      find_cis(request, Sending::dry_run, draft, report.warnings);
      check(request, draft, report.warnings);
      const partners::PlannedRequest planned = context_.intake.plan(draft, context_.stop);
      report.request = fmt::format("{} {}\n{}", planned.method, planned.url, planned.body);
      return;
    }
    case What::exists:
      report.request = "nothing: " + noun_of(*last) + " is there";
      return;
    case What::add:
      report.request = "a note in " + noun_of(*last);
      return;
    case What::resolve:
      report.request = "resolve " + noun_of(*last);
      return;
    case What::comment:
      report.request = "a note in " + noun_of(*last);
      return;
    case What::nothing:
      report.request = last ? "nothing: " + noun_of(*last) + " has ended" : "nothing: no item";
      return;
  }
}

void CreationEngine::act(const CreationRequest& request, const Decision& decision,
                         const std::optional<LastItem>& last, CreationReport& report) {
  switch (decision.what) {
    case What::create:
      create(request, decision, report);
      break;
    case What::exists:
      report.status = CreationStatus::already_exists;
      break;
    case What::add:
    case What::comment:
      change(request, ItemChange::Kind::comment, *last, report);
      report.status = CreationStatus::updated;
      break;
    case What::resolve:
      change(request, ItemChange::Kind::resolve, *last, report);
      report.status = CreationStatus::resolved;
      break;
    case What::nothing:
      report.status = CreationStatus::nothing_to_resolve;
      break;
  }
  attach(request, last, report);
}

void CreationEngine::create(const CreationRequest& request, const Decision& decision,
                            CreationReport& report) {
  ItemDraft draft = request.draft;
  draft.correlation_id = report.correlation_id;
  if (!decision.follows.empty()) {
    draft.description +=
        fmt::format("\n\nThe same alert fired before: {} had ended.", decision.follows);
  }
  // Refused before a configuration item is made for it.
  check(request, draft, report.warnings);
  find_cis(request, Sending::real, draft, report.warnings);
  store::Creation note = note_of(report, request, context_.clock.now());
  context_.notes.note(note);
  const partners::Written written = send(draft);
  report.warnings.insert(report.warnings.end(), written.warnings.begin(), written.warnings.end());
  take_item(report, choose_oldest(draft, written.item, report.warnings));
  note = note_of(report, request, note.noted_at);
  note.state = store::Creation::State::made;
  context_.notes.complete(note);
  report.status = CreationStatus::created;
}

partners::Written CreationEngine::send(const ItemDraft& draft) try {
  return context_.intake.create(draft, context_.stop);
} catch (const Error& error) {
  if (error.kind() == ErrorKind::cancelled || error.kind() == ErrorKind::invalid) throw;
  // Also a refusal may come after the item was made: access rules judge the read-back alone.
  const std::vector<FoundItem> found = look_after(draft, error);
  if (found.empty() && !error.hint().empty()) throw;
  if (found.empty()) throw Error(Error(error).with_hint(k_again));
  const bool no_answer = error.kind() == ErrorKind::unavailable;
  return {found.front(),
          {(no_answer ? "made, but its answer was lost: " : "made, though the answer says: ") +
           error.text()}};
}

std::vector<FoundItem> CreationEngine::look_after(const ItemDraft& draft, const Error& failure) {
  Error unknown = failure;
  unknown.with_hint(k_again);
  for (const seconds wait : k_looks_after) {
    try {
      auto found = context_.intake.find(draft.type, draft.correlation_id, context_.stop);
      if (!found.empty() || failure.kind() != ErrorKind::unavailable) return found;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::cancelled) throw;
      if (failure.kind() != ErrorKind::unavailable) throw failure;
    }
    if (!context_.clock.wait_for(wait, context_.stop)) break;
  }
  throw Error(unknown);
}

/// Another machine may have made the same at the same moment: the older one is the item.
FoundItem CreationEngine::choose_oldest(const ItemDraft& draft, FoundItem made,
                                        std::vector<std::string>& warnings) try {
  const auto found = context_.intake.find(draft.type, draft.correlation_id, context_.stop);
  if (found.size() < 2) return made;
  std::string others;
  for (std::size_t i = 1; i < found.size(); ++i) {
    others += (i == 1 ? "" : ", ") + found[i].number;
  }
  warnings.push_back(fmt::format("made more than once, from elsewhere too: {} is kept, close {}",
                                 found.front().number, others));
  return found.front();
} catch (const Error& error) {
  if (error.kind() == ErrorKind::cancelled) throw;
  return made;  // it was made: that it could not be looked at again changes nothing
}

void CreationEngine::change(const CreationRequest& request, ItemChange::Kind kind,
                            const LastItem& last, CreationReport& report) {
  const bool opened = request.occasion == CreationRequest::Occasion::opened;
  ItemChange change{
      .kind = kind,
      .note = opened || request.note.empty() ? request.draft.description : request.note,
      .set = kind == ItemChange::Kind::resolve ? request.resolve_set : decltype(ItemChange::set){},
      .config_items = {}};
  if (opened) {
    ItemDraft linked;
    for (const CiQuery& query : request.cis) {
      std::vector<std::string> told;
      const std::size_t before = linked.config_items.size();
      find_one_ci(query, Sending::real, linked, told);
      // That one is not linked was said when the item was made, and would come with each alert.
      if (linked.config_items.size() == before) continue;
      report.warnings.insert(report.warnings.end(), told.begin(), told.end());
    }
    change.config_items = std::move(linked.config_items);
  }
  const partners::Written written =
      context_.intake.change(report.type, last.item, change, context_.stop);
  report.warnings.insert(report.warnings.end(), written.warnings.begin(), written.warnings.end());
  store::Creation note = note_of(report, request, context_.clock.now());
  const auto known = context_.notes.find(report.connection, report.type, report.correlation_id);
  if (known) note.noted_at = known->noted_at;
  if (note.rule.empty() && known) note.rule = known->rule;
  note.state = kind == ItemChange::Kind::resolve ? store::Creation::State::resolved
                                                 : store::Creation::State::made;
  context_.notes.complete(note);
}

void CreationEngine::attach(const CreationRequest& request, const std::optional<LastItem>& last,
                            const CreationReport& report) {
  const auto alert = attachment(request, last, report.status);
  if (alert) context_.notes.attach(note_of(report, request, context_.clock.now()), *alert);
}

}  // namespace itsmc::client

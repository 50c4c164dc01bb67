#include "itsmc/client/creation.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "client/creation_engine.hpp"
#include "client/template_text.hpp"
#include "client/wiring.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/core/hash.hpp"

namespace itsmc::client {
namespace {

constexpr std::size_t k_longest_key = 90;

bool stops_all(ErrorKind kind) {
  constexpr std::array k_kinds{ErrorKind::cancelled, ErrorKind::locked, ErrorKind::auth,
                               ErrorKind::damaged, ErrorKind::storage};
  return std::find(k_kinds.begin(), k_kinds.end(), kind) != k_kinds.end();
}

std::filesystem::path lock_file(const Platform& platform, const Connection& connection) {
  return platform.data_dir / fmt::format("create-{}.lock", connection.name);
}

}  // namespace

std::string_view to_string(CreationStatus status) noexcept {
  constexpr std::array<std::string_view, 7> k_words{
      "created", "updated", "resolved", "already_exists", "nothing_to_resolve",
      "dry_run", "failed"};
  return k_words.at(static_cast<std::size_t>(status));
}

std::string_view to_string(CiReport::Status status) noexcept {
  constexpr std::array<std::string_view, 4> k_words{"created", "exists", "ambiguous", "dry_run"};
  return k_words.at(static_cast<std::size_t>(status));
}

std::string correlation_id_of(std::string_view key) {
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("._:-").find(c) != std::string_view::npos;
  };
  const bool as_it_is = !key.empty() && key.size() <= k_longest_key && !key.starts_with("h:") &&
                        std::all_of(key.begin(), key.end(), fits);
  return as_it_is ? std::string(key) : "h:" + hash_text(key);
}

struct Creator::Impl {
  Impl(const Platform& world, Connection to, const GivenSecrets& secrets)
      : platform(world),
        connection(std::move(to)),
        open(open_intake(world, connection, secrets)),
        notes(world.data_dir / "itsmc.db", store::OpenMode::read_write),
        engine({.connection = connection,
                .intake = *open.intake,
                .notes = notes,
                .clock = world.clock,
                .lock_file = lock_file(world, connection),
                .process = world.process,
                .stop = world.stop}) {}

  const Platform& platform;
  const Connection connection;
  OpenIntake open;
  store::Creations notes;
  CreationEngine engine;
};

Creator::Creator(const Platform& platform, const Connection& connection,
                 const GivenSecrets& secrets)
    : impl_(std::make_unique<Impl>(platform, connection, secrets)) {}
Creator::Creator(Creator&&) noexcept = default;
Creator::~Creator() = default;

CreationReport Creator::perform(const CreationRequest& request, Sending sending) {
  CreationRequest named = request;
  if (named.draft.correlation_id.empty()) {
    named.draft.correlation_id = "itsmc:" + impl_->platform.new_run_id();
  }
  try {
    return impl_->engine.perform(named, sending);
  } catch (const Unreachable&) {
    throw;
  } catch (const Error& error) {
    if (stops_all(error.kind())) throw;
    CreationReport report{.connection = impl_->connection.name,
                          .type = named.draft.type,
                          .correlation_id = correlation_id_of(named.draft.correlation_id)};
    report.error = error;
    return report;
  }
}

int exit_code(const std::vector<CreationReport>& reports) noexcept {
  const auto is_failed = [](const CreationReport& report) { return report.error.has_value(); };
  const auto first = std::find_if(reports.begin(), reports.end(), is_failed);
  if (first == reports.end()) return 0;
  const bool all = std::all_of(reports.begin(), reports.end(), is_failed);
  return exit_code(all ? first->error->kind() : ErrorKind::partly);
}

std::vector<ConfigItem> find_ci(const Platform& platform, const Connection& connection,
                                const CiQuery& query) {
  return open_intake(platform, connection, {}).intake->find_ci(query, platform.stop);
}

CiReport create_ci(const Platform& platform, const Connection& connection, const CiDraft& draft,
                   Sending sending) {
  const OpenIntake open = open_intake(platform, connection, {});
  const FileLock lock = lock_creation({lock_file(platform, connection), platform.process,
                                       std::chrono::minutes(1), platform.clock, platform.stop});
  const CiQuery query{.id = {}, .fqdn = draft.fqdn, .name = draft.name, .ip = draft.ip};
  CiReport report;
  report.matches = open.intake->find_ci(query, platform.stop);
  if (!report.matches.empty()) {
    const bool one = report.matches.size() == 1;
    report.status = one ? CiReport::Status::exists : CiReport::Status::ambiguous;
    if (one) report.item = report.matches.front();
    return report;
  }
  if (sending == Sending::dry_run) {
    const partners::PlannedRequest planned = open.intake->plan_ci(draft, platform.stop);
    report.request = fmt::format("{} {}\n{}", planned.method, planned.url, planned.body);
    report.item.name = draft.name;
    return report;
  }
  partners::CiWritten made = open.intake->create_ci(draft, platform.stop);
  report.status = made.existed ? CiReport::Status::exists : CiReport::Status::created;
  report.item = std::move(made.item);
  report.warnings = std::move(made.warnings);
  return report;
}

Templates list_templates(const Platform& platform, const Connection& connection, Refresh refresh) {
  const std::string_view none = partner_entry(connection).no_templates;
  if (!none.empty()) return {{}, platform.clock.now(), std::string(none)};
  store::Creations notes(platform.data_dir / "itsmc.db", store::OpenMode::read_write);
  if (refresh == Refresh::when_absent) {
    const auto kept = notes.kept(connection.name, "templates");
    if (kept) {
      std::vector<ItemTemplate> all = read_templates(kept->text);
      if (!all.empty() || kept->text == "[]") return {std::move(all), kept->at, {}};
    }
  }
  const OpenIntake open = open_intake(platform, connection, {});
  Templates asked{open.intake->templates(platform.stop), platform.clock.now(), {}};
  notes.keep(connection.name, "templates", {write_templates(asked.all), asked.asked_at});
  return asked;
}

std::vector<ItemTemplate> kept_templates(const Platform& platform, const std::string& connection) {
  const store::Creations notes(platform.data_dir / "itsmc.db", store::OpenMode::read_only);
  const auto kept = notes.kept(connection, "templates");
  return kept ? read_templates(kept->text) : std::vector<ItemTemplate>{};
}

}  // namespace itsmc::client

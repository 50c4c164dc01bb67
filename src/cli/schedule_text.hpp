#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace itsmc::cli {

/// A sync that is to run again and again.
struct Schedule {
  std::string name;                // of the units: "itsmc-sync-prod"
  std::vector<std::string> words;  // the command line; the first is a whole path or a bare name
  std::chrono::minutes every{15};
  std::string every_words = {};          // as the user wrote it; empty: nobody did
  std::vector<std::string> credentials;  // files, by whose names the run looks for them
};

/// How much later than the others a run may begin, so that many machines do not ask at the same
/// moment: a tenth of the period, 5 s to 5 min. Pure.
[[nodiscard]] std::chrono::seconds start_delay(std::chrono::minutes every);

/// A systemd service that runs it once, with what hardening it can live with. Pure.
[[nodiscard]] std::string systemd_service(const Schedule& schedule);
/// Its timer; a random delay keeps many machines from asking at the same moment. Pure.
[[nodiscard]] std::string systemd_timer(const Schedule& schedule);
/// A crontab line. Its minute follows from the name, so that not every machine asks on the hour;
/// --start-delay, which cron has no word for, is the command's. It ends in the schedule's name, as
/// a comment of the shell. Pure. Throws Error(usage) for a period that cron's clock cannot tell.
[[nodiscard]] std::string cron_line(const Schedule& schedule);
/// The command line that puts it into the crontab in place of an earlier line of that name;
/// `printing` is the command that printed it. Pure.
[[nodiscard]] std::string cron_installing(const Schedule& schedule, std::string_view printing);

}  // namespace itsmc::cli

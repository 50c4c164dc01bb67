#include "cli/schedule_text.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

constexpr int k_hour = 60;
constexpr int k_day = 24 * k_hour;

bool is_plain(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/._-=:,").find(c) != std::string_view::npos;
  });
}

/// systemd.service(5), "COMMAND LINES": specifiers begin with %, variables with $.
std::string systemd_word(std::string_view word) {
  if (is_plain(word)) return std::string(word);
  std::string quoted = "\"";
  for (const char c : word) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (c == '%' || c == '$') quoted += c;
    quoted += c;
  }
  return quoted + "\"";
}

/// crontab(5): a bare % is the end of the command, in quotes too.
std::string cron_word(std::string_view word) {
  if (is_plain(word)) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else if (c == '%') {
      quoted += "'\\%'";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

/// systemd.exec(5): the credential's name, and the file that it is read from.
std::string load_credentials(const std::vector<std::string>& files) {
  std::string lines;
  for (const std::string& file : files) {
    std::string path;
    for (const char c : file) {
      if (c == '%') path += c;
      path += c;
    }
    lines += fmt::format("LoadCredential={}:{}\n", file.substr(file.rfind('/') + 1), path);
  }
  return lines;
}

std::string command_line(const std::vector<std::string>& words,
                         std::string (*spell)(std::string_view)) {
  std::vector<std::string> spelled;
  spelled.reserve(words.size());
  for (const std::string& word : words) spelled.push_back(spell(word));
  return join(spelled, " ");
}

/// Stays as it is from one printing to the next, and differs between names.
int offset_of(std::string_view name, int below) {
  unsigned sum = 0;
  for (const char c : name) sum = sum * 31U + static_cast<unsigned char>(c);
  return static_cast<int>(sum % static_cast<unsigned>(below));
}

[[noreturn]] void refuse_period(const Schedule& schedule) {
  const std::string every = schedule.every_words.empty()
                                ? fmt::format("{}m", schedule.every.count())
                                : schedule.every_words;
  throw Error(ErrorKind::usage, fmt::format("--every {}: cron cannot tell this period", every),
              "take 1m to 30m where it divides an hour, or 1h, 2h, 3h, 4h, 6h, 8h, 12h, 24h; a "
              "systemd timer takes any");
}

std::string cron_time(const Schedule& schedule) {
  const auto minutes = static_cast<int>(schedule.every.count());
  if (minutes < k_hour && k_hour % minutes == 0) {
    const int first = offset_of(schedule.name, minutes);
    return minutes == 1 ? "* * * * *" : fmt::format("{}-59/{} * * * *", first, minutes);
  }
  if (minutes % k_hour != 0 || minutes > k_day || k_day % minutes != 0) refuse_period(schedule);
  const int minute = offset_of(schedule.name, k_hour);
  const int hours = minutes / k_hour;
  if (hours == 1) return fmt::format("{} * * * *", minute);
  if (minutes == k_day) return fmt::format("{} 4 * * *", minute);
  return fmt::format("{} */{} * * *", minute, hours);
}

}  // namespace

std::chrono::seconds start_delay(std::chrono::minutes every) {
  return std::clamp(std::chrono::seconds(every) / 10, std::chrono::seconds(5),
                    std::chrono::seconds(300));
}

std::string systemd_service(const Schedule& schedule) {
  // 8: another run holds the lock. Netlink: glibc looks there before it asks
  // for an address. Memory that is written and executed stays allowed: a password command may be
  // anything.
  return fmt::format(
      "# ~/.config/systemd/user/{0}.service\n"
      "[Unit]\n"
      "Description=Bring over what changed in ITSM products ({0})\n"
      "\n"
      "[Service]\n"
      "Type=oneshot\n"
      "ExecStart={1}\n"
      "SuccessExitStatus=8\n"
      "UMask=0077\n"
      "Nice=5\n"
      "NoNewPrivileges=yes\n"
      "LockPersonality=yes\n"
      "RestrictRealtime=yes\n"
      "RestrictSUIDSGID=yes\n"
      "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK\n"
      "SystemCallArchitectures=native\n"
      "{2}",
      schedule.name, command_line(schedule.words, systemd_word),
      load_credentials(schedule.credentials));
}

std::string systemd_timer(const Schedule& schedule) {
  return fmt::format(
      "# ~/.config/systemd/user/{0}.timer\n"
      "# with both in place: systemctl --user daemon-reload\n"
      "#                     systemctl --user enable --now {0}.timer\n"
      "# to run while you are signed out too: loginctl enable-linger\n"
      "[Unit]\n"
      "Description=Run {0} every {1} min\n"
      "\n"
      "[Timer]\n"
      "OnBootSec=2min\n"
      "OnUnitActiveSec={1}min\n"
      "RandomizedDelaySec={2}\n"
      "AccuracySec=10s\n"
      "\n"
      "[Install]\n"
      "WantedBy=timers.target\n",
      schedule.name, schedule.every.count(), start_delay(schedule.every).count());
}

std::string cron_line(const Schedule& schedule) {
  // cron mails whatever is printed: with --quiet, errors and warnings.
  return fmt::format("{} {} # {}\n", cron_time(schedule), command_line(schedule.words, cron_word),
                     schedule.name);
}

std::string cron_installing(const Schedule& schedule, std::string_view printing) {
  return fmt::format("(crontab -l 2>/dev/null | grep -v '# {}$'; {}) | crontab -", schedule.name,
                     printing);
}

}  // namespace itsmc::cli

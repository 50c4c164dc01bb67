#include "cli/commands/connection_saving.hpp"

#include <fmt/format.h>

#include "cli/commands/connection_checks.hpp"
#include "cli/commands/connection_options.hpp"
#include "cli/commands/connection_rows.hpp"
#include "cli/display_text.hpp"
#include "core/url.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

/// Whether the check list went before the error, for people to read.
bool shows_checks(const Session& session) {
  return session.options.error_format != "json" && !session.options.quiet;
}

/// The hint, said of a command that saved nothing. A new connection has nothing that could be
/// emptied: "with --proxy ''" is "without --proxy".
std::string said_of(const TypedCommand& typed, std::string hint, const std::string& name) {
  constexpr std::string_view k_emptied = " ''";
  hint = led_back(std::move(hint), name);
  const std::size_t with = hint.rfind(" with --");
  const bool empties = typed.words.starts_with("connection add") && hint.ends_with(k_emptied);
  if (!empties || with == std::string::npos) return hint;
  hint.resize(hint.size() - k_emptied.size());
  return hint.insert(with + std::string_view(" with").size(), "out");
}

/// The first failed check is the error. Cause and hint stand in the list above it, where that was
/// shown; then the command to type is what is left to say.
Error not_saved(const Session& session, const std::string& name, const client::Added& added,
                const TypedCommand* typed) {
  for (const Check& check : added.checks) {
    if (check.status != CheckStatus::failed) continue;
    std::string text = fmt::format("{}: not saved: {}: {}", name, check.check, check.message);
    if (shows_checks(session)) {
      return {check.kind, std::move(text),
              typed == nullptr ? check.hint : next_line(*typed, check.hint, name)};
    }
    if (!check.cause.empty()) text += ": " + check.cause;
    return {check.kind, std::move(text),
            typed == nullptr ? check.hint : said_of(*typed, check.hint, name)};
  }
  return {ErrorKind::unavailable, fmt::format("{}: not saved", name),
          "save without trying: --no-verify"};
}

}  // namespace

client::Verify verify_of(bool no_verify) {
  return no_verify ? client::Verify::no : client::Verify::yes;
}

void report(Session& session, const std::string& name, const client::Added& added,
            const TypedCommand* typed) {
  CheckedOne checked{name, added.checks};
  if (!added.saved && typed != nullptr) {
    for (Check& check : checked.checks) check.hint = said_of(*typed, std::move(check.hint), name);
  }
  const Format format = session.format();
  if (format == Format::json || format == Format::ndjson) {
    const std::string saved = fmt::format(",\"saved\":{}", added.saved);
    session.terminal.out.write(checks_json(checked, saved) + '\n');
  }
  if (worst(added.checks) != CheckStatus::ok) {
    session.talk.note(trim(checks_text(checked, Colour::off)));
  }
  if (!added.saved) throw not_saved(session, name, added, typed);
}

void say_purged(Session& session, const client::Added& added) {
  if (!added.purged) return;
  session.talk.note("removed from the store: " + words_of(*added.purged));
}

void note_dropped_path(Session& session, const std::vector<FieldText>& fields,
                       const Connection& connection) {
  const FieldText* const given = find_field(fields, "url");
  if (given == nullptr) return;
  const Url url = parse_url(given->value, PlainHttp::loopback_only);
  if (url.path.empty()) return;
  session.talk.note(fmt::format("--url: \"{}\" is left away: the address of an instance is {}",
                                excerpt(url.path, 80), connection.url));
}

}  // namespace itsmc::cli

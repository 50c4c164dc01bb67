#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/connection_checks.hpp"
#include "cli/commands/known_settings.hpp"
#include "cli/commands/report_columns.hpp"
#include "cli/commands/unquoted.hpp"
#include "cli/display_text.hpp"
#include "cli/globals.hpp"
#include "cli/output_file.hpp"
#include "cli/session.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/client/doctor.hpp"
#include "itsmc/client/items.hpp"
#include "itsmc/client/workspaces.hpp"

namespace itsmc::cli {
namespace {

constexpr std::int64_t k_last_runs = 50;
constexpr std::string_view k_redacted = "(given)";
constexpr std::string_view k_bundle_begins = "{\"itsmc\":";

// Of texts, these alone are shown: a command may hold a secret, a proxy a password, the rest is
// nobody's business. Numbers, truths and lists of known words tell nothing.
constexpr std::array<std::string_view, 10> k_open_texts{
    "partner", "url",    "timeout",    "grant",     "cloud",
    "auth",    "stream", "log-stream", "workspace", "secret-store"};

/// An array of JSON objects.
class JsonList {
 public:
  explicit JsonList(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::span<const Cell> cells) {
    text_ += text_.empty() ? "\n" : ",\n";
    append_json_object(text_, columns_, cells);
  }
  [[nodiscard]] std::string text() const { return '[' + text_ + ']'; }

 private:
  std::vector<Column> columns_;
  std::string text_;
};

/// `{"url":"https://...","proxy":"(given)"}`: fields as their files have them, by the allow-list.
std::string redacted(const std::vector<FieldText>& fields) {
  std::string json = "{";
  for (const FieldText& field : fields) {
    const ConnectionField* const known = find_connection_field(field.name);
    const bool text = known == nullptr || known->form == FieldForm::text;
    const bool open = !text || std::find(k_open_texts.begin(), k_open_texts.end(), field.name) !=
                                   k_open_texts.end();
    if (json.size() > 1) json += ',';
    append_json_string(json, field.name);
    json += ':';
    append_json_string(json, open ? std::string_view(field.value) : k_redacted);
  }
  return json + '}';
}

/// `"error_kind":"config","error":"...","hint":"..."`: without what stands in the file.
std::string error_members(const Error& error) {
  const std::vector<std::string> known = known_keys();
  std::string json = fmt::format("\"error_kind\":\"{}\",\"error\":", to_string(error.kind()));
  append_json_string(json, unquoted(error.text(), known));
  json += ",\"hint\":";
  append_json_string(json, unquoted(error.hint(), known));
  return json;
}

/// The fields, or why there are none, of each name.
template <typename Load>
std::string named_part(const std::vector<std::string>& names, Load load) {
  std::string list;
  for (const std::string& name : names) {
    list += list.empty() ? "\n{\"name\":" : ",\n{\"name\":";
    append_json_string(list, name);
    try {
      const auto loaded = load(name);
      list += fmt::format(",\"secret_store\":\"{}\",\"fields\":{}}}",
                          to_string(loaded.secret_store), redacted(to_fields(loaded)));
    } catch (const Error& error) {
      list += ',' + error_members(error) + '}';
    }
  }
  return '[' + list + ']';
}

std::string connections_part(const Session& session) {
  const client::Platform& platform = session.platform;
  return named_part(client::connection_names(platform), [&platform](const std::string& name) {
    return client::load_connection(platform, name);
  });
}

std::string workspaces_part(const Session& session) {
  const client::Platform& platform = session.platform;
  return named_part(client::workspace_names(platform), [&platform](const std::string& name) {
    return client::load_workspace(platform, name);
  });
}

std::string status_part(const Session& session) {
  JsonList list(status_columns());
  const std::vector<Connection> ready = client::load_every_connection(session.platform).ready;
  for (const client::StreamHealth& stream : client::sync_status(session.platform, ready)) {
    list.add(status_cells(stream));
  }
  return list.text();
}

std::string runs_part(const Session& session) {
  JsonList list(history_columns());
  for (const LedgerLine& line : client::sync_history(session.platform, {.limit = k_last_runs})) {
    list.add(history_cells(line));
  }
  return list.text();
}

std::string store_part(const Session& session) {
  std::string version;
  store::SqlReceiver receiver;
  receiver.columns = [](std::span<const std::string>) {};
  receiver.row = [&version](std::span<const store::SqlValue> row) { version = row[0].text; };
  client::query_store(session.platform, "select sqlite_version()", receiver);
  const bool absent = client::absent_store(session.platform).has_value();
  return fmt::format("{{\"exists\":{},\"sqlite\":\"{}\"}}", !absent, version);
}

/// Names of the variables that are set and read; never what they hold.
std::string variables_part(const Session& session) {
  std::set<std::string> names{"HTTPS_PROXY",
                              "https_proxy",
                              "HTTP_PROXY",
                              "http_proxy",
                              "NO_PROXY",
                              "no_proxy",
                              "NO_COLOR",
                              "PAGER",
                              "CREDENTIALS_DIRECTORY",
                              "SSL_CERT_FILE",
                              "AZURE_TENANT_ID",
                              "AZURE_CLIENT_ID",
                              "AZURE_CLIENT_SECRET",
                              "ITSMC_PASSWORD",
                              "ITSMC_CLIENT_SECRET"};
  OptionSet options;
  GlobalOptions unused;
  add_globals(options, unused);
  for (const Command& command : commands()) (void)command.build(options);
  for (const Option& option : options.options()) names.insert(environment_name(option.name));
  std::string list;
  for (const std::string& name : names) {
    if (!session.platform.getenv(name)) continue;
    if (!list.empty()) list += ',';
    append_json_string(list, name);
  }
  return '[' + list + ']';
}

/// What is well names urls, what is not is told without the file's own words.
Check told_to_strangers(Check check, const std::vector<std::string>& known) {
  if (check.status == CheckStatus::ok) check.message.clear();
  for (std::string* text : {&check.message, &check.cause, &check.hint}) {
    *text = unquoted(*text, known);
  }
  return check;
}

/// What `doctor --no-network` finds; of the configuration not in words that may stand in a file. No
/// network: a failure there may name a proxy.
std::string doctor_part(const Session& session) {
  const std::vector<std::string> known = known_keys();
  JsonList list(
      {{"part", ""}, {"check", ""}, {"status", ""}, {"message", ""}, {"cause", ""}, {"hint", ""}});
  for (const client::Examined& one :
       client::examine(session.platform, known_settings(), client::Network::spared)) {
    for (const Check& found : one.checks) {
      const Check check = one.part == "configuration" ? told_to_strangers(found, known) : found;
      list.add(std::array{text_cell(one.part), text_cell(check.check),
                          text_cell(to_string(check.status)), text_cell(check.message),
                          text_cell(check.cause), text_cell(check.hint)});
    }
  }
  return list.text();
}

std::string bundle(const Session& session) {
  struct Part {
    std::string_view name;
    std::string (*json)(const Session& session);
  };
  constexpr std::array k_parts{
      Part{"variables", variables_part},   Part{"connections", connections_part},
      Part{"workspaces", workspaces_part}, Part{"store", store_part},
      Part{"status", status_part},         Part{"runs", runs_part},
      Part{"doctor", doctor_part}};
  std::string json = fmt::format("{}\"{}\",\"made\":\"{}\"", k_bundle_begins, ITSMC_VERSION,
                                 format_rfc3339(session.platform.clock.now()));
  for (const Part& part : k_parts) {
    json += fmt::format(",\n\"{}\":", part.name);
    try {
      json += part.json(session);
    } catch (const Error& error) {
      json += '{' + error_members(error) + '}';  // one broken part does not hide the others
    }
  }
  return json + "}\n";
}

struct BundleOptions {
  std::string file;
  bool force = false;
};

int run_bundle(const BundleOptions& options, Session& session) {
  if (options.file == "-") {
    session.terminal.out.write(bundle(session));
    return 0;
  }
  const OutputFile file{.path = options.file,
                        .option = "support bundle",
                        .noun = "support bundle",
                        .mark = k_bundle_begins,
                        .replacing = options.force ? Replacing::anything : Replacing::former};
  check_output_file(file);
  write_output_file(file, bundle(session), Privacy::owner_only);
  session.talk.note(fmt::format("written: {}; look it over before you hand it on", options.file));
  return 0;
}

}  // namespace

Action build_support_bundle(OptionSet& options) {
  auto chosen = std::make_shared<BundleOptions>();
  options.add(Operand{"FILE", "Where to write it; - is stdout", Arity::one, into(chosen->file)});
  add_force_option(options, chosen->force);
  return [chosen](Session& session) { return run_bundle(*chosen, session); };
}

}  // namespace itsmc::cli

#include "cli/commands/connection_options.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/byte_order_mark.hpp"
#include "core/connection_values.hpp"
#include "itsmc/client/settings.hpp"

namespace itsmc::cli {
namespace {

bool is_flag(const ConnectionField& field) {
  return field.form == FieldForm::truth;
}

/// "ID" for "client-id", "N" for a number: what the value is called in help.
std::string value_name(const ConnectionField& field) {
  if (field.form == FieldForm::number) return "N";
  std::string name(field.name.substr(field.name.rfind('-') + 1));
  for (char& c : name) c = static_cast<char>(c - 'a' + 'A');
  return name;
}

std::string help_of(const ConnectionField& field) {
  std::string help(field.help);
  if (!field.fallback.empty() && !is_flag(field)) {
    help += fmt::format(" (default {})", field.fallback);
  }
  std::string refusing;
  for (const PartnerKind kind : k_partner_kinds) {
    if (field.need(kind) != Need::refused) continue;
    refusing += refusing.empty() ? "; not for " : ", ";
    refusing += to_string(kind);
  }
  return help + refusing;
}

/// Without a default, and not needed by every partner.
bool can_be_emptied(const ConnectionField& field) {
  return field.fallback.empty() &&
         std::any_of(k_partner_kinds.begin(), k_partner_kinds.end(),
                     [&](PartnerKind kind) { return field.need(kind) != Need::required; });
}

Setter field_setter(std::vector<FieldText>& fields, const ConnectionField& field) {
  return [&fields, &field](const std::string& text) {
    const std::optional<bool> flag = is_flag(field) ? parse_switch(text) : std::nullopt;
    const std::string value = !flag ? text : *flag ? "true" : "false";
    std::erase_if(fields,
                  [&field](const FieldText& earlier) { return earlier.name == field.name; });
    fields.push_back({std::string(field.name), value});
  };
}

Secret from_stdin(Session& session, std::string_view option) {
  std::optional<Secret> secret;
  if (session.terminal.in_is_terminal) {
    secret = session.terminal.in.read_unseen();
  } else if (std::optional<std::string> line = session.terminal.in.read_line()) {
    if (line->starts_with(k_byte_order_mark)) {
      line->erase(0, k_byte_order_mark.size());
      session.talk.warning(
          fmt::format("--{}: the standard input begins with a byte order mark: "
                      "the secret begins after it",
                      option));
    }
    secret = Secret(std::move(*line));
  }
  if (secret && !secret->empty()) return std::move(*secret);
  throw Error(ErrorKind::invalid,
              fmt::format("--{}: the standard input has no line for it", option),
              "with both secrets on stdin, the password is the first line");
}

std::optional<Secret> take(Session& session, std::string_view name, bool from_standard_input,
                           const std::string& file) {
  if (from_standard_input && !file.empty()) {
    throw Error(ErrorKind::usage,
                fmt::format("--{0}-stdin and --{0}-file exclude each other", name),
                "give one of the two");
  }
  if (from_standard_input) return from_stdin(session, fmt::format("{}-stdin", name));
  if (file.empty()) return std::nullopt;
  try {
    return client::read_secret(session.platform, file);
  } catch (Error& error) {
    error.while_doing(fmt::format("--{}-file", name));
    throw;
  }
}

bool is_set(const Session& session, const char* variable) {
  const std::optional<std::string> value = session.platform.getenv(variable);
  return value && !value->empty();
}

bool refuses(std::optional<PartnerKind> partner, std::string_view field) {
  return partner && find_connection_field(field)->need(*partner) == Need::refused;
}

}  // namespace

void add_field_options(OptionSet& options, std::vector<FieldText>& fields, Sources sources,
                       Blank blank) {
  for (const ConnectionField& field : connection_fields()) {
    if (field.secret) continue;
    options.add({.name = std::string(field.name),
                 .value = is_flag(field) ? std::string() : value_name(field),
                 .help = help_of(field),
                 .set = field_setter(fields, field),
                 .sources = sources,
                 .blank = can_be_emptied(field) ? blank : Blank::refused});
  }
}

void add_secret_options(OptionSet& options, SecretOptions& secrets, Sources sources) {
  options.add({.name = "password-stdin",
               .value = {},
               .help = "The password is a line of the standard input",
               .set = into(secrets.password_stdin),
               .sources = sources});
  options.add({.name = "password-file",
               .value = "FILE",
               .help = "The password is the first line of a file",
               .set = into(secrets.password_file),
               .sources = sources});
  add_client_secret_options(options, secrets, sources);
}

void add_client_secret_options(OptionSet& options, SecretOptions& secrets, Sources sources) {
  options.add({.name = "client-secret-stdin",
               .value = {},
               .help = "The client secret is a line of the standard input",
               .set = into(secrets.client_secret_stdin),
               .sources = sources});
  options.add({.name = "client-secret-file",
               .value = "FILE",
               .help = "The client secret is the first line of a file",
               .set = into(secrets.client_secret_file),
               .sources = sources});
}

void warn_of_variables(Session& session, const std::vector<FieldText>& changed) {
  for (const FieldText& field : changed) {
    if (session.given.options.contains(field.name)) continue;
    session.talk.warning(
        fmt::format("{} is changed by {}", field.name, environment_name(field.name)));
  }
}

void refuse_foreign_secrets(const Session& session, const Connection& connection,
                            const SecretOptions& options, const std::string& command) {
  std::vector<FieldProblem> problems;
  const auto look = [&](std::string_view name, std::string_view way, bool given) {
    const ConnectionField& field = *find_connection_field(name);
    const std::string option = fmt::format("{}-{}", name, way);
    const bool by_variable = is_set(session, environment_name(option).c_str());
    if (!given || by_variable || field.need(connection.partner) != Need::refused) return;
    problems.push_back({option, fmt::format("is not for {}: {}", title(connection.partner),
                                            field.refused_because)});
  };
  look("password", "stdin", options.password_stdin);
  look("password", "file", !options.password_file.empty());
  look("client-secret", "stdin", options.client_secret_stdin);
  look("client-secret", "file", !options.client_secret_file.empty());
  if (problems.empty()) return;
  const bool by_password = !refuses(connection.partner, "password");
  Error error = problems_error("not done", problems, command);
  error.with_hint(fmt::format("itsmc {} {} --{}-file FILE", command, connection.name,
                              by_password ? "password" : "client-secret"));
  throw Error(error);
}

TakenSecrets try_secrets(Session& session, const SecretOptions& options) {
  TakenSecrets taken;
  const auto attempt = [&](std::string_view name, bool from_standard_input,
                           const std::string& file) -> std::optional<Secret> {
    try {
      return take(session, name, from_standard_input, file);
    } catch (const Error& error) {
      taken.refused.push_back(error);
      return std::nullopt;
    }
  };
  taken.secrets.password = attempt("password", options.password_stdin, options.password_file);
  taken.secrets.client_secret =
      attempt("client-secret", options.client_secret_stdin, options.client_secret_file);
  return taken;
}

client::GivenSecrets take_secrets(Session& session, const SecretOptions& options) {
  TakenSecrets taken = try_secrets(session, options);
  if (taken.refused.empty()) return std::move(taken.secrets);
  const Error& first = taken.refused.front();
  std::string text;
  for (const Error& error : taken.refused) text += (text.empty() ? "" : "; ") + error.text();
  throw Error(first.kind(), std::move(text), first.hint());
}

SecretsGiven secrets_at_hand(const Session& session, const client::GivenSecrets& secrets,
                             std::optional<PartnerKind> partner) {
  const bool password = secrets.password.has_value() ||
                        (is_set(session, "ITSMC_PASSWORD") && !refuses(partner, "password"));
  const bool client_secret =
      secrets.client_secret.has_value() ||
      (is_set(session, "ITSMC_CLIENT_SECRET") && !refuses(partner, "client-secret"));
  if (password && client_secret) return SecretsGiven::both;
  if (password) return SecretsGiven::password;
  return client_secret ? SecretsGiven::client_secret : SecretsGiven::none;
}

std::string key_of(std::string_view field) {
  std::string key(field);
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

Error problems_error(const std::string& doing, const std::vector<FieldProblem>& problems,
                     const std::string& command) {
  std::string text = doing + ":";
  for (const FieldProblem& problem : problems) {
    text += problem.field == "name" ? fmt::format("\n  NAME: {}", problem.reason)
                                    : fmt::format("\n  --{}: {}", problem.field, problem.reason);
  }
  return {ErrorKind::invalid, std::move(text), fmt::format("itsmc {} --help", command)};
}

}  // namespace itsmc::cli

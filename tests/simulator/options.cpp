#include "options.hpp"

#include <functional>
#include <map>
#include <stdexcept>

#include <fmt/format.h>

#include "products.hpp"
#include "shared/compress.hpp"
#include "shared/message.hpp"

namespace itsmc::sim {
namespace {

using Setter = std::function<void(const std::string&)>;

std::int64_t whole_number(const std::string& text) {
  const auto value = number_or(text, -1);
  if (value < 0) throw std::runtime_error("not a number: '" + text + "'");
  return value;
}

std::map<std::string, Setter> valued_options(Options& o) {
  const auto text = [](std::string& to) { return [&to](const std::string& v) { to = v; }; };
  const auto number = [](auto& to) {
    return [&to](const std::string& v) {
      to = static_cast<std::remove_reference_t<decltype(to)>>(whole_number(v));
    };
  };
  return {{"--port", number(o.port)},
          {"--cert-dir", text(o.cert_dir)},
          {"--items", text(o.items)},
          {"--log", text(o.log)},
          {"--at", text(o.at)},
          {"--generate", number(o.generate)},
          {"--seed", number(o.seed)},
          {"--latency", number(o.latency_ms)},
          {"--cache-mb", number(o.cache_mb)},
          {"--gzip-level", number(o.gzip_level)},
          {"--lockout", number(o.lockout)},
          {"--user", text(o.user)},
          {"--password-file", text(o.password_file)},
          {"--client-id", text(o.client_id)},
          {"--client-secret-file", text(o.client_secret_file)},
          {"--foreign-name", text(o.foreign_name)},
          {"--tenant", text(o.tenant)},
          {"--tenant-id", text(o.tenant_id)},
          {"--cloud", text(o.cloud)},
          {"--client-certificate", text(o.client_certificate)},
          {"--fault", [&o](const std::string& v) { o.faults.push_back(v); }}};
}

std::string product_names() {
  std::string names;
  for (const auto& product : products()) {
    names += (names.empty() ? "" : ", ") + std::string(product.name);
  }
  return names;
}

std::string secret_from(const std::string& file, std::string otherwise) {
  if (file.empty()) return otherwise;
  std::string text = read_file(file);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

}  // namespace

Credentials credentials_from(const Options& options) {
  Credentials credentials;
  if (!options.user.empty()) credentials.user = options.user;
  if (!options.client_id.empty()) credentials.client_id = options.client_id;
  credentials.password = secret_from(options.password_file, credentials.password);
  credentials.client_secret = secret_from(options.client_secret_file, credentials.client_secret);
  return credentials;
}

// What a product would leave unread in silence.
void check_product(const Options& options) {
  const bool servicenow = options.product == "servicenow";
  if (!options.log.empty() && !servicenow) {
    throw std::runtime_error("--log is for servicenow only: give --generate N or --items FILE");
  }
  if (!options.items.empty() && servicenow) {
    throw std::runtime_error("--items is not for servicenow: give --generate N or --log FILE");
  }
}

Options parse_options(const std::vector<std::string>& arguments) {
  Options options;
  const auto valued = valued_options(options);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string name = arguments[i];
    if (name == "--help" || name == "-h")
      options.help = true;
    else if (name == "--help-faults")
      options.help_faults = true;
    else if (name == "--tls")
      options.tls = true;
    else if (name == "--drop-rows")
      options.drop_rows = true;
    else if (name == "--stopped-clock")
      options.stopped_clock = true;
    else if (!name.starts_with("-"))
      options.product = name;
    else {
      std::string value;
      const auto equals = name.find('=');
      const bool joined = equals != std::string::npos;
      if (joined) {
        value = name.substr(equals + 1);
        name.resize(equals);
      } else if (i + 1 < arguments.size()) {
        value = arguments[++i];
      } else {
        throw std::runtime_error(name + " needs a value");
      }
      const auto found = valued.find(name);
      if (found == valued.end()) throw std::runtime_error("unknown option " + name);
      found->second(value);
    }
  }
  check_product(options);
  return options;
}

std::string unknown_product(const std::string& name) {
  return fmt::format("unknown product '{}': one of {}", name, product_names());
}

std::string help_text() {
  return R"(usage: itsmc-sim PRODUCT [options]

A simulated ITSM instance on 127.0.0.1, for tests. PRODUCT: )" +
         product_names() +
         R"(.
When it is ready it prints one line of JSON: {"url","control","ca_file","pid"}.
It ends on SIGTERM, on SIGINT and when its parent ends.

  --port N               listen there (default: any free port)
  --tls                  https; control is plain http on a port of its own
  --cert-dir DIR         writes ca.pem there (default with --tls: a temporary directory)
  --items FILE           rows from neutral lines (ndjson; not servicenow)
  --log FILE             replays the incident log (.csv or .csv.xz; servicenow)
  --at "YYYY-MM-DD HH:MM"  log time that is now (default 2016-06-10 12:00)
  --generate N           N synthetic incidents and N/20 change requests
  --seed S               of the synthetic rows (default 1)
  --latency MS           waits before every answer
  --user U               user name (default itsmc.integration)
  --password-file F      password (default: pass word+&%=)"
         "\xc3\xa9"
         R"()
  --client-id I          OAuth client (default itsmc-client)
  --client-secret-file F its secret (default: s3cret+with&odd%=chars)
  --lockout N            bad passwords until the user is locked (default 5)
  --foreign-name HOST    the name in links (default dev00000.service-now.com)
  --tenant NAME          of Entra (default contoso.onmicrosoft.com)
  --tenant-id GUID       the same tenant's id
  --cloud NAME           of Azure: public, usgov or china (default public)
  --client-certificate F of Entra and Azure: the client's certificate (PEM), beside its secret
  --drop-rows            of Azure: counts ingested rows and keeps none
  --stopped-clock        its time moves by control alone: a run asks for what the one before it did
  --fault NAME[=ARG][;after=M][;count=N][;path=TEXT]   switches a fault on; repeatable
  --cache-mb N           room for ready page bodies (default 1024)
  --gzip-level N         1 to 12 (default 2)
  --help-faults          lists the product's faults
)";
}

}  // namespace itsmc::sim

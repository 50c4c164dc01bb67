#include <filesystem>

#include <catch2/catch.hpp>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "asking.hpp"
#include "azure/azure_on_test.hpp"
#include "entra/signing_key.hpp"
#include "instance_on_test.hpp"
#include "shared/compress.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

constexpr const char* k_imds = "/metadata/identity/oauth2/token";

json claims_of(const std::string& token) {
  const auto first = token.find('.');
  return json::parse(
      entra::decode_base64url(token.substr(first + 1, token.rfind('.') - first - 1)));
}

json recorded_identity(const std::string& name) {
  return json::parse(read_file(std::string(SIM_FIXTURE_ROOT) +
                               "/azure/http/managed-identity.json"))[name]["response"]["body"];
}

void same_members(const json& recorded, const json& shown) {
  for (const auto& [key, value] : recorded.items()) {
    INFO(key);
    REQUIRE(shown.contains(key));
    CHECK(shown[key].type() == value.type());
  }
}

// A key with its self-signed certificate.
struct OwnCertificate {
  OwnCertificate() : key(EVP_RSA_gen(2048), EVP_PKEY_free), certificate(X509_new(), X509_free) {
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86400);
    X509_set_pubkey(certificate.get(), key.get());
    X509_sign(certificate.get(), key.get(), EVP_sha256());
  }
  std::string pem() const {
    BIO* memory = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(memory, certificate.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory, &text);
    std::string out(text, static_cast<std::size_t>(size));
    BIO_free(memory);
    return out;
  }
  std::string thumbprint(const EVP_MD* kind) const {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    X509_digest(certificate.get(), kind, bytes, &size);
    return entra::base64url({reinterpret_cast<const char*>(bytes), size});
  }
  std::string sign(json header, const json& claims) const {
    const std::string text =
        entra::base64url(header.dump()) + "." + entra::base64url(claims.dump());
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_PKEY_CTX* how = nullptr;
    EVP_DigestSignInit(context, &how, EVP_sha256(), nullptr, key.get());
    if (header["alg"] == "PS256") {
      EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_PSS_PADDING);
      EVP_PKEY_CTX_set_rsa_pss_saltlen(how, RSA_PSS_SALTLEN_DIGEST);
    }
    std::size_t size = 512;
    std::string signature(size, '\0');
    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                   reinterpret_cast<const unsigned char*>(text.data()), text.size());
    EVP_MD_CTX_free(context);
    signature.resize(size);
    return text + "." + entra::base64url(signature);
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key;
  std::unique_ptr<X509, decltype(&X509_free)> certificate;
};

struct Asserting : AzureOnTest {
  json claims() const {
    const std::int64_t now = now_ms / 1000;
    return {{"aud", "http://sim.example/" + service.site().directory.settings().tenant_id +
                        "/oauth2/v2.0/token"},
            {"iss", "itsmc-client"},
            {"sub", "itsmc-client"},
            {"jti", "1"},
            {"nbf", now},
            {"exp", now + 600}};
  }
  Reply assertion(const std::string& jwt) {
    return token(
        {{"grant_type", "client_credentials"},
         {"client_id", "itsmc-client"},
         {"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
         {"client_assertion", jwt},
         {"scope", "https://monitor.azure.com/.default"}});
  }
  int code(const std::string& jwt) {
    const json body = body_json(assertion(jwt));
    return body.contains("error_codes") ? body["error_codes"][0].get<int>() : 0;
  }
};

}  // namespace

TEST_CASE("azure identity: IMDS answers as recorded, with and without a slash") {
  AzureOnTest on;
  for (const std::string slash : {"", "/"}) {
    const Reply reply = on.front.answer(
        asked("GET", k_imds + slash + "?api-version=2018-02-01&resource=https://monitor.azure.com",
              "", {{"Metadata", "true"}}));
    CHECK(reply.status == 200);
    same_members(recorded_identity("imds"), body_json(reply));
    const std::string token = body_json(reply)["access_token"];
    CHECK(claims_of(token)["oid"] == body_json(on.control("azure"))["principals"][2]["object_id"]);
  }
}

TEST_CASE("azure identity: what IMDS refuses") {
  AzureOnTest on;
  const auto ask = [&](const std::string& query, Fields headers) {
    return on.front.answer(
        asked("GET", k_imds + ("?api-version=2018-02-01" + query), "", std::move(headers)));
  };
  const std::string resource = "&resource=https://monitor.azure.com/";
  const Fields metadata{{"Metadata", "true"}};
  CHECK(body_json(ask(resource, {}))["error"] == "bad_request_102");
  CHECK(ask("", metadata).status == 400);
  CHECK(ask(resource + "&client_id=nobody", metadata).status == 400);
  CHECK(ask("&resource=https://monitor.azure.us", metadata).status == 400);
  const json principals = body_json(on.control("azure"))["principals"];
  for (const char* way : {"client_id", "object_id"}) {
    CHECK(
        ask(resource + "&" + way + "=" + principals[3][way].get<std::string>(), metadata).status ==
        200);
  }
  CHECK(ask(resource + "&msi_res_id=" + encoded(principals[3]["resource_id"].get<std::string>()),
            metadata)
            .status == 200);
  on.control("fault?name=imds-status&arg=410&count=1");
  CHECK(ask(resource, metadata).status == 410);
  on.control("fault?name=no-identity&count=1");
  CHECK(ask(resource, metadata).status == 400);
}

TEST_CASE("azure identity: App Service wants its header and writes expires_on by its version") {
  AzureOnTest on;
  const std::string secret = on.service.site().settings.identity_header;
  const auto ask = [&](const std::string& version, const char* header) {
    return on.front.answer(
        asked("GET", "/MSI/token?resource=https://monitor.azure.com&api-version=" + version, "",
              {{header, secret}}));
  };
  const json body = body_json(ask("2019-08-01", "X-IDENTITY-HEADER"));
  same_members(recorded_identity("appService"), body);
  CHECK_FALSE(body.contains("expires_in"));
  CHECK(ask("2019-08-01", "secret").status == 400);
  const json old = body_json(ask("2017-09-01", "secret"));
  CHECK(old["expires_on"] == "1/1/2026 12:59:59 AM +00:00");
}

TEST_CASE("azure identity: Arc's key file opens the door once") {
  azure::Settings settings;
  settings.key_directory = std::filesystem::temp_directory_path() / "itsmc-sim-test-keys";
  AzureOnTest on(settings);
  const std::string target =
      std::string(k_imds) + "?api-version=2020-06-01&resource=https://monitor.azure.com";
  const auto ask = [&](const std::string& authorization) {
    Fields headers{{"Metadata", "true"}};
    if (!authorization.empty()) headers.push_back({"Authorization", authorization});
    return on.front.answer(asked("GET", target, "", headers));
  };
  const Reply challenge = ask("");
  CHECK(challenge.status == 401);
  const std::string realm = header_of(challenge, "WWW-Authenticate");
  REQUIRE(realm.starts_with("Basic realm="));
  const std::string key = read_file(realm.substr(12));
  CHECK(key.size() < 4096);
  const json body = body_json(ask("Basic " + key));
  CHECK(body["expires_in"].is_number());
  CHECK(ask("Basic " + key).status == 401);
}

TEST_CASE("entra: a certificate's assertion is checked for real") {
  Asserting on;
  const OwnCertificate own;
  const OwnCertificate stranger;
  const json ps256{{"alg", "PS256"}, {"typ", "JWT"}, {"x5t#S256", own.thumbprint(EVP_sha256())}};
  const json rs256{{"alg", "RS256"}, {"typ", "JWT"}, {"x5t", own.thumbprint(EVP_sha1())}};
  CHECK(on.code(own.sign(ps256, on.claims())) == 700027);
  REQUIRE(on.control("certificate", own.pem()).status == 200);
  CHECK(on.control("certificate", "no pem").status == 400);
  CHECK(on.code(own.sign(ps256, on.claims())) == 0);
  CHECK(on.code(own.sign(rs256, on.claims())) == 0);
  CHECK(on.code(stranger.sign(ps256, on.claims())) == 700027);
  CHECK(on.code("no.token") == 700027);
  const auto with = [&](const char* name, const json& value) {
    json claims = on.claims();
    claims[name] = value;
    return on.code(own.sign(ps256, claims));
  };
  CHECK(with("aud", "https://login.microsoftonline.com/x/oauth2/v2.0/token") == 700023);
  CHECK(with("exp", on.now_ms / 1000 - 301) == 700024);
  CHECK(with("nbf", on.now_ms / 1000 + 86400) == 700024);
  const Reply reply = on.assertion(own.sign(ps256, on.claims()));
  const std::string token = body_json(reply)["access_token"];
  CHECK(claims_of(token)["oid"] == body_json(on.control("azure"))["principals"][0]["object_id"]);
}

TEST_CASE("entra: a federated token must match issuer, subject and audience, case included") {
  Asserting on;
  const auto token = [&](const std::string& query) {
    return body_json(on.control("federation/token?" + query))["token"].get<std::string>();
  };
  CHECK(on.code(token("")) == 0);
  CHECK(on.code(token("issuer=https://other.example")) == 700211);
  CHECK(on.code(token("subject=System:serviceaccount:itsmc:itsmc")) == 700213);
  CHECK(on.code(token("audience=api://azureadtokenexchange")) == 700212);
  CHECK(on.code(token("seconds=-400")) == 700024);
  const OwnCertificate stranger;
  json claims = claims_of(token(""));
  CHECK(on.code(stranger.sign({{"alg", "RS256"}}, claims)) == 50012);
  on.control("federation/clear");
  CHECK(on.code(token("")) == 700211);
  on.control("federation?subject=repo:contoso/itsmc", "");
  CHECK(on.code(token("subject=repo:contoso/itsmc")) == 0);
}

TEST_CASE("entra: another cloud's audience is not known here") {
  AzureOnTest on;
  const Credentials standard;
  const Reply reply = on.token({{"grant_type", "client_credentials"},
                                {"client_id", standard.client_id},
                                {"client_secret", standard.client_secret},
                                {"scope", "https://monitor.azure.us/.default"}});
  CHECK(body_json(reply)["error_codes"][0] == 500011);
}

}  // namespace itsmc::sim::test

"""Every way to sign in to Azure, from an empty machine to a good check list; and what is said when
one of them, or what it leads to, is wrong."""
import json
import os
import subprocess
import sys
import urllib.request

import test_workspace
from story import CLIENT_SECRET, Story, main

PUBLISHER = "Monitoring Metrics Publisher"
NOWHERE = "http://127.0.0.1:9"  # of the metadata service, where there is none

# What `az` does: notes how it was asked, then prints a token or a complaint.
AZ = """#!%s
import json, os, sys, urllib.parse, urllib.request
with open(%r, "a") as log:
    log.write(" ".join(sys.argv[1:]) + " in " + os.getcwd() + chr(10))
mode = open(%r).read().strip()
if mode == "nobody":
    sys.exit("ERROR: Please run 'az login' to setup account.")
if mode == "broken":
    sys.exit("ERROR: The subscription is disabled")
asked = sys.argv[sys.argv.index("--resource") + 1]
form = {"grant_type": "client_credentials", "client_id": "itsmc-client", "client_secret": %r,
        "scope": (mode if "://" in mode else asked) + "/.default"}
answer = urllib.request.urlopen(%r, urllib.parse.urlencode(form).encode(), timeout=30)
token = json.loads(answer.read())
print(json.dumps({"accessToken": token["access_token"], "tokenType": "Bearer",
                  "expiresOn": "2099-01-01 00:00:00.000000", "expires_on": 4070908800}))
"""


class AzureSignIn(Story):
    post = test_workspace.Workspace.post
    target = test_workspace.Workspace.target
    check_list = test_workspace.Workspace.check_list

    def azure(self, *options):
        azure = self.simulator(*options, product="azure")
        self.known = azure.control("azure")
        self.made = self.target(azure)
        return azure

    def grant(self, azure, principal):
        for role in (PUBLISHER, "Contributor"):
            azure.control("grant", principal=principal, role=role)

    def fields(self, azure):
        return ["--resource-id", self.known["workspace_id"], "--endpoint", azure.url, "--rule-id",
                self.made["immutable_id"], "--stream", self.made["stream"], "--authority",
                azure.url, "--arm-endpoint", azure.url, "--query-endpoint", azure.url]

    def app(self):
        return ["--tenant", self.known["tenant"], "--client-id", "itsmc-client"]

    def app_variables(self, **more):
        return {"AZURE_TENANT_ID": self.known["tenant"], "AZURE_CLIENT_ID": "itsmc-client", **more}

    def add_law(self, azure, *more, **variables):
        self.itsmc("workspace", "remove", "law", "--yes")
        return self.itsmc("workspace", "add", "law", *self.fields(azure), *more, **variables)

    def assert_signs_in_by(self, words, azure, *more, **variables):
        """It is tried, saved, and every check is good; the line of the sign-in says by what."""
        added = self.add_law(azure, *more, **variables)
        self.assertEqual(added.code, 0, repr(added))
        result = self.itsmc("workspace", "test", "law", "-o", "json", **variables)
        self.assertEqual(result.code, 0, repr(result))
        lines = {line["check"]: line for line in result.json()[0]["checks"]}
        self.assertIn("signed in by " + words + " as ", lines["sign-in"]["message"])
        told = {name: line["status"] for name, line in lines.items() if name != "tls"}
        self.assertEqual(set(told.values()), {"ok"}, told)

    def certificate(self, azure, name="app"):
        key, certificate, both = (os.path.join(self.home, name + end)
                                  for end in (".key", ".crt", ".pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=itsmc-client", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
        with open(both, "w") as out:
            for part in (certificate, key):
                with open(part) as text:
                    out.write(text.read())
        return certificate, both

    def upload(self, azure, path, content):
        with urllib.request.urlopen(azure.control_url + path, content, timeout=60) as answer:
            self.assertEqual(answer.status, 200)

    def register(self, azure, certificate):
        with open(certificate, "rb") as pem:
            self.upload(azure, "/certificate", pem.read())

    def federated_token(self, azure, **query):
        path = os.path.join(self.home, "federated-token")
        with open(path, "w") as out:
            out.write(azure.control("federation/token", **query)["token"])
        return path

    def az(self, azure, mode="good"):
        """A folder for PATH."""
        folder = os.path.join(self.home, "bin")
        os.makedirs(folder, exist_ok=True)
        self.az_log = os.path.join(self.home, "az.log")
        self.az_mode = os.path.join(self.home, "az.mode")
        with open(self.az_mode, "w") as out:
            out.write(mode)
        url = "%s/%s/oauth2/v2.0/token" % (azure.url, self.known["tenant"])
        path = os.path.join(folder, "az")
        with open(path, "w") as out:
            out.write(AZ % (sys.executable, self.az_log, self.az_mode, CLIENT_SECRET, url))
        os.chmod(path, 0o755)
        return {"PATH": folder + ":/usr/bin:/bin"}

    def test_a_secret(self):
        azure = self.azure()
        secret = self.secret_file("azure-secret", CLIENT_SECRET)
        self.assert_signs_in_by("kept client secret", azure, "--auth", "secret", *self.app(),
                                "--client-secret-file", secret)
        self.assert_signs_in_by("environment secret", azure,
                                **self.app_variables(AZURE_CLIENT_SECRET=CLIENT_SECRET))
        self.assert_signs_in_by("client secret of its command", azure, *self.app(),
                                "--client-secret-command", "cat " + secret)
        for text in self.said:
            self.assertNotIn(CLIENT_SECRET, text)

    def test_a_certificate(self):
        azure = self.azure()
        certificate, both = self.certificate(azure)
        unknown = self.add_law(azure, "--auth", "certificate", *self.app(), "--certificate", both)
        self.assertEqual(unknown.code, 4, repr(unknown))
        self.assertIn("AADSTS700027", unknown.err)
        self.assertIn("upload the certificate that signs", unknown.err)
        self.register(azure, certificate)
        self.assert_signs_in_by("certificate", azure, "--auth", "certificate", *self.app(),
                                "--certificate", both)
        self.assert_signs_in_by("environment certificate", azure,
                                **self.app_variables(AZURE_CLIENT_CERTIFICATE_PATH=both))
        half = self.add_law(azure, "--auth", "certificate", *self.app(), "--certificate",
                            certificate)
        self.assertEqual(half.code, 4, repr(half))
        self.assertIn("holds no private key", half.err)

    def test_a_federated_token(self):
        azure = self.azure()
        azure.control("federation/clear")
        variables = self.app_variables(AZURE_FEDERATED_TOKEN_FILE=self.federated_token(azure))
        nobody = self.add_law(azure, "--auth", "federated", **variables)
        self.assertEqual(nobody.code, 4, repr(nobody))
        self.assertIn("Federated credentials", nobody.err)
        self.upload(azure, "/federation", b"")  # signed by the simulator's own key
        for auth in ("federated", "auto"):
            self.assert_signs_in_by("workload identity", azure, "--auth", auth, **variables)
        self.federated_token(azure, seconds="-4000")
        stale = self.itsmc("workspace", "test", "law", **variables)
        self.assertEqual(stale.code, 4, repr(stale))
        self.assertIn("the file old", stale.out)

    def test_the_identity_of_a_machine(self):
        azure = self.azure()
        imds = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": azure.url}
        self.grant(azure, "system")
        for auth in ("managed-identity", "auto"):
            self.assert_signs_in_by("managed identity", azure, "--auth", auth, **imds)
        azure.control("fault", name="imds-status", arg="410", count="1")
        self.assert_signs_in_by("managed identity", azure, "--auth", "managed-identity", **imds)
        azure.control("fault", name="no-identity", count="0")
        nobody = self.itsmc("workspace", "test", "law", **imds)
        self.assertEqual(nobody.code, 4, repr(nobody))
        self.assertIn("Identity not found", nobody.out)
        self.assertIn("Identity: switch it on", nobody.out)
        azure.control("faults/clear")
        self.grant(azure, "assigned")
        assigned = {one["name"]: one for one in self.known["principals"]}["assigned"]
        self.assert_signs_in_by("managed identity", azure, "--auth", "managed-identity",
                                "--client-id", assigned["client_id"], **imds)

    def test_the_identity_of_an_app_service(self):
        azure = self.azure()
        app = {"IDENTITY_ENDPOINT": azure.url + "/MSI/token",
               "IDENTITY_HEADER": self.known["identity_header"]}
        self.grant(azure, "system")
        for auth in ("managed-identity", "auto"):
            self.assert_signs_in_by("managed identity", azure, "--auth", auth, **app)
        wrong = self.add_law(azure, "--auth", "managed-identity",
                             **{**app, "IDENTITY_HEADER": "guessed"})
        self.assertEqual(wrong.code, 4, repr(wrong))
        self.assertIn("App Service", wrong.err)
        self.assertNotIn("guessed", wrong.err)

    def test_the_identity_of_an_arc_machine(self):
        keys = os.path.join(self.home, "certs", "arc")
        azure = self.azure("--cert-dir", os.path.join(self.home, "certs"))
        arc = {"IDENTITY_ENDPOINT": azure.url + "/metadata/identity/oauth2/token",
               "IMDS_ENDPOINT": azure.url}
        self.grant(azure, "system")
        elsewhere = self.add_law(azure, "--auth", "managed-identity", **arc)
        self.assertEqual(elsewhere.code, 4, repr(elsewhere))
        self.assertIn("names no key file in /var/opt/azcmagent/tokens", elsewhere.err)
        self.assert_signs_in_by("managed identity", azure, "--auth", "managed-identity",
                                ITSMC_ARC_KEYS=keys, **arc)

    def test_whoever_is_signed_in_to_az(self):
        azure = self.azure()
        path = self.az(azure)
        azure.control("grant", principal="client", role=PUBLISHER)
        self.assert_signs_in_by("Azure CLI", azure, "--auth", "cli", **path)
        self.assert_signs_in_by("Azure CLI", azure, "--tenant", self.known["tenant"],
                                AZURE_POD_IDENTITY_AUTHORITY_HOST=NOWHERE, **path)
        with open(self.az_log) as log:
            asked = log.read().splitlines()
        self.assertIn("account get-access-token --output json --resource https://monitor.azure.com"
                      " --tenant %s in /" % self.known["tenant"], asked)
        for mode, words in (("nobody", "nobody is signed in: az login"),
                            ("broken", "The subscription is disabled")):
            self.az(azure, mode)
            failed = self.itsmc("workspace", "test", "law",
                                AZURE_POD_IDENTITY_AUTHORITY_HOST=NOWHERE, **path)
            self.assertEqual(failed.code, 4, repr(failed))
            self.assertIn(words, failed.out)

    def test_when_nobody_is_there_every_source_says_why(self):
        azure = self.azure()
        nobody = self.add_law(azure, AZURE_POD_IDENTITY_AUTHORITY_HOST=NOWHERE,
                              PATH=self.home, AZURE_TENANT_ID="contoso.example")
        self.assertEqual(nobody.code, 4, repr(nobody))
        for words in ("environment secret: no AZURE_CLIENT_ID, no AZURE_CLIENT_SECRET",
                      "environment certificate: ", "workload identity: ",
                      "no secret was given", "managed identity: this machine has none", "Azure CLI: az: not found",
                      "hint: itsmc workspace add law --", " --auth secret --tenant TENANT"):
            self.assertIn(words, " ".join(nobody.err.split()))
        self.assertEqual(self.ok("workspace", "list", "-o", "json").json(), [])

    def test_a_wrong_secret_is_not_made_good_by_somebody_else(self):
        azure = self.azure()
        refused = self.add_law(azure, **self.app_variables(AZURE_CLIENT_SECRET="wrong"),
                               **self.az(azure))
        self.assertEqual(refused.code, 4, repr(refused))
        self.assertIn("environment secret: Microsoft Entra refused", refused.err)
        self.assertFalse(os.path.exists(self.az_log))

    def test_each_mistake_has_words_and_a_next_step_of_its_own(self):
        secret = self.secret_file("azure-secret", CLIENT_SECRET)
        signed = ["--auth", "secret", "--client-secret-file", secret]
        told = {}

        def checked(name, check, code, **variables):
            result = self.itsmc("workspace", "test", "law", "-o", "json", **variables)
            self.assertEqual(result.code, code, repr(result))
            lines = {line["check"]: line for line in result.json()[0]["checks"]}
            line = lines[check]
            self.assertEqual(line["status"], "failed", lines)
            self.assertTrue(line["hint"], line)
            told[name] = " | ".join((line["message"], line["cause"], line["hint"]))
            return told[name]

        azure = self.azure()
        self.assertEqual(self.add_law(azure, *self.app(), *signed).code, 0)
        path = self.az(azure, "https://management.azure.com")
        self.ok("workspace", "edit", "law", "--auth", "cli", "--client-id", "", "--no-verify")
        self.assertIn("the token is for https://management.azure.com, and "
                      "https://monitor.azure.com was asked for",
                      checked("wrong audience", "audience", 4, **path))
        self.ok("workspace", "edit", "law", *signed, *self.app())
        azure.control("revoke", principal="client", role=PUBLISHER)
        self.assertIn(PUBLISHER, checked("missing role", "role", 4))
        azure.control("grant", principal="client", role=PUBLISHER)
        region = self.itsmc("workspace", "edit", "law", "--rule-id", "westeurope")
        self.assertEqual(region.code, 2, repr(region))
        self.assertIn("neither the rule's name nor a region", region.err)
        told["a region for a rule"] = region.err
        azure.control("fault", name="drop-column", arg="Risk_s", count="0")
        self.assertIn("Risk_s", checked("missing column", "columns", 5))
        azure.control("faults/clear")
        abroad = self.itsmc("workspace", "edit", "law", "--cloud", "china", "--authority",
                            azure.url, "--arm-endpoint", azure.url, "--query-endpoint", azure.url)
        self.assertEqual(abroad.code, 4, repr(abroad))
        self.assertIn("not changed", abroad.err)
        self.ok("workspace", "edit", "law", "--cloud", "china", "--no-verify")
        wrong_cloud = checked("wrong cloud", "sign-in", 4)
        for words in ("the china cloud", "choose --cloud public, usgov or china"):
            self.assertIn(words, wrong_cloud)
        self.ok("workspace", "edit", "law", "--cloud", "public")
        azure.control("advance", seconds="-86400")
        azure.control("revoke", principal="client", role=PUBLISHER)  # it would be one to come
        azure.control("grant", principal="client", role=PUBLISHER)
        self.assertIn("TimeGenerated", checked("clock a day ahead", "clock", 5))
        certificate, both = self.certificate(azure)
        self.register(azure, certificate)
        self.ok("workspace", "edit", "law", "--auth", "certificate", "--certificate", both,
                "--no-verify")
        self.assertIn("set this machine's clock", checked("clock, by certificate", "sign-in", 4))
        self.assertEqual(len(set(told.values())), len(told))
        if os.environ.get("ITSMC_SHOW"):
            print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()

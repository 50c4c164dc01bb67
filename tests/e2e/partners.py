"""The four products as their simulators play them: what a connection to each needs."""

PARTNERS = ("servicenow", "cherwell", "provance", "scsm")
TENANT = "contoso.onmicrosoft.com"


def connection_options(partner, url):
    """The options of `connection add` beside name, secrets and days."""
    options = {
        "servicenow": ["--self-hosted", "--username", "itsmc.integration"],
        "cherwell": ["--username", "itsmc.integration"],
        "provance": ["--username", "itsmc.integration@" + TENANT, "--authority", url, "--profile",
                     "provance-example"],
        "scsm": ["--tenant", TENANT, "--authority", url],
    }[partner]
    return ["--partner", partner, "--url", url, "--client-id", "itsmc-client", *options]


def needs_password(partner):
    return partner != "scsm"


def needs_client_secret(partner):
    return partner in ("servicenow", "scsm")

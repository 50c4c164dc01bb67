"""What the stories of workspaces need: a simulated Azure, a workspace on it, a comparison with the store."""
import json
import urllib.request

from story import CLIENT_SECRET, Story

TIMES = ("TimeGenerated ResolvedDate_t CreatedDate_t ClosedDate_t LastModifiedDate_t RequestedDate_t "
         "PlannedStartDate_t PlannedEndDate_t WorkStartDate_t WorkEndDate_t DeletedDate_t").split()
TEXTS = ("RecordKey_s RecordVersion_s ServiceDeskConnectionName_s ServiceDeskWorkItemType_s "
         "RecordId_s ServiceDeskId_s Title_s Description_s IncidentState_s CRState_s Urgency_s "
         "Impact_s Priority_s Category_s Source_s Escalation_s AssignedTo_s AssignmentGroup_s "
         "CreatedBy_s ClosedBy_s ResolvedBy_s Type_s Risk_s ConflictStatus_s Computer").split()
OF_THE_SENDING = ("TimeGenerated", "RecordKey_s", "RecordVersion_s")


class WorkspaceStory(Story):
    def azure(self, *options):
        return self.simulator(*options, product="azure")

    def post(self, simulator, path, body):
        return simulator.post(path, body)

    def target(self, azure, without=()):
        """Table, rule and role, as an administrator makes them by hand."""
        columns = [{"name": n, "type": "datetime"} for n in TIMES]
        columns += [{"name": n, "type": "string"} for n in TEXTS if n not in without]
        return self.post(azure, "target", {"columns": columns})

    def identity(self, azure):
        return ["--authority", azure.url, "--arm-endpoint", azure.url, "--query-endpoint",
                azure.url, "--auth", "secret", "--tenant", azure.control("azure")["tenant"],
                "--client-id", "itsmc-client", "--client-secret-file",
                self.secret_file("azure-secret", CLIENT_SECRET)]

    def add_workspace(self, azure, *more, name="law"):
        made = self.target(azure)
        return self.itsmc("workspace", "add", name, "--endpoint", azure.url, "--rule-id",
                          made["immutable_id"], "--stream", made["stream"], *self.identity(azure),
                          *more)

    def bind(self, instance, *more):
        added = self.add(instance, "prod", "--workspace", "law", *more)
        self.assertEqual(added.code, 0, repr(added))

    def rows(self, azure, table="ServiceDesk_CL"):
        with urllib.request.urlopen(azure.control_url + "/rows?table=" + table,
                                    timeout=120) as answer:
            return [json.loads(line) for line in answer]

    def latest(self, azure):
        """By key, what a query over the last version of each work item sees."""
        by_key = {}
        for row in self.rows(azure):
            known = by_key.get(row["RecordKey_s"])
            if not known or row["RecordVersion_s"] >= known["RecordVersion_s"]:
                by_key[row["RecordKey_s"]] = row
        return by_key

    def assert_equals_store(self, azure):
        """Every column of every row; absent values are not sent."""
        lines = self.ok("query", "select * from ServiceDesk_CL", "-o", "ndjson").out.splitlines()
        stored = {}
        for line in lines:
            row = {k: v for k, v in json.loads(line).items() if v is not None}
            kind = {"Incident": "incident", "ChangeRequest": "change-request"}
            key = "/".join((row["ServiceDeskConnectionName_s"],
                            kind[row["ServiceDeskWorkItemType_s"]], row["RecordId_s"]))
            stored[key] = row
        there = self.latest(azure)
        self.assertEqual(sorted(set(stored) ^ set(there))[:5], [])
        for key, row in stored.items():
            sent = {k: v for k, v in there[key].items()
                    if k in TIMES + TEXTS and k not in OF_THE_SENDING}
            self.assertEqual({k: self.instant(k, v) for k, v in sent.items()},
                             {k: self.instant(k, v) for k, v in row.items()})
        return len(stored)

    def instant(self, column, value):
        if column not in TIMES:
            return value
        return value.rstrip("Z").rstrip("0").rstrip(".") if "." in value else value.rstrip("Z")

#!/usr/bin/env python3
"""What a Python user writes for the same job: requests, a page after the other by time of change, and
sqlite3.executemany.  rival_requests.py URL USER CLIENT_ID PAGE_SIZE DB [by-key]
The secrets come from ITSMC_PASSWORD and ITSMC_CLIENT_SECRET. "by-key" pages by sys_id instead, as
somebody does who knows that SQLite likes its keys in order."""
import os
import sqlite3
import sys
import time

import requests

url, user, client_id, page_size, db = sys.argv[1:6]
by_key = sys.argv[6:] == ["by-key"]
FIELDS = ("sys_id number short_description description state active urgency impact priority category "
          "contact_type escalation assigned_to.name assignment_group.name opened_by.name closed_by.name "
          "resolved_by.name opened_at closed_at resolved_at sys_updated_on cmdb_ci.name cmdb_ci "
          "sys_mod_count").split()
TIMES = {"opened_at", "closed_at", "resolved_at", "sys_updated_on"}
STATES = {"1": "New", "2": "In Progress", "3": "On Hold", "6": "Resolved", "7": "Closed", "8": "Canceled"}

session = requests.Session()
token = session.post(url + "/oauth_token.do", timeout=60, data={
    "grant_type": "password", "client_id": client_id, "username": user,
    "client_secret": os.environ["ITSMC_CLIENT_SECRET"], "password": os.environ["ITSMC_PASSWORD"]})
token.raise_for_status()
session.headers["Authorization"] = "Bearer " + token.json()["access_token"]

for ending in ("", "-wal", "-shm"):
    if os.path.exists(db + ending):
        os.remove(db + ending)
store = sqlite3.connect(db, isolation_level=None)
store.execute("PRAGMA journal_mode=WAL")
store.execute("PRAGMA synchronous=NORMAL")
columns = ["f_" + name.replace(".", "_") for name in FIELDS]
store.execute("CREATE TABLE item(%s, PRIMARY KEY(f_sys_id))" % ",".join(c + " TEXT" for c in columns))
store.execute("CREATE INDEX by_time ON item(f_sys_updated_on)")
upsert = "INSERT INTO item VALUES(%s) ON CONFLICT(f_sys_id) DO UPDATE SET %s" % (
    ",".join("?" * len(FIELDS)), ",".join("%s=excluded.%s" % (c, c) for c in columns[1:]))


def normalised(row):
    out = []
    for name in FIELDS:
        value = row.get(name, "")
        if name in TIMES:
            value = value.replace(" ", "T") + "Z" if value else None
        elif name == "state":
            value = STATES.get(value, value)
        elif name == "active":
            value = 1 if value == "true" else 0
        elif name == "cmdb_ci" and isinstance(value, dict):
            value = value["value"]
        out.append(value or None)
    return out


since = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() - 120 * 86400))
offset, last = 0, ""
while True:
    query = "sys_updated_on>=" + since
    query += "^sys_id>%s^ORDERBYsys_id" % last if by_key else "^ORDERBYsys_updated_on^ORDERBYsys_id"
    answer = session.get(url + "/api/now/table/incident", timeout=120, params={
        "sysparm_query": query, "sysparm_fields": ",".join(FIELDS), "sysparm_limit": page_size,
        "sysparm_display_value": "false", "sysparm_exclude_reference_link": "true",
        "sysparm_suppress_pagination_header": "true", "sysparm_no_count": "true",
        **({} if by_key else {"sysparm_offset": str(offset)})})
    answer.raise_for_status()
    rows = answer.json()["result"]
    if not rows:
        break
    store.execute("BEGIN")
    store.executemany(upsert, [normalised(row) for row in rows])
    store.execute("COMMIT")
    offset += len(rows)
    last = rows[-1]["sys_id"]
print(store.execute("SELECT count(*) FROM item").fetchone()[0])

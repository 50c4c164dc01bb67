"""Holds what a command printed with -o json against its schema in docs/schema."""
import json
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMAS = os.path.join(os.path.dirname(os.path.dirname(HERE)), "docs", "schema")
TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool,
         "array": list, "object": dict, "null": type(None)}
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")


def is_of(value, name):
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, TYPES[name])


def breaches(value, schema, place="$"):
    """What of the value the schema does not allow: texts, none when it fits."""
    if "anyOf" in schema:
        each = [breaches(value, one, place) for one in schema["anyOf"]]
        return [] if [] in each else each[0]
    names = schema.get("type", [])
    names = [names] if isinstance(names, str) else names
    if names and not any(is_of(value, name) for name in names):
        return ["%s: %r is no %s" % (place, value, " or ".join(names))]
    found = []
    if schema.get("format") == "date-time" and value is not None and not MOMENT.match(value):
        found.append("%s: %r is no time" % (place, value))
    if isinstance(value, dict):
        found += ["%s: lacks %s" % (place, key) for key in schema.get("required", [])
                  if key not in value]
        # Nothing undescribed is printed: a new field must reach the schema too.
        found += ["%s: %s is not described" % (place, key) for key in value
                  if "properties" in schema and key not in schema["properties"]]
        for key, one in schema.get("properties", {}).items():
            if key in value:
                found += breaches(value[key], one, "%s.%s" % (place, key))
    if isinstance(value, list) and "items" in schema:
        for i, one in enumerate(value):
            found += breaches(one, schema["items"], "%s[%d]" % (place, i))
    return found


def schema_of(args):
    """Of the command line's command; none when it has none or prints something else."""
    words = [word for word in args if not word.startswith("-")][:2]
    if any(option in args for option in ("--fields", "--jq", "--part", "--rejected", "--html")):
        return None
    for name in ("-".join(words), words[0] if words else ""):
        path = os.path.join(SCHEMAS, name + ".json")
        if name and os.path.exists(path):
            with open(path) as text:
                return json.load(text)
    return None


def breaches_of(args, out):
    """For every call of the tool: what its JSON breaks."""
    pairs = list(zip(args, args[1:]))
    asked = next((form for form in ("json", "ndjson") if ("-o", form) in pairs), None)
    schema = schema_of(args) if asked and out.strip() else None
    if schema is None:
        return []
    if asked == "json":
        return breaches(json.loads(out), schema)
    item = schema.get("items") or schema.get("anyOf", [schema])[0]
    return [breach for line in out.splitlines() for breach in breaches(json.loads(line), item)]

"""check-api.py names FOLDER ADDRESS: the records of a service as a configuration of schemathesis, on standard output.
check-api.py met ADDRESS HAR…: which answers every operation met; 1 where one met nothing but refusals of its names.
The environment variable TOKEN holds a token of a chief, who may sign."""

import collections
import json
import os
import pathlib
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

METHODS = ("get", "post", "put", "delete")
# What says only that a name or a token is wrong.
STRANGERS = {400, 401, 403, 404, 405, 413}


def ask(address, path, body=None):
    request = urllib.request.Request(
        address + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": "Bearer " + os.environ["TOKEN"], "Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def release(address, identity):
    """One warning goes all the way, so that messages exist. One person may sign from the urgent level on."""
    base = "/api/v1/warnings/" + identity
    revision = next(w for w in ask(address, "/api/v1/warnings")["warnings"] if w["id"] == identity)["revision"]
    ask(address, base + "/sign", {"reason": "urgent", "revision": revision, "confirm_newer_facts": True})
    ask(address, base + "/release", {"reason": "rain goes on", "confirm_newer_facts": True})


def toml(values):
    return "[" + ", ".join(json.dumps(value) for value in values) + "]"


def dictionary(prefix, name):
    return prefix.strip("/").replace("/", "-") + "-" + name


def names(folder, address):
    warnings = ask(address, "/api/v1/warnings")["warnings"]
    urgent = [w["id"] for w in warnings if w["level"] in ("orange", "red")]
    release(address, urgent[0])
    calls = [call["call"] for call in ask(address, "/api/v1/calls")["calls"]]
    messages = [json.loads(p.read_text()) for p in sorted(folder.glob("state/calls/rehearsals/*.json"))]
    links = [m["link"].rsplit("/", 1)[1] for m in messages if m.get("link")]
    alerts = [p.name for p in sorted(folder.glob("products/warnings/cap/*"))]
    for what, found in {"calls": calls, "links": links, "alerts": alerts}.items():
        if not found:
            sys.exit(f"check-api: the drill made no {what}")
    known = {
        "/api/v1/warnings/": {"id": [w["id"] for w in warnings]},
        "/api/v1/calls/": {"id": calls},
        "/api/v1/callback/": {"channel": ["gateway"]},
        "/api/v1/upload/": {"feed": ["gauges"], "name": ["logger.csv", "rain.csv"]},
        "/answer/": {"link": links},
        "/warnings/cap/": {"file": alerts},
    }
    tokens = {
        "/api/v1/audit": os.environ["ADMINISTRATOR"],
        "/api/v1/upload/": os.environ["UPLOADER"],
        "/api/v1/callback/": (folder / "gateway.secret").read_text().strip(),
    }
    for prefix, parameters in known.items():
        for name, values in parameters.items():
            print(f"[dictionaries.{dictionary(prefix, name)}]\nvalues = {toml(values)}")
    for prefix in sorted(known | tokens):
        print(f'[[operations]]\ninclude-path-regex = "^{prefix}"')
        if prefix in tokens:
            print(f'headers = {{ Authorization = "Bearer {tokens[prefix]}" }}')
        bindings = [
            f'"path.{name}" = {{ dictionary = "{dictionary(prefix, name)}", probability = 0.8 }}'
            for name in known.get(prefix, {})]
        if bindings:
            print("parameters = { " + ", ".join(bindings) + " }")


def met(address, files):
    with urllib.request.urlopen(address + "/api/v1/openapi.json") as answer:
        paths = json.load(answer)["paths"]
    forms = [(re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path) + "$"), path) for path in sorted(paths)]
    answers = collections.defaultdict(collections.Counter)
    for file in files:
        for entry in json.loads(pathlib.Path(file).read_text())["log"]["entries"]:
            path = urllib.parse.urlsplit(entry["request"]["url"]).path
            form = next((form for pattern, form in forms if pattern.match(path)), None)
            answers[entry["request"]["method"].lower(), form][entry["response"]["status"]] += 1
    failed = False
    for path in sorted(paths):
        for method in METHODS:
            if method not in paths[path] or path.endswith("openapi.json"):
                continue
            counts = answers[method, path]
            is_met = any(status not in STRANGERS for status in counts)
            failed = failed or not is_met
            row = " ".join(f"{status}:{count}" for status, count in sorted(counts.items()))
            print(f"{method.upper():5} {path:34} {row}" + ("" if is_met else "  NEVER MET A RECORD"))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    if sys.argv[1] == "names":
        names(pathlib.Path(sys.argv[2]), sys.argv[3])
    else:
        met(sys.argv[2], sys.argv[3:])

#!/usr/bin/env python3
"""Compares what `neardup serve` answers with what its /openapi.json says of it.

usage: check_openapi.py BINARY

Validates the description, then sends requests of every kind, those that fail among them, and validates each answer: its
status, its type and its body must be described for that path, and an object may have no field that the description does not
name. Every path, every method and every status that one request alone can bring about must have come. Needs
openapi-spec-validator from PyPI.
"""

import atexit
import copy
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import jsonschema
from openapi_spec_validator import validate

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
JSON, LINES, TEXT, HTML = "application/json", "application/x-ndjson", "text/plain", "text/html"
# What takes a busy machine, a slow client or a broken disk; the tests of the limits bring these about.
NOT_HERE = {"408", "429", "500", "503"}


class Description:
    """What the service says of itself, and what of it has been seen."""

    def __init__(self, document):
        validate(document)
        self.document = document
        self.strict = copy.deepcopy(document)
        for schema in self.strict["components"]["schemas"].values():
            self.close(schema)
        self.seen = set()

    def close(self, schema):
        """Allows no field that is not named."""
        if isinstance(schema, dict):
            if "properties" in schema:
                schema["additionalProperties"] = False
            for part in schema.values():
                self.close(part)

    def resolve(self, part):
        while "$ref" in part:
            found = self.strict
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            part = found
        return part

    def check(self, path, method, status, kind, body):
        what = f"{method} {path}: {status}"
        operation = self.strict["paths"][path][method.lower()]
        if str(status) not in operation["responses"]:
            raise SystemExit(f"{what} is not described: {body[:300]}")
        content = self.resolve(operation["responses"][str(status)]).get("content", {})
        name = kind.split(";")[0]
        if name not in content:
            raise SystemExit(f"{what}: {name} is not described, but {list(content)}")
        if name == JSON or name == "application/problem+json":
            schema = content[name]["schema"] | {"components": self.strict["components"]}
            jsonschema.Draft202012Validator(schema).validate(json.loads(body))
        self.seen.add((path, method, str(status)))

    def lines(self, schema, body):
        """Validates lines, which OpenAPI can't describe, as what single documents are answered with."""
        schema = {"$ref": f"#/components/schemas/{schema}", "components": self.strict["components"]}
        for line in body.splitlines():
            if "error" not in json.loads(line):
                jsonschema.Draft202012Validator(schema).validate(json.loads(line))

    def unseen(self):
        for path, operations in self.document["paths"].items():
            for method, operation in operations.items():
                for status in operation["responses"]:
                    if status not in NOT_HERE and (path, method.upper(), status) not in self.seen:
                        yield f"{method.upper()} {path}: {status}"


class Service:
    """The service in a process of its own."""

    def __init__(self, binary, index, log, *options):
        command = [binary, "serve", "--index", index, "--port", "0", *options]
        with open(log, "w", encoding="utf-8") as output:
            self.process = subprocess.Popen(command, stderr=output)
        # Whatever fails from here on, it does not go on without us; harmless once it has ended.
        atexit.register(self.process.kill)
        end = time.monotonic() + 60
        self.address = None
        while not self.address:
            with open(log, encoding="utf-8") as lines:
                for line in lines:
                    if '"address"' in line and line.endswith("\n"):
                        self.address = json.loads(line)["address"]
            if time.monotonic() > end or self.process.poll() is not None:
                raise SystemExit("the service did not start")
            time.sleep(0.05)

    def ask(self, method, target, body=None, kind=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()} | ({"content-type": kind} if kind else {})
        data = body.encode() if isinstance(body, str) else body
        request = urllib.request.Request(self.address + target, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers.get("content-type", ""), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get("content-type", ""), error.read()

    def end(self):
        self.process.terminate()
        if self.process.wait(60) != 0:
            raise SystemExit("the service did not end with 0")


def sample(name):
    with open(os.path.join(ROOT, "Data", name), encoding="utf-8") as file:
        return file.read()


def use(description, service):
    """Sends what everybody may send."""
    lines = sample("incoming.jsonl")
    document = lines.splitlines()[0]

    def ask(method, target, body=None, kind=None, **headers):
        status, found, answer = service.ask(method, target, body, kind, **headers)
        description.check(target.split("?")[0], method, status, found, answer)
        return answer

    for path in ("/", "/healthz", "/readyz", "/openapi.json", "/metrics", "/v1/stats"):
        ask("GET", path)
    for path in ("/", "/openapi.json", "/metrics", "/v1/stats"):
        ask("GET", path, host="evil.example")
    ask("GET", "/v1/stats?what=1")
    for target in ("/v1/check", "/v1/documents?if=unique&id=x"):
        path = target.split("?")[0]
        # Of lines, since one of them is without text, and one is of many matches.
        for line in lines.splitlines():
            ask("POST", target if path == "/v1/check" else path, line, JSON)
        ask("POST", target, sample("incoming.txt"), TEXT)
        ask("POST", target, "<p>" + sample("incoming.txt"), HTML)
        ask("POST", target, document, "application/x-www-form-urlencoded")
        ask("POST", target, "", TEXT)
        ask("POST", target, "{", JSON)
        ask("POST", target, "x" * 300_000, TEXT)
        ask("POST", target, b"\x1f", TEXT, content_encoding="gzip")
        ask("POST", target, gzip.compress(document.encode()), JSON, content_encoding="gzip")
        ask("POST", target, document, JSON, host="evil.example")
        answer = ask("POST", path, lines + "nonsense\n", LINES)
        description.lines("Answer" if path == "/v1/check" else "Outcome", answer)
    ask("POST", "/v1/check?explain=true&limit=1", lines.splitlines()[1], JSON)
    description.lines("Answer", ask("POST", "/v1/check?explain&limit=1", lines, LINES))
    ask("POST", "/v1/documents?id=new", "a document of which there is nothing yet in here", TEXT)
    for method in ("GET", "DELETE", "DELETE", "GET"):
        ask(method, "/v1/documents?id=new")
        ask(method, "/v1/documents")
        ask(method, "/v1/documents?id=new", host="evil.example")


def use_tokens(description, service):
    """Sends what takes a token, without one and with one that allows less."""
    for path, operations in description.document["paths"].items():
        for method, operation in operations.items():
            for headers in ({}, {"authorization": "Bearer reads-and-nothing-else"}):
                status, kind, answer = service.ask(method.upper(), path, **headers)
                description.check(path, method.upper(), status, kind, answer)
                allowed = operation.get("security") == [{}]
                if (status == 401) != (not allowed and not headers):
                    raise SystemExit(f"{method} {path} with {headers}: {status}")


def main():
    binary = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch:
        index, log = os.path.join(scratch, "index"), os.path.join(scratch, "log")
        subprocess.run([binary, "index", "--quiet", "--index", index, os.path.join(ROOT, "Data/crawl.jsonl")], check=True)
        service = Service(binary, index, log, "--max-document", "256k")
        description = Description(json.loads(service.ask("GET", "/openapi.json")[2]))
        use(description, service)
        service.end()
        tokens = os.path.join(scratch, "tokens")
        with open(tokens, "w", encoding="utf-8") as file:
            file.write("read reads-and-nothing-else\nwrite writes-and-reads-too\n")
        service = Service(binary, index, log, "--tokens", tokens)
        use_tokens(description, service)
        service.end()
        unseen = list(description.unseen())
        if unseen:
            raise SystemExit("described, and did not come: " + "; ".join(unseen))
    print(f"/openapi.json is valid OpenAPI, and {len(description.seen)} kinds of answers are as it says")


if __name__ == "__main__":
    main()

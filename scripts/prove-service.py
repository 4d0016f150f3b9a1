#!/usr/bin/env python3
"""Kills `neardup serve` again and again under load, and tries to wear it down.

usage: prove-service.py BINARY [--kills N] [--seed N] [--only kills|patience]

Kills: clients add, replace, delete and check at the same time; at a random moment the service gets SIGKILL (now and then while
it starts; now and then SIGTERM, after which it must end with 0). `neardup verify` looks at what is on disk; then the service
is started again, and each change that was answered with 2xx must be there, each that was not must be there whole or not at
all, and there may be no other document.

Patience: 1,000 connections that say nothing, half a request, a byte a second, or read nothing; 10,000 requests of garbage; bodies
that inflate a thousandfold. It must go on answering, and its memory stay bounded.

Exits with 1 at the first fault, and leaves the folder for a look. Needs Python's standard library alone.
"""

import argparse
import collections
import gzip
import http.client
import json
import multiprocessing
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import types
import urllib.parse
import zlib

JSON, LINES, TEXT = "application/json", "application/x-ndjson", "text/plain"
BROKEN = (OSError, http.client.HTTPException)


class Fault(Exception):
    """Something is not as it must be."""


def words(seed, count):
    """Words that no other seed gives."""
    digits = random.Random(seed).randbytes(4 * count).hex()
    return " ".join(digits[place:place + 8] for place in range(0, 8 * count, 8))


def query(**fields):
    return "?" + urllib.parse.urlencode(fields, doseq=True)


class Service:
    """The service in a process of its own."""

    def __init__(self, binary, index, *options):
        self.log = tempfile.TemporaryFile("w+")
        command = [binary, "serve", "--index", index, "--port", "0", *options]
        self.process = subprocess.Popen(command, stderr=self.log)
        self.port = None

    def listen(self):
        """Waits until it answers."""
        end = time.monotonic() + 120
        while self.port is None:
            for line in self.messages().splitlines():
                if '"address"' in line:
                    self.port = int(json.loads(line)["address"].rsplit(":", 1)[1])
            if time.monotonic() > end or self.process.poll() is not None:
                raise Fault(f"the service did not start: {self.messages()}")
            time.sleep(0.005)
        return self

    def messages(self):
        self.log.seek(0)
        return self.log.read()

    def end(self, number):
        self.process.send_signal(number)
        status = self.process.wait(120)
        if number == signal.SIGTERM and status != 0:
            raise Fault(f"SIGTERM: it ended with {status}: {self.messages()}")
        self.log.close()

    def memory(self):
        """The most memory since it was last asked, and now, in MiB."""
        figures = {}
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as status:
            for line in status:
                name, _, value = line.partition(":")
                if name in ("VmHWM", "VmRSS"):
                    figures[name] = int(value.split()[0]) // 1024
        with open(f"/proc/{self.process.pid}/clear_refs", "w", encoding="utf-8") as reset:
            reset.write("5")
        return f"most memory {figures['VmHWM']} MiB, afterwards {figures['VmRSS']} MiB"


class Client:
    """A connection that stays open."""

    def __init__(self, service, timeout=120):
        self.connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=timeout)

    def send(self, method, path, body=None, kind=None):
        self.connection.request(method, path, body, {"content-type": kind} if kind else {})
        return self.connection.getresponse()

    def ask(self, method, path, body=None, kind=None):
        answer = self.send(method, path, body, kind)
        return answer.status, answer.read()

    def version(self, name):
        """What version of a document there is; None where there is none."""
        status, body = self.ask("GET", "/v1/documents" + query(id=name))
        if status == 404:
            return None
        if status != 200:
            raise Fault(f"{name}: asked for it, got {status} {body}")
        return json.loads(body)["url"]


class Ledger:
    """What the service has acknowledged of documents that one writer alone changes."""

    def __init__(self):
        # By id: the URL of the version that is there, or None.
        self.known = {}
        # By id: what may be there, where no answer came.
        self.unsure = {}
        self.acknowledged = 0

    def trying(self, changes):
        self.unsure.update({name: {version, self.known.get(name)} for name, version in changes.items()})

    def done(self, changes):
        self.known.update(changes)
        self.acknowledged += len(changes)
        for name in changes:
            self.unsure.pop(name, None)


def write(service, ledger, prefix, seed, stable):
    """Adds, replaces and deletes until the connection breaks."""
    own = random.Random(seed)
    client = Client(service)
    present = []

    def document(number):
        name = f"{prefix}/{number}"
        return name, f"{name}#{own.randrange(10**9)}", own.choice((40, 150, 600))

    for number in range(10**9):
        choice = own.random()
        if choice < 0.2:
            batch = [document(f"{number}.{line}") for line in range(own.choice((2, 20, 100)))]
            lines = [json.dumps({"id": name, "url": url, "text": words(url, count)}) for name, url, count in batch]
            ledger.trying({name: url for name, url, _ in batch})
            answer = client.send("POST", "/v1/documents", "\n".join(lines) + "\n", LINES)
            for name, url, _ in batch:
                line = answer.readline()
                if not line.endswith(b"\n"):
                    raise http.client.IncompleteRead(line)
                if json.loads(line) != {"id": name, "outcome": "added"}:
                    raise Fault(f"{name}: {line}")
                ledger.done({name: url})
                present.append(name)
            answer.read()
        elif choice < 0.3 and stable:
            known, url, count = own.choice(stable)
            status, body = client.ask(
                "POST", "/v1/documents" + query(id=f"{prefix}/copy", **{"if": "unique"}), words(url, count), TEXT)
            if status != 200 or json.loads(body)["matches"][0]["id"] != known:
                raise Fault(f"a copy of {known} was answered {status} {body}")
        elif choice < 0.5 and present:
            gone = {own.choice(present): None for _ in range(own.randrange(1, 8))}
            ledger.trying(gone)
            status, body = client.ask("DELETE", "/v1/documents" + query(id=list(gone)))
            if status != 200 or json.loads(body)["removed"] != len(gone):
                raise Fault(f"deleted {list(gone)}, got {status} {body}")
            ledger.done(gone)
            present = [name for name in present if name not in gone]
        else:
            replaces = choice < 0.65 and present
            name, url, count = document(number)
            if replaces:
                name = own.choice(present)
                url = f"{name}#{own.randrange(10**9)}"
            fields = {"id": name, "url": url} | ({"if": "unique"} if own.random() < 0.5 else {})
            ledger.trying({name: url})
            status, body = client.ask("POST", "/v1/documents" + query(**fields), words(url, count), TEXT)
            if status != (200 if replaces else 201) or json.loads(body)["outcome"] not in ("added", "replaced"):
                # With `if=unique` what takes an old one's place is told as added, too.
                if not (replaces and status == 201):
                    raise Fault(f"{name}: {status} {body}")
            ledger.done({name: url})
            if not replaces:
                present.append(name)


def check(service, seed, stable, checks):
    """Checks documents that nobody changes until the connection breaks: each must be found."""
    own = random.Random(seed)
    client = Client(service)
    while stable:
        drawn = [own.choice(stable) for _ in range(own.choice((1, 1, 5)))]
        if len(drawn) == 1:
            status, body = client.ask("POST", "/v1/check", words(*drawn[0][1:]), TEXT)
        else:
            lines = "".join(json.dumps({"id": "x", "text": words(url, count)}) + "\n" for _, url, count in drawn)
            status, body = client.ask("POST", "/v1/check", lines, LINES)
        for (name, _, _), line in zip(drawn, body.splitlines(), strict=True):
            answer = json.loads(line)
            if status != 200 or answer["verdict"] != "exact" or name not in [m["id"] for m in answer["matches"]]:
                raise Fault(f"{name} was not found: {status} {line}")
            checks.append(name)


def settle(service, ledgers, everything):
    """Compares what there is with what was acknowledged."""
    client = Client(service)
    for ledger in ledgers:
        for name, allowed in ledger.unsure.items():
            version = client.version(name)
            if version not in allowed:
                raise Fault(f"{name}: {version} is there; allowed are {allowed}")
            ledger.known[name] = version
        ledger.unsure = {}
        for name, version in ledger.known.items():
            found = client.version(name)
            if found != version:
                raise Fault(f"{name}: {version} was acknowledged, {found} is there")
        everything.update(ledger.known)
    expected = sum(version is not None for version in everything.values())
    documents = json.loads(client.ask("GET", "/v1/stats")[1])["documents"]
    if documents != expected:
        raise Fault(f"{expected} documents are acknowledged, {documents} are there")


def prove_kills(binary, scratch, kills, seed):
    """Kills under load, and looks at what is there."""
    generator = random.Random(seed)
    begin = time.monotonic()
    acknowledged, checked, terminations, opening = 0, 0, 0, 0
    index, everything, stable = None, {}, []
    kill, turn = 0, 0
    while kill < kills:
        turn += 1
        if index is None or len(everything) > 40_000:
            if index:
                shutil.rmtree(index)
            index, everything, stable = os.path.join(scratch, f"index{kill}"), {}, []
        # Little memory, so that shards are made and merged while it is killed.
        service = Service(binary, index, "--memory", "16m")
        ledgers, faults, checks = [Ledger() for _ in range(4)], [], []
        if generator.random() < 0.1:
            time.sleep(generator.uniform(0, 0.1))
            service.end(signal.SIGKILL)
            opening += 1
        else:
            service.listen()

            def run(work, *arguments):
                try:
                    work(*arguments)
                except BROKEN:
                    pass
                except Exception as fault:  # Told by the main thread.
                    faults.append(fault)

            threads = [threading.Thread(target=run, args=(write, service, ledger, f"urn:{turn}/{number}",
                                                          generator.random(), stable))
                       for number, ledger in enumerate(ledgers)]
            threads += [threading.Thread(target=run, args=(check, service, generator.random(), stable, checks))
                        for _ in range(2)]
            for thread in threads:
                thread.start()
            time.sleep(generator.uniform(0.02, 0.8))
            gently = generator.random() < 0.1
            service.end(signal.SIGTERM if gently else signal.SIGKILL)
            if gently:
                terminations += 1
                kill -= 1
            for thread in threads:
                thread.join()
        kill += 1
        if faults:
            raise Fault(f"kill {kill}: {faults[0]!r}")
        # Another process reads what there is, its log too; killed early enough there is no index yet.
        if everything or any(ledger.acknowledged for ledger in ledgers):
            verified = subprocess.run([binary, "verify", "--quiet", "--index", index], capture_output=True, check=False)
            if verified.returncode != 0:
                raise Fault(f"kill {kill}: verify: {verified.stderr.decode()}")
        again = Service(binary, index, "--memory", "16m").listen()
        settle(again, ledgers, everything)
        for ledger in ledgers:
            acknowledged += ledger.acknowledged
            there = [(name, url) for name, url in ledger.known.items() if url]
            for name, url in there[:3]:
                client = Client(again)
                for count in (40, 150, 600):
                    body = client.ask("POST", "/v1/check", words(url, count), TEXT)[1]
                    if json.loads(body)["verdict"] == "exact":
                        stable.append((name, url, count))
        checked += len(checks)
        again.end(generator.choice((signal.SIGKILL, signal.SIGTERM)))
        if kill % 50 == 0:
            print(f"  {kill} kills, {acknowledged} changes, {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
    print(f"{kills} kills under load or while starting ({opening}), {terminations} SIGTERM under load, seed {seed}, "
          f"{time.monotonic() - begin:.0f} s: {acknowledged} changes acknowledged, none lost, none half done; "
          f"{checked} checks meanwhile, all right", flush=True)


def latencies(service, count):
    """Times of checks one after the other."""
    client = Client(service, timeout=20)
    times = []
    for number in range(count):
        start = time.monotonic()
        status, body = client.ask("POST", "/v1/check", words(number, 600), TEXT)
        times.append((time.monotonic() - start) * 1000)
        if status != 200:
            raise Fault(f"a check was answered {status} {body}")
    times.sort()
    return f"of {count} checks p50 {times[count // 2]:.1f} ms, p99 {times[count * 99 // 100]:.1f} ms, most {times[-1]:.1f} ms"


class Measured:
    """Times of checks while something else goes on, from a process of their own: threads of this one would wait for each other."""

    def __init__(self, service, count):
        here, there = multiprocessing.Pipe()
        port = types.SimpleNamespace(port=service.port)

        def measure():
            try:
                there.send(latencies(port, count))
            except (Fault, *BROKEN) as fault:
                there.send(fault)

        # A fork: whatever is started later is not copied.
        multiprocessing.get_context("fork").Process(target=measure, daemon=True).start()
        self.answer = here

    def __str__(self):
        told = self.answer.recv()
        if isinstance(told, Exception):
            raise Fault(f"while it was measured: {told!r}")
        return told


def head(kind, *more):
    lines = ["POST /v1/check HTTP/1.1", "host: localhost", f"content-type: {kind}", *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def prove_slow(service):
    """A thousand clients that keep their connections busy with nothing."""
    line = json.dumps({"id": "x", "text": words(0, 600)}).encode() + b"\n"
    clients = {"silent": [], "half a head": [], "half a body": [], "a byte a second": [], "reads nothing": []}
    for number in range(1000):
        kind = list(clients)[number % 5]
        client = socket.create_connection(("127.0.0.1", service.port))
        client.setblocking(False)
        try:
            if kind == "half a head":
                client.send(b"POST /v1/check HTTP/1.1\r\nhost: local")
            if kind == "half a body":
                client.send(head(TEXT, "content-length: 1000") + b"half")
            if kind == "reads nothing":
                client.send(head(LINES, f"content-length: {len(line) * 400}"))
                for _ in range(400):
                    client.send(line)
        except BlockingIOError:
            pass
        clients[kind].append(client)
    done = threading.Event()

    def drip():
        place = 0
        while not done.wait(1):
            for client in clients["a byte a second"]:
                try:
                    client.send(b"POST /v1/check HTTP/1.1\r\nx-long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"[place:place + 1])
                except OSError:
                    pass
            place += 1

    meanwhile = Measured(service, 300)
    thread = threading.Thread(target=drip)
    thread.start()
    print(f"1,000 slow or half-open connections ({', '.join(f'200 {kind}' for kind in clients)}), meanwhile "
          f"{meanwhile}; {service.memory()}", flush=True)
    begin = time.monotonic()
    left = [client for group in clients.values() for client in group]
    while left and time.monotonic() - begin < 60:
        for client in list(left):
            try:
                while client.recv(1 << 16):
                    pass
                left.remove(client)
            except BlockingIOError:
                pass
            except OSError:
                left.remove(client)
        time.sleep(0.2)
    done.set()
    thread.join()
    if left:
        raise Fault(f"{len(left)} connections are still open after a minute")
    print(f"all of them were closed by the service within {time.monotonic() - begin:.0f} s", flush=True)


def garbage(own):
    """A request that makes no sense."""
    noise = own.randbytes(own.randrange(1, 400))
    kinds = [JSON, LINES, TEXT, "text/html", "application/x-www-form-urlencoded", "multipart/form-data", "\x01/x"]
    long = f"content-length: {len(noise)}"
    return own.choice([
        lambda: noise,
        lambda: head(own.choice(kinds), long) + noise,
        lambda: head(own.choice(kinds), long, f"content-encoding: {own.choice(['gzip', 'zstd', 'br', 'deflate', 'x'])}") + noise,
        lambda: head(own.choice(kinds), "transfer-encoding: chunked") + b"%x\r\n" % len(noise) + noise,
        lambda: head(own.choice(kinds), "transfer-encoding: chunked") + noise,
        lambda: head(TEXT, long, *[f"x-{n}: {'y' * 2000}" for n in range(60)]) + noise,
        lambda: head(TEXT, long, *[f"x-{n}: y" for n in range(150)]) + noise,
        lambda: head(TEXT, "content-length: -1") + noise,
        lambda: head(TEXT, "content-length: 99999999999999999999") + noise,
        lambda: head(TEXT, long, long, "content-length: 3") + noise,
        lambda: b"GET /" + noise.replace(b"\n", b"") + b" HTTP/1.1\r\nhost: localhost\r\n\r\n",
        lambda: b"GET /../../etc/passwd%00?id=%ff%fe&id HTTP/1.1\r\nhost: localhost\r\n\r\n",
        lambda: b"DELETE /v1/documents?" + b"id=a&" * 2000 + b" HTTP/1.1\r\nhost: localhost\r\n\r\n",
        lambda: head(JSON, f"content-length: {len(noise) + 9}") + b'{"text":"' + noise,
        lambda: head(LINES, "content-length: 300") + b'{"text":[' * 33 + b"\n\n\n",
        lambda: head(JSON, "content-length: 60000") + b"[" * 60000,
        lambda: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + noise,
        lambda: head(TEXT, long).replace(b"host: localhost", b"host: evil.example") + noise,
    ])()


def prove_garbage(service, seed):
    """Ten thousand requests that make no sense."""
    seen, faults = collections.Counter(), []

    def send(number):
        own = random.Random(f"{seed}/{number}")
        for _ in range(1250):
            request = garbage(own)
            with socket.create_connection(("127.0.0.1", service.port), timeout=30) as client:
                answer = b""
                try:
                    client.sendall(request)
                    client.shutdown(socket.SHUT_WR)
                    while part := client.recv(1 << 16):
                        answer += part
                except TimeoutError:
                    faults.append(f"no answer within 30 s to {request[:200]}")
                except OSError:
                    pass
            seen[answer[9:12].decode(errors="replace") or "closed"] += 1

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = ", ".join(f"{count} {status}" for status, count in sorted(seen.items()))
    if faults or "500" in seen:
        raise Fault(f"garbage: {counts}; {faults[:1]}")
    print(f"10,000 requests of garbage, answered {counts}; then {latencies(service, 100)}; {service.memory()}", flush=True)


def prove_bombs(service):
    """Bodies that inflate a thousandfold, sixteen at a time."""
    deflate = zlib.compress(bytes(1 << 28), 9)
    line = json.dumps({"id": "x", "text": "a few words in a line, and no more of them"}).encode() + b"\n"
    bombs = [
        (TEXT, "gzip", gzip.compress(bytes(1 << 28), 9)), (TEXT, "deflate", deflate), (JSON, "deflate", deflate),
        (LINES, "gzip", gzip.compress(bytes(1 << 28), 9)), (LINES, "gzip", gzip.compress(line * (1 << 17), 9)),
    ]
    seen = collections.Counter()

    def send(number):
        kind, coding, body = bombs[number % len(bombs)]
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=120)
        try:
            connection.request("POST", "/v1/check", body, {"content-type": kind, "content-encoding": coding})
            answer = connection.getresponse()
            lines = answer.read().splitlines()
            status = f"{answer.status} {json.loads(lines[-1]).get('error', {}).get('code', '')}".strip()
        except BROKEN:
            status = "closed"
        seen[f"{kind}: {status}"] += 1

    def some(first):
        for number in range(first, 320, 16):
            send(number)

    meanwhile = Measured(service, 200)
    threads = [threading.Thread(target=some, args=(first,)) for first in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = ", ".join(f"{count} {status}" for status, count in sorted(seen.items()))
    if "500" in counts:
        raise Fault(f"bodies that inflate: {counts}")
    print(f"320 bodies of {len(bombs[0][2])} bytes that inflate to 256 MiB, and batches that do, 16 at a time, answered {counts}; "
          f"meanwhile {meanwhile}; {service.memory()}", flush=True)


def prove_patience(binary, scratch, seed):
    """Slow, half-open and senseless clients, and bodies that inflate."""
    service = Service(binary, os.path.join(scratch, "patience"), "--head-timeout", "5", "--timeout", "5",
                      "--idle-timeout", "5").listen()
    lines = "".join(json.dumps({"id": str(n), "text": words(f"d{n}", 600)}) + "\n" for n in range(2000))
    Client(service).ask("POST", "/v1/documents", lines, LINES)
    print(f"alone {latencies(service, 300)}; {service.memory()}", flush=True)
    prove_slow(service)
    prove_garbage(service, seed)
    prove_bombs(service)
    service.end(signal.SIGTERM)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("binary")
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--seed", type=int, default=int(time.time()))
    options.add_argument("--only", choices=["kills", "patience"])
    given = options.parse_args()
    binary = os.path.abspath(given.binary)
    scratch = tempfile.mkdtemp(prefix="neardup-prove-")
    try:
        if given.only != "patience":
            prove_kills(binary, scratch, given.kills, given.seed)
        if given.only != "kills":
            prove_patience(binary, scratch, given.seed)
    except Fault as fault:
        raise SystemExit(f"seed {given.seed}, in {scratch}: {fault}") from fault
    shutil.rmtree(scratch)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Kills `neardup serve` again and again while documents are added, and tries to wear it down.

usage: prove-service.py BINARY [KILLS] [SEED]

After each SIGKILL the service is started again, and every document whose addition was answered with 2xx must be there. Then
1,000 connections that say nothing or half a request, 10,000 requests of garbage, and bodies that inflate a thousandfold:
it must go on answering, and its memory stay bounded. Needs Python's standard library alone.
"""

import gzip
import http.client
import json
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
import urllib.parse


def words(generator, count):
    return " ".join(f"w{generator.randrange(10**6)}" for _ in range(count))


class Service:
    """The service in a process of its own."""

    def __init__(self, binary, index, *options):
        self.log = tempfile.TemporaryFile("w+")
        command = [binary, "serve", "--index", index, "--port", "0", *options]
        self.process = subprocess.Popen(command, stderr=self.log)
        self.port = None
        end = time.monotonic() + 60
        while self.port is None:
            self.log.seek(0)
            for line in self.log.read().splitlines():
                if '"address"' in line:
                    self.port = int(json.loads(line)["address"].rsplit(":", 1)[1])
            if time.monotonic() > end or self.process.poll() is not None:
                self.log.seek(0)
                raise SystemExit(f"the service did not start: {self.log.read()}")
            time.sleep(0.02)

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path):
        connection = self.connection()
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def memory(self):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) // 1024


def prove_kills(binary, index, kills, seed):
    """Adds from four threads until the service is killed; looks for what was acknowledged."""
    generator = random.Random(seed)
    acknowledged = set()
    for kill in range(kills):
        service = Service(binary, index)
        added = [set() for _ in range(4)]

        def add(number, salt):
            own = random.Random(salt)
            connection = service.connection()
            try:
                for count in range(10**9):
                    name = f"http://k/{kill}/{number}/{count}"
                    if count % 3 == 2:
                        ids = [f"{name}/{line}" for line in range(20)]
                        body = "".join(json.dumps({"id": one, "text": words(own, 80)}) + "\n" for one in ids)
                        connection.request("POST", "/v1/documents", body, {"content-type": "application/x-ndjson"})
                        answer = connection.getresponse()
                        for line in answer.read().splitlines():
                            if json.loads(line).get("outcome") == "added":
                                added[number].add(json.loads(line)["id"])
                    else:
                        target = "/v1/documents?" + urllib.parse.urlencode({"id": name, "if": "unique"})
                        connection.request("POST", target, words(own, 80), {"content-type": "text/plain"})
                        answer = connection.getresponse()
                        answer.read()
                        if answer.status == 201:
                            added[number].add(name)
            except (OSError, http.client.HTTPException, ValueError):
                pass

        threads = [threading.Thread(target=add, args=(n, generator.random())) for n in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(generator.uniform(0.05, 0.6))
        service.process.send_signal(signal.SIGKILL)
        service.process.wait()
        for thread in threads:
            thread.join()
        new = set().union(*added)
        acknowledged |= new
        again = Service(binary, index)
        # What is new is looked up one by one, and all there is counted.
        connection = again.connection()
        for name in new:
            connection.request("GET", "/v1/documents?" + urllib.parse.urlencode({"id": name}))
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"kill {kill}, seed {seed}: {name} was acknowledged and is lost")
        documents = json.loads(again.get("/v1/stats")[1])["documents"]
        if documents < len(acknowledged):
            raise SystemExit(f"kill {kill}, seed {seed}: {len(acknowledged)} acknowledged, {documents} there")
        again.process.send_signal(signal.SIGKILL if kill % 2 else signal.SIGTERM)
        again.process.wait()
    print(f"{kills} kills, seed {seed}: {len(acknowledged)} documents acknowledged, none lost")


def prove_patience(binary, index, seed):
    """Slow, half-open and senseless clients, and bodies that inflate."""
    generator = random.Random(seed)
    service = Service(binary, index, "--head-timeout", "5", "--timeout", "5")
    text = {"content-type": "text/plain"}

    def answers():
        start = time.monotonic()
        connection = service.connection()
        connection.request("POST", "/v1/check", words(generator, 100), text)
        status = connection.getresponse().status
        if status != 200:
            raise SystemExit(f"it answered {status}")
        return time.monotonic() - start

    answers()
    before = service.memory()
    slow = []
    for number in range(1000):
        client = socket.create_connection(("127.0.0.1", service.port))
        if number % 3 == 1:
            client.sendall(b"POST /v1/check HTTP/1.1\r\nhost: local")
        if number % 3 == 2:
            client.sendall(b"POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\n"
                           b"content-length: 1000\r\n\r\nhalf")
        slow.append(client)
    worst = max(answers() for _ in range(50))
    print(f"with 1,000 slow or half-open connections: slowest of 50 answers {worst * 1000:.0f} ms")
    for _ in range(10_000):
        with socket.create_connection(("127.0.0.1", service.port)) as client:
            try:
                client.sendall(generator.randbytes(generator.randrange(1, 400)))
            except OSError:
                pass
    print(f"after 10,000 requests of garbage: {answers() * 1000:.0f} ms")
    bomb = gzip.compress(bytes(1 << 28), 6)
    for _ in range(20):
        connection = service.connection()
        connection.request("POST", "/v1/check", bomb, {**text, "content-encoding": "gzip"})
        try:
            status = connection.getresponse().status
        except OSError:
            # It closes on who sends on after the answer.
            continue
        if status != 413:
            raise SystemExit(f"a body that inflates was answered {status}")
    print(f"after 20 bodies of {len(bomb)} bytes that inflate to 256 MiB: {answers() * 1000:.0f} ms")
    print(f"most memory: {service.memory()} MiB; {before} MiB before")
    for client in slow:
        client.close()
    service.process.terminate()
    if service.process.wait(60) != 0:
        raise SystemExit("it did not end in good order")


def main():
    binary = os.path.abspath(sys.argv[1])
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else int(time.time())
    scratch = tempfile.mkdtemp(prefix="neardup-prove-")
    try:
        prove_kills(binary, os.path.join(scratch, "index"), kills, seed)
        prove_patience(binary, os.path.join(scratch, "index"), seed)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()

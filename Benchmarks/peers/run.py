"""Runs the peers and neardup, one after the other, on the same file, and writes what was measured as JSON.

Three things are measured of each: `whole` (from the file to the answers: insert everything, query everything), `sketch` (texts
in memory to signatures) and `recall` (of what generate-crawl planted, by kind of edit). Slow peers get the first bytes of
the file; speeds are by byte of input, of text for `sketch`. Peak memory is anonymous (RssAnon) of all processes of a peer.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timezone

HERE = os.path.dirname(os.path.abspath(__file__))
NEARDUP = ".build/release/neardup"
GENERATE = ".build/release/generate-crawl"
# Bytes of the file, and pages of the crawl, that a peer gets: enough for about twenty seconds.
SHARES = {
    "neardup": (None, 20_000),
    "gaoya": (None, 20_000),
    "rensa": (64_000_000, 20_000),
    "FastSketchLSH": (32_000_000, 10_000),
    "datasketch": (8_000_000, 5_000),
    "datatrove": (1_000_000, 1_000),
}


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="peers-", dir=options.temp) as folder:
        rows = []
        for peer in options.peers:
            share, pages = SHARES[peer]
            share = options.bytes.get(peer, share)
            file = head(options.file, share, folder)
            crawl, truth = made_up(pages, folder)
            for mode, source, pairs in [("whole", file, None), ("sketch", file, None), ("recall", crawl, truth)]:
                print(f"{peer}: {mode}", file=sys.stderr, flush=True)
                row = (neardup if peer == "neardup" else other)(peer, mode, source, pairs, folder)
                row.update(peer=peer, mode=mode, bytes=os.path.getsize(source), subset=share is not None)
                rows.append(row)
    result = {
        "day": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        "machine": {"processor": processor(), "processors": os.cpu_count(), "system": platform.platform()},
        "file": os.path.basename(options.file),
        "command": "Benchmarks/peers/run.sh",
        "versions": versions(),
        "rows": rows,
    }
    if os.path.exists(options.output) and options.peers != list(SHARES):
        result = merged(options.output, result)
    os.makedirs(os.path.dirname(os.path.abspath(options.output)), exist_ok=True)
    with open(options.output, "w") as output:
        json.dump(result, output, indent=1)
        output.write("\n")


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--file", help="JSON lines (default: bulk/en_gutenberg of NEARDUP_DATA)")
    parser.add_argument("--peers", default=",".join(SHARES), help="which of them to run; the others' figures are kept")
    parser.add_argument("--bytes", default="", help="other shares: PEER=BYTES,…")
    parser.add_argument("--output", default="Benchmarks/results/peers.json")
    parser.add_argument("--temp", default=tempfile.gettempdir())
    options = parser.parse_args()
    options.peers = options.peers.split(",")
    options.bytes = {name: int(value) for name, value in (part.split("=") for part in options.bytes.split(",") if part)}
    unknown = [peer for peer in options.peers if peer not in SHARES]
    if unknown:
        parser.error(f"expected some of {', '.join(SHARES)}; got {', '.join(unknown)}")
    if not options.file:
        packed = os.path.join(os.environ.get("NEARDUP_DATA", "../shared/data"), "bulk/en_gutenberg.jsonl.zst")
        options.file = os.path.join(options.temp, "en_gutenberg.jsonl")
        if not os.path.exists(options.file):
            subprocess.run(["zstd", "-q", "-d", packed, "-o", options.file], check=True)
    return options


def head(path, limit, folder):
    """The file, or its first lines of so many bytes."""
    if limit is None or os.path.getsize(path) <= limit:
        return path
    target = os.path.join(folder, f"head-{limit}.jsonl")
    if not os.path.exists(target):
        with open(path, "rb") as source, open(target, "wb") as output:
            while output.tell() < limit and (line := source.readline()):
                output.write(line)
    return target


def made_up(pages, folder):
    """A crawl and the pairs that were planted in it."""
    crawl, truth = (os.path.join(folder, f"crawl-{pages}.{kind}") for kind in ("jsonl", "tsv"))
    if not os.path.exists(crawl):
        command = [GENERATE, "--seed", "7", "--pages", str(pages), "--output", crawl, "--truth", truth]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return crawl, truth


def other(peer, mode, source, truth, folder):
    """Runs a peer's program."""
    command = [sys.executable, os.path.join(HERE, f"peer_{peer.lower()}.py"), source]
    command.append("sketch" if mode == "sketch" else "whole")
    if truth:
        command += ["--truth", truth]
    output, memory, _ = watched(command, dict(os.environ, TMPDIR=folder))
    row = json.loads(output.decode().strip().splitlines()[-1])
    row["peak_memory"] = memory
    return row


def neardup(_, mode, source, truth, folder):
    """Runs the command as a user would; the start of its processes counts."""
    if mode == "sketch":
        command = [NEARDUP, "bench", source, "--stages", "sketch", "--quality-pages", "0", "--json", "--quiet"]
        stage = json.loads(watched(command)[0])["stages"][0]
        return {
            "threads": stage["threads"],
            "seconds": stage["seconds"],
            "documents": stage["documents"],
            "text_bytes": stage["bytes"],
        }
    index = os.path.join(folder, "neardup.index")
    make = [NEARDUP, "index", "--quiet", "--index", index, source]
    check = [NEARDUP, "check", "--quiet", "--json", "--index", index, source]

    def prepare():
        shutil.rmtree(index, ignore_errors=True)

    with open(os.devnull, "wb") as output:
        seconds1 = typical(make, output, prepare)
        seconds2 = typical(check, output)
    prepare()
    _, memory1, _ = watched(make)
    answers = os.path.join(folder, "answers.jsonl")
    with open(answers if truth else os.devnull, "wb") as output:
        _, memory2, _ = watched(check, output=output)
    row = {
        "threads": os.cpu_count(),
        "seconds": seconds1 + seconds2,
        "index_seconds": seconds1,
        "check_seconds": seconds2,
        "peak_memory": max(memory1, memory2),
        "disk_bytes": sum(entry.stat().st_size for entry in os.scandir(index)),
    }
    if truth:
        row.update(recall(answers, truth))
    shutil.rmtree(index)
    return row


def recall(answers, truth):
    """The share of the planted pairs whose original is among the matches."""
    import orjson

    found = {}
    with open(answers, "rb") as lines:
        for line in lines:
            answer = orjson.loads(line)
            found[answer["id"]] = {match["id"] for match in answer["matches"]}
    kinds = {}
    with open(truth) as lines:
        next(lines)
        for line in lines:
            page, original, kind = line.rstrip("\n").split("\t")[:3]
            count = kinds.setdefault(kind, [0, 0])
            count[0] += 1
            count[1] += original in found[page]
    return {
        "documents": len(found),
        "recall": {kind: right / pages for kind, (pages, right) in kinds.items()},
        "planted": {kind: pages for kind, (pages, _) in kinds.items()},
    }


def typical(command, output, prepare=lambda: None):
    """The median of the seconds that five runs take.

    Nobody watches: asking for the memory every hundredth of a second would be felt in runs of a fifth of a second.
    """
    seconds = []
    for _ in range(5):
        prepare()
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=output, stderr=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def watched(command, environment=None, output=None):
    """Runs a command; what it wrote, the most anonymous memory it and its children had, and the seconds it took."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=output or subprocess.PIPE, stderr=subprocess.PIPE, env=environment or os.environ
    )
    most = [0]
    done = threading.Event()

    def watch():
        while not done.wait(0.01):
            most[0] = max(most[0], sum(anonymous(pid) for pid in family(process.pid)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    written, errors = process.communicate()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: {errors.decode(errors='replace')[-2000:]}")
    return written, most[0], seconds


def family(pid):
    """A process and those it started."""
    members = [pid]
    for member in members:
        try:
            with open(f"/proc/{member}/task/{member}/children") as children:
                members += [int(child) for child in children.read().split()]
        except OSError:
            pass
    return members


def anonymous(pid):
    try:
        with open(f"/proc/{pid}/status") as status:
            return next((int(line.split()[1]) << 10 for line in status if line.startswith("RssAnon:")), 0)
    except OSError:
        return 0


def processor():
    with open("/proc/cpuinfo") as lines:
        return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


def versions():
    names = ["datasketch", "rensa", "gaoya", "FastSketchLSH", "datatrove", "spacy", "numpy"]
    found = {name: importlib.metadata.version(name) for name in names}
    said = subprocess.run([NEARDUP, "--version"], capture_output=True, text=True, check=True)
    found["neardup"] = said.stdout.strip().removeprefix("neardup ")
    found["Python"] = platform.python_version()
    return found


def merged(path, result):
    """The figures of the peers that were not run again are kept."""
    with open(path) as earlier:
        rows = json.load(earlier)["rows"]
    new = {(row["peer"], row["mode"]) for row in result["rows"]}
    rows = [row for row in rows if (row["peer"], row["mode"]) not in new] + result["rows"]
    order = list(SHARES)
    result["rows"] = sorted(rows, key=lambda row: order.index(row["peer"]))
    return result


if __name__ == "__main__":
    main()

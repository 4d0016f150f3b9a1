"""Writes Benchmarks/RESULTS.md and its plots from the JSON files in Benchmarks/results."""

import json
import os

import plots

HERE = os.path.dirname(os.path.abspath(__file__))
RESULTS = os.path.join(HERE, "results")
# In this order; others follow.
INPUTS = ["generated", "one-core", "en_gutenberg", "en_gutenberg-gz", "en_gutenberg-zst", "ko_wiki", "ko_wiki-escaped"]
INPUTS += ["ja_aozora", "ja_aozora-escaped", "warc"]
KINDS = ["exact", "edited", "inserted", "template", "appended", "excerpt", "reordered"]


def main():
    found = {}
    for name in sorted(os.listdir(RESULTS)):
        if name.endswith(".json"):
            with open(os.path.join(RESULTS, name)) as file:
                found[name.removesuffix(".json")] = json.load(file)
    parts = [head(found), marks(found), stages(found), quality(found), growth(found), peers(found)]
    with open(os.path.join(HERE, "RESULTS.md"), "w") as output:
        output.write("\n".join(part for part in parts if part))
    plots.draw(found, os.path.join(HERE, "plots"))


def head(found):
    days = sorted({result.get("day") or result["machine"]["day"] for result in found.values()})
    machine = next(iter(found.values()))["machine"]
    version = found.get("peers", {}).get("versions", {}).get("neardup", "")
    note = os.path.join(RESULTS, "note.txt")
    if os.path.exists(note):
        with open(note) as file:
            note = file.read().strip() + "\n\n"
    else:
        note = ""
    return f"""# Results

{note}Measured {" to ".join(sorted({days[0], days[-1]}))} on {machine["processor"]}, {machine["processors"]} cores,
{machine["system"]}, neardup {version}; files in the page cache. Rates are of the
middle run, in millions of bytes a second (MB/s) of inflated input; of text where a line says so. Memory is the peak of anonymous
resident memory (`RssAnon`). All of it is written by

```
Benchmarks/measure.sh
```

which calls `neardup bench` and `Benchmarks/peers/run.sh`, keeps what they say in `Benchmarks/results/`, and writes this file.
"""


def rate(found, name, stage):
    for row in found.get(name, {}).get("stages", []):
        if row["stage"] == stage:
            return row["megabytes_per_second"]
    return None


def stage(found, name, stage):
    return next((row for row in found.get(name, {}).get("stages", []) if row["stage"] == stage), None)


def grown(found, documents):
    return next((row for row in found.get("growth", {}).get("growth", []) if row["index"]["documents"] == documents), None)


def peer(found, name, mode):
    return next((row for row in found.get("peers", {}).get("rows", []) if (row["peer"], row["mode"]) == (name, mode)), None)


def speed(row):
    return (row.get("text_bytes") or row["bytes"]) / 1e6 / row["seconds"]


def marks(found):
    """What the project asks of itself, and what was measured."""
    gaoya = peer(found, "gaoya", "whole")
    million, ten, small = grown(found, 1_000_000), grown(found, 10_000_000), grown(found, 100_000)
    latency = next((row for row in (million or {}).get("latency", []) if row["mean_bytes"] > 2000), None)
    disk, text = stage(found, "en_gutenberg", "index"), stage(found, "en_gutenberg", "sketch")
    own = peer(found, "neardup", "whole")
    cold = (million or {}).get("cold")
    rows = [
        ("generated crawl: index, MB/s", ">= 900", rate(found, "generated", "index")),
        ("generated crawl: check, MB/s", ">= 700", rate(found, "generated", "check")),
        (
            "en_gutenberg: index and check together, times gaoya",
            ">= 10",
            speed(own) / speed(gaoya) if own and gaoya else None,
        ),
        ("one .gz: index, MB/s", ">= 500", rate(found, "en_gutenberg-gz", "index")),
        ("one .zst: index, MB/s", ">= 600", rate(found, "en_gutenberg-zst", "index")),
        ("ko_wiki: index, MB/s", ">= 400", rate(found, "ko_wiki", "index")),
        ("ja_aozora: index, MB/s", ">= 400", rate(found, "ja_aozora", "index")),
        ("ko_wiki, every character as \\uXXXX: index, MB/s", ">= 200", rate(found, "ko_wiki-escaped", "index")),
        ("ja_aozora, every character as \\uXXXX: index, MB/s", ">= 200", rate(found, "ja_aozora-escaped", "index")),
        ("WARC: index, MB/s", ">= 100", rate(found, "warc", "index")),
        ("sketch alone, one core, MB/s of text", ">= 1,000", rate(found, "one-core", "sketch")),
        ("one 4 kB document against 1 million, p50, µs", "<= 10", latency and latency["p50_us"]),
        ("the same, p99, µs", "<= 50", latency and latency["p99_us"]),
        ("cold open and first check, ms", "<= 10", cold and cold["open_ms"] + cold["first_check_ms"]),
        ("en_gutenberg: bytes on disk a byte of text", "<= 0.13", disk and text and disk["disk_bytes"] / text["bytes"]),
        (
            "10 million documents: time a document, times that at 100,000",
            "<= 1.5",
            ten and small and ten["microseconds_per_document"] / small["microseconds_per_document"],
        ),
    ]
    return table("Marks", ["what", "mark", "measured"], [(what, mark, figure(value)) for what, mark, value in rows])


def stages(found):
    rows = []
    for name in sorted(found, key=lambda name: INPUTS.index(name) if name in INPUTS else len(INPUTS)):
        result = found[name]
        for row in result.get("stages", []):
            disk = row.get("disk_bytes")
            rows.append((
                name if row is result["stages"][0] else "",
                row["stage"],
                row["threads"],
                figure(row["megabytes_per_second"]),
                row["of"],
                figure(row["documents_per_second"]) if row["documents"] else "",
                size(row["peak_memory"]) if row["stage"] in ("index", "check") and "peak_memory" in row else "",
                figure(disk / max(row["documents"], 1)) if disk else "",
            ))
    titles = ["input", "stage", "threads", "MB/s", "of", "documents/s", "memory", "bytes a document on disk"]
    note = """
`read` is files to records, inflating included; `inflate` that alone; `parse` records to documents; `shingle` and `sketch`
work on texts; `index` is end to end, committed and synchronised; `check` is every document of the input against that index, answers as
JSON to nowhere. `generated` is a made-up crawl; `one-core` 256 MB of it with one thread; `…-escaped` has every character of the text
as `\\uXXXX`.

![Throughput by stage](plots/stages.svg)
"""
    return table("Stages", titles, rows, note)


def quality(found):
    result = found.get("generated", {}).get("quality")
    if not result:
        return ""
    rows = [
        (
            row["kind"],
            grouped(row["pages"]),
            share(row.get("recall")),
            grouped(row["fitting"]),
            share(row.get("fitting_recall")),
            grouped(row["matches"]),
            share(row.get("precision")),
            share(row.get("rule_precision")),
        )
        for row in result["kinds"]
    ]
    note = f"""
{grouped(result["pages"])} pages of 200 sites, 30 % of each page its site's template, indexed and checked against that index.
A copy is found where its original is among its matches. It fits the rule where the exact shares of both texts reach the default
thresholds: short articles in another site's template don't. Of the matches the last columns tell how many are of the same article, and
how many fit the rule (of one in sixty-four that were drawn): pages of one site that are mostly template are alike by any such rule.
"""
    titles = ["planted", "pages", "recall", "fit the rule", "recall of those", "matches", "of the same article", "fit the rule"]
    return table("What is found", titles, rows, note)


def growth(found):
    rows = []
    for row in found.get("growth", {}).get("growth", []):
        index, cold = row["index"], row.get("cold")
        cells = [
            grouped(index["documents"]),
            figure(row["microseconds_per_document"]),
            figure(index["megabytes_per_second"]),
            figure(index["disk_bytes"] / index["documents"]),
            size(index.get("peak_memory", 0)),
        ]
        cells += [f"{figure(latency['p50_us'])} / {figure(latency['p99_us'])}" for latency in row["latency"]]
        cells.append(f"{figure(cold['open_ms'])} + {figure(cold['first_check_ms'])}" if cold else "-")
        rows.append(cells)
    titles = [
        "documents", "µs each", "MB/s", "bytes each on disk", "memory", "unseen, µs p50 / p99", "unseen 4 kB", "known",
        "cold open + first check, ms",
    ]
    note = """
Made-up documents of some 400 bytes, a hundred a site, indexed with `--memory 2g`; then single checks in one process, one thread.
Known documents are in the index, with their copies.

![Growth](plots/growth.svg)
"""
    return table("Growth", titles, rows, note) if rows else ""


# What a peer can't do, and why.
NO_DISK = {
    "gaoya": "in memory only",
    "rensa": "in memory only",
    "FastSketchLSH": "in memory only",
    "datasketch": "in memory, or another store",
}


def peers(found):
    result = found.get("peers")
    if not result:
        return ""
    names = list(dict.fromkeys(row["peer"] for row in result["rows"]))
    own = peer(found, "neardup", "whole")
    rows = []
    for name in names:
        whole, sketch = peer(found, name, "whole"), peer(found, name, "sketch")
        version = result["versions"][name]
        disk = size(whole["disk_bytes"]) if "disk_bytes" in whole else f"- ({NO_DISK.get(name, '')})"
        rows.append((
            f"{name} {version.split(' ')[0]}",
            whole["threads"],
            size(whole["bytes"]) + (" (subset)" if whole["subset"] else ""),
            figure(speed(whole)),
            f"{figure(speed(own) / speed(whole))} x" if own and name != "neardup" else "",
            f"{figure(speed(sketch))}" + (f" ({sketch['threads']} thread)" if sketch["threads"] == 1 else ""),
            size(whole["peak_memory"]),
            disk,
        ))
    titles = ["", "threads", "input", "end to end, MB/s", "neardup is", "sketch alone, MB/s of text", "memory", "disk"]
    recalls = []
    for name in names:
        row = peer(found, name, "recall")
        recalls.append((name, grouped(row["documents"]), *(share(row["recall"].get(kind)) for kind in KINDS)))
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    note = f"""
The same file ({result["file"]}) for all, in turn: from the file to the answers, everything inserted and everything queried; runs of
five words, 128 values, threshold 0.8. Each peer is used in the fastest way its documentation tells that gives the documents a document is like
(`Benchmarks/peers`, one program each), with Python for what it leaves to its caller. Slow ones get the first part of the file; FastSketchLSH
and datatrove (14 bands of 8, clusters instead of answers) check no threshold. gaoya sketches again to query, and has no
sketch without inserting. neardup also looks for containment, which none of the others does, writes its index to the disk,
synchronised, and gives its answers as JSON. {versions}.

![Peers](plots/peers.svg)
"""
    first = table("Peers", titles, rows, note)
    second = table("", ["recall of planted copies", "pages", *KINDS], recalls, "\nOf `generate-crawl --seed 7`; slow peers get fewer pages.\n")
    return first + "\n" + second


def table(title, titles, rows, note=""):
    lines = [f"## {title}", ""] if title else []
    if note:
        lines += [note.strip(), ""]
    lines.append("| " + " | ".join(titles) + " |")
    lines.append("| " + " | ".join("---" for _ in titles) + " |")
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def figure(value):
    """Three digits or so; - where nothing was measured."""
    if value is None:
        return "-"
    return grouped(round(value)) if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def grouped(value):
    return f"{value:,}"


def share(value):
    return "-" if value is None else f"{value:.3f}"


def size(value):
    for unit in ("B", "kB", "MB"):
        if value < 1000:
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.3g} GB"


if __name__ == "__main__":
    main()

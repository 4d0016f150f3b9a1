"""Deduplicates the same files with neardup, datatrove and rensa, and tells what each found, at what cost.

usage: clusters.py [--pages N] [--tools LIST] [--output FILE] (run.sh sets the environment up)

Two files: a crawl that generate-crawl makes up, whose pages are templates of their hosts to 30 and to 70 %, and scrapes of
known pages (sets/web_scrapes of the folder NEARDUP_DATA names), which is left out where that folder is missing. A planted
pair counts as found where both are in one cluster. Precision is that of the pairs of a cluster's first and its other
documents: whether they come from one article. Memory is anonymous (RssAnon), of all processes of a tool.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import orjson

import run

TOOLS = ["neardup", "neardup exact", "rensa", "datatrove"]


def main():
    options = arguments()
    rows = []
    with tempfile.TemporaryDirectory(prefix="clusters-", dir=options.temp) as folder:
        for corpus, path, articles, planted in corpora(options, folder):
            for tool in options.tools:
                print(f"{corpus}: {tool}", file=sys.stderr, flush=True)
                row = clustered(tool, path, folder)
                row.update(corpus=corpus, tool=tool, bytes=os.path.getsize(path))
                row.update(quality(row.pop("clusters"), articles, planted))
                rows.append(row)
                print(json.dumps(row), file=sys.stderr, flush=True)
    with open(options.output, "w") as output:
        json.dump({"command": "Benchmarks/peers/run.sh --clusters", "versions": run.versions(), "rows": rows}, output, indent=1)
        output.write("\n")


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=12_000, help="pages of the crawls, 300 of each host")
    parser.add_argument("--tools", default=",".join(TOOLS))
    parser.add_argument("--output", default="Benchmarks/results/clusters.json")
    parser.add_argument("--temp", default=tempfile.gettempdir())
    options = parser.parse_args()
    options.tools = options.tools.split(",")
    if unknown := [tool for tool in options.tools if tool not in TOOLS]:
        parser.error(f"expected some of {', '.join(TOOLS)}; got {', '.join(unknown)}")
    return options


def corpora(options, folder):
    """Name, file, article of each document, and the planted pairs with their kinds."""
    for share in ("0.3", "0.7"):
        crawl, truth = (os.path.join(folder, f"crawl-{share}.{kind}") for kind in ("jsonl", "tsv"))
        command = [run.GENERATE, "--seed", "7", "--pages", str(options.pages), "--hosts", str(max(1, options.pages // 300))]
        command += ["--template-share", share, "--output", crawl, "--truth", truth]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        with open(truth) as lines:
            next(lines)
            pairs = [tuple(line.rstrip("\n").split("\t")[:3]) for line in lines]
        articles = {page: original for page, original, _ in pairs}
        yield f"crawl, {float(share):.0%} template", crawl, lambda name, of=articles: of.get(name, name), pairs
    folder_of_sets = os.path.join(os.environ.get("NEARDUP_DATA", "../shared/data"), "sets/web_scrapes")
    if not os.path.isdir(folder_of_sets):
        print("web_scrapes is left out: no such folder", file=sys.stderr)
        return
    path = os.path.join(folder, "scrapes.jsonl")
    subprocess.run(["zstd", "-q", "-d", folder_of_sets + "/docs.jsonl.zst", "-o", path], check=True)
    with open(folder_of_sets + "/same_page.tsv") as lines:
        pairs = [tuple(line.rstrip("\n").split("\t")[:3]) for line in lines]
    yield "web scrapes", path, lambda name: name.split("|")[0], pairs


def clustered(tool, path, folder):
    """Runs a tool; its clusters as lists of ids, seconds and memory."""
    found = os.path.join(folder, "clusters.jsonl")
    if tool.startswith("neardup"):
        output = os.path.join(folder, "deduplicated")
        command = [run.NEARDUP, "dedup", "--quiet", path, "--output", output, "--write", "none"]
        if tool == "neardup exact":
            command.append("--exact")
        _, memory, seconds = run.watched(command)
        with open(output + "/clusters.jsonl", "rb") as lines:
            clusters = [
                [cluster["representative"]["id"]] + [member["id"] for member in cluster["members"]]
                for cluster in map(orjson.loads, lines)
            ]
        subprocess.run(["rm", "-r", output], check=True)
        return {"clusters": clusters, "seconds": seconds, "peak_memory": memory, "threads": os.cpu_count()}
    command = [sys.executable, os.path.join(run.HERE, f"peer_{tool}.py"), path, "whole", "--clusters", found]
    output, memory, _ = run.watched(command, dict(os.environ, TMPDIR=folder))
    row = json.loads(output.decode().strip().splitlines()[-1])
    with open(found, "rb") as lines:
        clusters = [orjson.loads(line) for line in lines]
    return {"clusters": clusters, "seconds": row["seconds"], "peak_memory": memory, "threads": row["threads"]}


def quality(clusters, article, planted):
    """Recall of the planted pairs, by kind, and precision of the clusters."""
    home = {name: number for number, cluster in enumerate(clusters) for name in cluster}
    pairs = [(article(cluster[0]), article(name)) for cluster in clusters for name in cluster[1:]]
    kinds = {}
    for one, other, kind in planted:
        count = kinds.setdefault(kind, [0, 0])
        count[0] += 1
        count[1] += one in home and home[one] == home.get(other)
    return {
        "in_clusters": len(home),
        "clusters": len(clusters),
        "precision": sum(one == other for one, other in pairs) / max(1, len(pairs)),
        "recall": {kind: found / count for kind, (count, found) in kinds.items()},
        "planted": {kind: count for kind, (count, _) in kinds.items()},
    }


if __name__ == "__main__":
    main()

"""What the peers have in common: reading the file, cutting words, telling what was measured.

Each peer is a program of its own, `PEER.py FILE whole|sketch [--truth TRUTH]`, that prints one JSON object. Only what is
between the start and the end of the work is timed: `whole` from the bytes on disk to the answers, `sketch` from texts in
memory to signatures. Importing is left out.
"""

import argparse
import json
import time

import orjson

WORDS = 5
VALUES = 128
THRESHOLD = 0.8


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("mode", choices=["whole", "sketch"])
    parser.add_argument("--truth", help="pairs as generate-crawl writes them")
    parser.add_argument("--clusters", help="a file for the clusters, a line of ids each")
    return parser.parse_args()


def documents(path):
    """Ids and texts of a file of JSON lines."""
    ids, texts = [], []
    with open(path, "rb") as lines:
        for line in lines:
            record = orjson.loads(line)
            ids.append(record["id"])
            texts.append(record["text"])
    return ids, texts


def shingles(text):
    """Runs of five words in lower case, as the peers' documentation cuts words; a shorter text is one."""
    words = text.lower().split()
    if len(words) < WORDS:
        return [" ".join(words)]
    return [" ".join(run) for run in zip(*(words[start:] for start in range(WORDS)))]


class Work:
    """Times the work and prints what came of it."""

    def __init__(self, options, peer, threads):
        self.options = options
        self.outcome = {"peer": peer, "mode": options.mode, "threads": threads}
        self.start = time.perf_counter()

    def done(self, documents, text_bytes=None):
        self.outcome["seconds"] = time.perf_counter() - self.start
        self.outcome["documents"] = documents
        if text_bytes is not None:
            self.outcome["text_bytes"] = text_bytes

    def found(self, ids, matches):
        """Counts what was found of the planted pairs; `matches(i)` gives the numbers of the documents like document i."""
        if not self.options.truth:
            return
        place = {name: number for number, name in enumerate(ids)}
        kinds = {}
        with open(self.options.truth) as lines:
            next(lines)
            for line in lines:
                page, original, kind = line.rstrip("\n").split("\t")[:3]
                if page in place and original in place:
                    count = kinds.setdefault(kind, [0, 0])
                    count[0] += 1
                    count[1] += place[original] in matches(place[page])
        self.outcome["recall"] = {kind: found / pages for kind, (pages, found) in kinds.items()}
        self.outcome["planted"] = {kind: pages for kind, (pages, _) in kinds.items()}

    def clusters(self, ids, root):
        """Writes the clusters of two and more; `root(i)` gives the number of the first document of the cluster of document i."""
        if not self.options.clusters:
            return
        members = {}
        for number, name in enumerate(ids):
            members.setdefault(root(number), []).append(name)
        with open(self.options.clusters, "wb") as lines:
            for cluster in members.values():
                if len(cluster) > 1:
                    lines.write(orjson.dumps(cluster) + b"\n")

    def tell(self):
        print(json.dumps(self.outcome))


def sketch_only(options, peer, threads, sketch):
    """Times `sketch(texts)` on texts that are in memory."""
    ids, texts = documents(options.file)
    work = Work(options, peer, threads)
    sketch(texts)
    work.done(len(ids), sum(len(text.encode()) for text in texts))
    work.tell()

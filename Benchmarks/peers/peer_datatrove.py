"""datatrove: FineWeb's MinHash pipeline, a process a core, files between its steps; 14 bands of 8 as FineWeb has them.

It clusters and does not answer queries: a copy counts as found where it is in the cluster of its original.
"""

import glob
import os
import shutil
import struct
import tempfile

os.environ.setdefault("LOGURU_LEVEL", "ERROR")

from datatrove.data import Document
from datatrove.executor.local import LocalPipelineExecutor
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets, MinhashDedupSignature
from datatrove.utils.typeshelper import Languages

from common import WORDS, Work, arguments, documents, sketch_only

CONFIG = MinhashConfig(n_grams=WORDS, num_buckets=14, hashes_per_bucket=8)
# Its other tasks would read the file again each; one task a part of the file is how it is meant to run.
PARTS = os.cpu_count()


class Parts:
    """Every so many-th line of the file goes to a task, as one of its readers would have it."""

    def __init__(self, path):
        self.path = path

    def __call__(self, data, rank, world_size):
        ids, texts = documents(self.path)
        for number in range(rank, len(ids), world_size):
            yield Document(id=ids[number], text=texts[number])


def signatures(path, folder):
    step = MinhashDedupSignature(folder + "/signatures", config=CONFIG, language=Languages.english)
    LocalPipelineExecutor(
        [Parts(path), step], tasks=PARTS, workers=PARTS, logging_dir=folder + "/logs1", skip_completed=False
    ).run()


def pairs(folder):
    step = MinhashDedupBuckets(folder + "/signatures", folder + "/pairs", config=CONFIG)
    LocalPipelineExecutor(
        [step], tasks=CONFIG.num_buckets, workers=PARTS, logging_dir=folder + "/logs2", skip_completed=False
    ).run()


def clusters(folder):
    """The number of the first document of each document's cluster, from the pairs of all bands."""
    parent = {}

    def root(number):
        while parent.get(number, number) != number:
            parent[number] = parent.get(parent[number], parent[number])
            number = parent[number]
        return number

    for path in glob.glob(folder + "/pairs/*.dups"):
        with open(path, "rb") as file:
            for part1, document1, part2, document2 in struct.iter_unpack("<4I", file.read()):
                one, other = sorted((root(part1 + PARTS * document1), root(part2 + PARTS * document2)))
                parent[other] = one
    return root


def main():
    options = arguments()
    folder = tempfile.mkdtemp(prefix="datatrove-")
    try:
        if options.mode == "sketch":
            step = MinhashDedupSignature(folder, config=CONFIG, language=Languages.english)
            return sketch_only(
                options,
                "datatrove",
                1,
                lambda texts: [step.get_signature(step.get_shingles(text)) for text in texts if text.strip()],
            )
        work = Work(options, "datatrove", PARTS)
        signatures(options.file, folder)
        pairs(folder)
        root = clusters(folder)
        ids, _ = documents(options.file)
        work.done(len(ids))
        work.outcome["disk_bytes"] = sum(
            os.path.getsize(path) for path in glob.glob(folder + "/signatures/**/*.sig", recursive=True)
        )

        class Same:
            """The documents of a cluster, without listing them."""

            def __init__(self, number):
                self.root = root(number)

            def __contains__(self, other):
                return root(other) == self.root

        work.found(ids, Same)
        work.clusters(ids, root)
        work.tell()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

"""rensa: R-MinHash and LSH in Rust. Whole sets, not its sampling of positions; bands as its own benchmark has them.

Its batches use all cores; tokens come from Python. Its fastest way to duplicates gives flags and not the documents a document is
like, so that `query_all` is asked.
"""

import os

from rensa import RMinHash, RMinHashLSH

from common import THRESHOLD, VALUES, Work, arguments, documents, shingles, sketch_only

BANDS = 16
SEED = 42


def first_like(answers):
    """The first document of each document's cluster: of the earliest one that is like it."""
    first = []
    for number, like in enumerate(answers):
        earliest = min(like, default=number)
        first.append(first[earliest] if earliest < number else number)
    return first.__getitem__


def main():
    options = arguments()
    threads = os.cpu_count()
    if options.mode == "sketch":
        return sketch_only(
            options,
            "rensa",
            threads,
            lambda texts: RMinHash.digest_matrix_from_token_sets((shingles(text) for text in texts), VALUES, SEED),
        )
    work = Work(options, "rensa", threads)
    ids, texts = documents(options.file)
    signatures = RMinHash.from_token_sets((shingles(text) for text in texts), num_perm=VALUES, seed=SEED)
    index = RMinHashLSH(THRESHOLD, VALUES, BANDS)
    index.insert_many(signatures)
    answers = index.query_all(signatures)
    work.done(len(ids))
    work.found(ids, lambda number: answers[number])
    # Its answers are signatures' bands that collide; a document joins the first that is like it, as its examples have it.
    work.clusters(ids, first_like(answers))
    work.tell()


main()

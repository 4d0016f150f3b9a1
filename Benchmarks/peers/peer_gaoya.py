"""gaoya: MinHash and LSH in Rust, its own cutting of words too; inserts and queries in bulk on all cores."""

import os

from gaoya.minhash import MinHashStringIndex

from common import THRESHOLD, VALUES, WORDS, Work, arguments, documents, sketch_only


def index():
    return MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=THRESHOLD,
        num_bands=None,
        band_size=None,
        num_hashes=VALUES,
        analyzer="word",
        lowercase=True,
        ngram_range=(WORDS, WORDS),
        id_container="vec",
    )


def main():
    options = arguments()
    threads = os.cpu_count()
    if options.mode == "sketch":
        # There is no sketch without an index: this is what inserting takes.
        return sketch_only(
            options, "gaoya", threads, lambda texts: index().par_bulk_insert_docs(list(range(len(texts))), texts)
        )
    work = Work(options, "gaoya", threads)
    ids, texts = documents(options.file)
    whole = index()
    whole.par_bulk_insert_docs(list(range(len(texts))), texts)
    answers = whole.par_bulk_query(texts)
    work.done(len(ids))
    work.found(ids, lambda number: answers[number])
    work.tell()


main()

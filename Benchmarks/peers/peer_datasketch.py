"""datasketch: MinHash in NumPy, LSH in dictionaries. One thread; `MinHash.generator` is its documented way in bulk."""

from datasketch import MinHash, MinHashLSH

from common import THRESHOLD, VALUES, Work, arguments, documents, shingles, sketch_only


def sketches(texts):
    return MinHash.generator(([run.encode() for run in shingles(text)] for text in texts), num_perm=VALUES)


def main():
    options = arguments()
    if options.mode == "sketch":
        return sketch_only(options, "datasketch", 1, lambda texts: sum(1 for _ in sketches(texts)))
    work = Work(options, "datasketch", 1)
    ids, texts = documents(options.file)
    signatures = list(sketches(texts))
    index = MinHashLSH(threshold=THRESHOLD, num_perm=VALUES)
    with index.insertion_session() as session:
        for number, signature in enumerate(signatures):
            session.insert(number, signature, check_duplication=False)
    answers = [index.query(signature) for signature in signatures]
    work.done(len(ids))
    work.found(ids, lambda number: answers[number])
    work.tell()


main()

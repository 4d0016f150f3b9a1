"""FastSketchLSH: fast similarity sketching in C++, LSH over its matrix; batches on all cores, tokens from Python.

Bands as its documentation has them; it checks no threshold, so that every candidate is an answer.
"""

import os

from FastSketchLSH import LSH, FastSimilaritySketch

from common import VALUES, Work, arguments, documents, shingles, sketch_only

BANDS = 16


def sketches(texts):
    return FastSimilaritySketch(size=VALUES, seed=42).batch([shingles(text) for text in texts])


def main():
    options = arguments()
    threads = os.cpu_count()
    if options.mode == "sketch":
        return sketch_only(options, "FastSketchLSH", threads, sketches)
    work = Work(options, "FastSketchLSH", threads)
    ids, texts = documents(options.file)
    matrix = sketches(texts)
    index = LSH(num_perm=VALUES, num_bands=BANDS)
    index.insert(matrix)
    answers = index.query(matrix)
    work.done(len(ids))
    work.found(ids, lambda number: answers[number])
    work.tell()


main()

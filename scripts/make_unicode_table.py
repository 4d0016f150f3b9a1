#!/usr/bin/env python3
"""Write Sources/CKernels/unicode_table.c: what every Unicode scalar becomes before it is tokenised.

usage: make_unicode_table.py > Sources/CKernels/unicode_table.c
       make_unicode_table.py --vectors > Tests/ShinglingTests/Fixtures/fold_vectors.tsv

Needs the package unicodedata2 (pip install unicodedata2==16.0.0): the table must come from one stated Unicode
version, never from the Python or Swift that happens to be there.

Each scalar maps on its own (so that no reordering is needed): compatibility decomposition, combining diacritics
U+0300..U+036F dropped, full case folding, compatibility decomposition again. Each scalar of the result has a class:

  separator  ends a token
  word       letter, digit or other number: begins or continues a token
  mark       continues a token, never begins one
  single     a character of a script written without spaces: begins a token of its own
  ignored    as if it were not there (soft hyphen, joiners, variation selectors, dropped diacritics)
"""
import sys

import unicodedata2 as unicodedata

SEPARATOR, WORD, MARK, SINGLE, IGNORED, EXPANSION = range(6)
NAMES = ["separator", "word", "mark", "single", "ignored", "expansion"]
BLOCK = 64
KANA = range(0x3000, 0x3100)  # and the punctuation before it
HANGUL = range(0xAC00, 0xAC00 + 11172)

# Letters of these blocks stand alone: Han, kana, Thai, Lao, Burmese, Khmer. Digits of the same scripts stay runs.
UNSPACED = [
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x3029),
    (0x3031, 0x3035), (0x3038, 0x303C), (0x3040, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F), (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x16FE0, 0x18DFF), (0x1AFF0, 0x1B2FF),
    (0x20000, 0x3FFFF),
]
# Default-ignorable scalars that are not of category Cf.
IGNORABLE = [
    (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x3164, 0x3164), (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0), (0xE0000, 0xE0FFF),
]


# Case foldings of Unicode 15 and 16 that the running Python may not know yet (CaseFolding.txt, status C).
LATE_FOLDINGS = {0x1C89: 0x1C8A, 0xA7CB: 0x0264, 0xA7CC: 0xA7CD, 0xA7DA: 0xA7DB, 0xA7DC: 0x019B}
LATE_FOLDINGS.update({upper: upper + 0x20 for upper in range(0x10D50, 0x10D66)})


def case_fold(character):
    """Full case folding in the table's Unicode version."""
    return chr(LATE_FOLDINGS[ord(character)]) if ord(character) in LATE_FOLDINGS else character.casefold()


def within(scalar, ranges):
    return any(low <= scalar <= high for low, high in ranges)


def scalar_class(scalar):
    """The class of one scalar of a folded text."""
    if 0x0300 <= scalar <= 0x036F or within(scalar, IGNORABLE):
        return IGNORED
    category = unicodedata.category(chr(scalar))
    if category == "Cf":
        return IGNORED
    if category[0] == "M":
        return MARK
    if category[0] == "N" or category[0] == "L":
        return SINGLE if within(scalar, UNSPACED) and category != "Nd" else WORD
    return SEPARATOR


def fold(scalar):
    """The scalars that a scalar becomes."""
    if 0xD800 <= scalar <= 0xDFFF or within(scalar, IGNORABLE):
        return [scalar]

    def decompose(text):
        text = unicodedata.normalize("NFKD", text)
        return "".join(c for c in text if not 0x0300 <= ord(c) <= 0x036F)

    folded = decompose("".join(case_fold(c) for c in decompose(chr(scalar))))
    return [ord(c) for c in folded]


def entry(scalar, expansions, pool):
    """The table's 32 bits for one scalar: class in the low 3, then a signed difference or a place in the pool."""
    if scalar in HANGUL:
        return WORD  # as it is: what the tokeniser composes syllables to
    result = fold(scalar)
    if not result or all(scalar_class(s) == IGNORED for s in result):
        return IGNORED
    if len(result) == 1:
        kind = scalar_class(result[0])
        difference = result[0] - scalar if kind in (WORD, MARK, SINGLE) else 0
        return kind | (difference & 0x1FFFFFFF) << 3
    if all(scalar_class(s) == SEPARATOR for s in result):
        return SEPARATOR
    key = tuple(result)
    if key not in expansions:
        expansions[key] = len(pool)
        pool.append(len(result))
        pool.extend(scalar_class(s) | s << 3 for s in result)
    return EXPANSION | expansions[key] << 3


def ready(scalar, length):
    """The folded UTF-8 of a scalar, first byte lowest, with its length above so many bytes; None where it is not so simple.

    Separators are spaces. What is a single has no mark but its own after it, and stands alone.
    """
    result = [(s, scalar_class(s)) for s in fold(scalar)]
    result = [(s, kind) for s, kind in result if kind != IGNORED]
    kinds = [kind for _, kind in result]
    is_text = all(kind in (WORD, SEPARATOR) for kind in kinds)
    is_single = kinds[:1] == [SINGLE] and all(kind == MARK for kind in kinds[1:])
    if not is_text and not (is_single and scalar in KANA):
        return None
    folded = "".join(" " if kind == SEPARATOR else chr(s) for s, kind in result).encode()
    if len(folded) > length:
        return None
    return int.from_bytes(folded, "little") | len(folded) << 8 * length


def rows(values, width, form):
    for start in range(0, len(values), width):
        yield "    " + ", ".join(form % v for v in values[start:start + width]) + ","


def write_table():
    expansions, pool, blocks, index = {}, [], {}, []
    for base in range(0, 0x110000, BLOCK):
        block = tuple(entry(s, expansions, pool) for s in range(base, base + BLOCK))
        index.append(blocks.setdefault(block, len(blocks)))
    print("// Generated by scripts/make_unicode_table.py. Do not edit.")
    print('#include "unicode_table.h"\n')
    major, minor, update = (int(part) for part in unicodedata.unidata_version.split("."))
    print(f"const uint32_t nd_unicode_version = {major << 16 | minor << 8 | update}; // {unicodedata.unidata_version}\n")
    print(f"const uint16_t nd_unicode_index[{len(index)}] = {{")
    print("\n".join(rows(index, 24, "%d")))
    print("};\n")
    flat = [value for block in blocks for value in block]
    print(f"const uint32_t nd_unicode_blocks[{len(flat)}] = {{")
    print("\n".join(rows(flat, 12, "0x%x")))
    print("};\n")
    print(f"const uint32_t nd_unicode_expansions[{len(pool)}] = {{")
    print("\n".join(rows(pool, 12, "0x%x")))
    print("};\n")
    print("const uint32_t nd_unicode_two_bytes[0x800] = {")
    short = [ready(s, 3) for s in range(0x800)]
    print("\n".join(rows([0xFFFFFFFF if word is None else word for word in short], 12, "0x%x")))
    print("};\n")
    print(f"const uint64_t nd_unicode_kana[{len(KANA)}] = {{")
    kana = [ready(s, 7) if scalar_class(fold(s)[0]) == SINGLE else None for s in KANA]
    for place, scalar in enumerate(KANA):
        if all(scalar_class(s) == SEPARATOR for s in fold(scalar)):
            kana[place] = 1 << 63
    print("\n".join(rows([0 if word is None else word for word in kana], 6, "0x%x")))
    print("};")


def write_vectors():
    """Every scalar but the surrogates and Hangul syllables: what it becomes, with classes, by this script's definition.

    A row: first and last scalar of a run, then class:scalar of each scalar that the first one becomes (nothing where
    it vanishes). The others of the run become the same, shifted by their distance from the first.
    """
    print(f"# Unicode {unicodedata.unidata_version}; written by make_unicode_table.py --vectors")
    runs = []  # [first, last, [(class, difference to the scalar)]]
    for scalar in range(0x110000):
        if 0xD800 <= scalar <= 0xDFFF or scalar in HANGUL:
            continue
        result = [(NAMES[scalar_class(s)], s - scalar) for s in fold(scalar)]
        if runs and runs[-1][1] == scalar - 1 and runs[-1][2] == result:
            runs[-1][1] = scalar
        else:
            runs.append([scalar, scalar, result])
    for first, last, result in runs:
        print(f"{first:X}\t{last:X}\t" + " ".join(f"{kind}:{first + difference:X}" for kind, difference in result))


if __name__ == "__main__":
    write_vectors() if "--vectors" in sys.argv[1:] else write_table()

// What every Unicode scalar becomes before it is tokenised; written by scripts/make_unicode_table.py.
#ifndef ND_UNICODE_TABLE_H
#define ND_UNICODE_TABLE_H

#include <stdint.h>

// Classes of a folded scalar, in the low 3 bits of an entry.
enum {
    ND_SEPARATOR = 0, // ends a token
    ND_WORD = 1,      // begins or continues a token
    ND_MARK = 2,      // continues a token, never begins one
    ND_SINGLE = 3,    // begins a token of its own
    ND_IGNORED = 4,   // as if it were not there
    ND_EXPANSION = 5, // several scalars, in nd_unicode_expansions
};

// The other 29 bits: for a word, mark or single the signed difference to the folded scalar; for an expansion the
// place in nd_unicode_expansions of a length, which that many (class | scalar << 3) follow.
extern const uint16_t nd_unicode_index[17408]; // by scalar >> 6
extern const uint32_t nd_unicode_blocks[];     // by index * 64 + (scalar & 63)
extern const uint32_t nd_unicode_expansions[];

// The folded UTF-8 of what one or two bytes encode, at most three bytes, first byte lowest, a space for each separator; their
// number is in the highest byte. ND_NOT_SHORT where there is more to it.
extern const uint32_t nd_unicode_two_bytes[0x800];
enum { ND_NOT_SHORT = 0xFF };

// From U+3000 to U+30FF, hiragana, katakana and their punctuation: the one single that each is, with its mark; the length is in
// the highest byte. ND_READY_SEPARATOR for a separator, 0 where there is more to it.
extern const uint64_t nd_unicode_kana[256];
#define ND_READY_SEPARATOR (UINT64_C(1) << 63)

static inline uint32_t nd_unicode_entry(uint32_t scalar) {
    return nd_unicode_blocks[(uint32_t)nd_unicode_index[scalar >> 6] * 64 + (scalar & 63)];
}

#endif

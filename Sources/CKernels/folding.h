// Text that isn't ASCII is folded into a buffer first, in which words are letters and digits of ASCII and whatever else is not
// ASCII, and everything that separates them is ASCII too; then it is cut into tokens as ASCII is. Compiled for each level.
//
// The buffer holds either words, of which the last may be open, or one single that is open: marks may follow it.
#ifndef ND_FOLDING_H
#define ND_FOLDING_H

#include "ascii_block.h"
#include "token_output.h"
#include "unicode_table.h"
#include "utf8.h"

enum {
    ND_FOLDED = 512,       // folded bytes of a chunk, about
    ND_FOLDED_MORE = 64,   // by which one step may go past them: 32 ASCII bytes, or the most that a scalar becomes
    ND_FOLDED_KEPT = 18,   // bytes of an open token that are not in its hash yet, at most: those of the last scalar are among them
    ND_FOLDED_ROOM = ND_FOLDED + 3 * ND_FOLDED_MORE,
};

typedef struct {
    nd_output *out;
    nd_tokeniser *state; // its `hash` is that of the bytes of the buffer's first token that came before the buffer
    size_t count;        // bytes in the buffer
    int single;          // it holds one single, and nothing else
    uint8_t bytes[ND_FOLDED_ROOM + 64];
    // Where in the text each byte comes from, if spans are asked for.
    uint32_t starts[ND_FOLDED_ROOM];
    uint32_t ends[ND_FOLDED_ROOM];
} nd_folded;

static inline int nd_folded_is_word(uint8_t byte) { return byte >= 0x80 || nd_ascii_is_word(byte); }

// Whether a word or a single is open.
static inline int nd_folded_is_open(const nd_folded *f) { return f->count && nd_folded_is_word(f->bytes[f->count - 1]); }

// Says of the last bytes which text they come from.
static inline void nd_folded_from(nd_folded *f, size_t first, size_t start, size_t end) {
    if (!f->out->spans) return;
    for (size_t i = first; i < f->count; i++) {
        f->starts[i] = (uint32_t)start;
        f->ends[i] = (uint32_t)end;
    }
}

// Hashes what an open token at the buffer's start has too many bytes of.
static inline void nd_folded_shorten(nd_folded *f) {
    size_t done = 0;
    for (; f->count - done > ND_FOLDED_KEPT; done += 16)
        f->state->hash = nd_token_part(f->state->hash, f->bytes + done, 16, ND_FOLDED_BYTES);
    if (done == 0) return;
    f->count -= done;
    memmove(f->bytes, f->bytes + done, f->count);
    if (!f->out->spans) return;
    uint32_t start = f->starts[0];
    memmove(f->starts, f->starts + done, f->count * sizeof start);
    memmove(f->ends, f->ends + done, f->count * sizeof start);
    f->starts[0] = start;
}

// Emits the tokens of the buffer; an open one at its end too, if it is over. Else that is then at the buffer's start.
static inline void nd_folded_emit(nd_folded *f, int is_over) {
    nd_output *out = f->out;
    uint32_t edges[ND_FOLDED_ROOM + 128];
    size_t edge_count = 0;
    uint64_t carry = 0;
    if (f->count == 0) return;
    for (size_t at = 0; at < f->count; at += 64) {
        nd_block block = nd_classify(f->bytes + at);
        size_t left = f->count - at;
        uint64_t word = block.word | block.high;
        if (left < 64) word &= (UINT64_C(1) << left) - 1;
        uint64_t bits = word ^ (word << 1 | carry);
        if (left < 64) bits &= (UINT64_C(1) << left) - 1; // an open token has no end
        edge_count += nd_put_edges(edges + edge_count, bits, at);
        carry = word >> 63;
    }
    size_t kept = f->count;
    if (edge_count & 1) {
        if (is_over) edges[edge_count++] = (uint32_t)f->count;
        else kept = edges[--edge_count];
    }
    size_t tokens = edge_count / 2, first = out->count;
    nd_emit(out, f->bytes, edges, tokens, ND_FOLDED_BYTES);
    if (tokens) {
        // The first may have begun before the buffer.
        uint64_t hash = nd_token_rest(f->state->hash, f->bytes + edges[0], edges[1] - edges[0], ND_FOLDED_BYTES);
        out->tokens[first] = nd_token_finish(hash, (uint64_t)f->single);
        f->state->hash = out->seed;
    }
    if (out->spans) {
        for (size_t i = 0; i < tokens; i++)
            out->spans[first + i] = (nd_token_span){f->starts[edges[2 * i]], f->ends[edges[2 * i + 1] - 1]};
        memmove(f->starts, f->starts + kept, (f->count - kept) * sizeof *f->starts);
        memmove(f->ends, f->ends + kept, (f->count - kept) * sizeof *f->ends);
    }
    f->count -= kept;
    memmove(f->bytes, f->bytes + kept, f->count);
    if (is_over) f->single = 0;
}

// The Hangul syllable that the letter `scalar` makes with what the buffer ends in; 0 where it makes none (Unicode, section 3.12).
static inline uint32_t nd_folded_syllable(const nd_folded *f, uint32_t scalar) {
    uint32_t before;
    if (f->count < 3 || nd_utf8_decode(f->bytes + f->count - 3, 3, &before) != 3) return 0;
    if (before - 0x1100 < 19 && scalar - 0x1161 < 21) return 0xAC00 + ((before - 0x1100) * 21 + scalar - 0x1161) * 28;
    if (before - 0xAC00 < 11172 && (before - 0xAC00) % 28 == 0 && scalar - 0x11A8 < 27) return before + scalar - 0x11A7;
    return 0;
}

// A scalar of a word, a single or a mark.
static inline void nd_folded_append(nd_folded *f, uint32_t scalar, size_t start, size_t end) {
    unsigned length;
    uint64_t encoded;
    size_t first = f->count;
    uint32_t syllable = scalar - 0x1161 < 0x62 ? nd_folded_syllable(f, scalar) : 0;
    if (syllable) {
        encoded = nd_utf8_encode(syllable, &length);
        memcpy(f->bytes + first - 3, &encoded, 3);
        if (f->out->spans)
            for (size_t i = first - 3; i < first; i++) f->ends[i] = (uint32_t)end;
        return;
    }
    encoded = nd_utf8_encode(scalar, &length);
    memcpy(f->bytes + first, &encoded, 4);
    f->count += length;
    nd_folded_from(f, first, start, end);
}

// One scalar of the folded text, which came from text[start..<end].
static inline void nd_folded_put(nd_folded *f, uint32_t kind, uint32_t scalar, size_t start, size_t end) {
    switch (kind) {
    case ND_MARK:
        if (nd_folded_is_open(f)) nd_folded_append(f, scalar, start, end);
        break;
    case ND_IGNORED:
        break;
    case ND_WORD:
        if (f->single) nd_folded_emit(f, 1);
        nd_folded_append(f, scalar, start, end);
        break;
    case ND_SINGLE:
        nd_folded_emit(f, 1);
        nd_folded_append(f, scalar, start, end);
        f->single = 1;
        break;
    default:
        if (f->single) nd_folded_emit(f, 1);
        f->bytes[f->count++] = ' ';
    }
}

static inline void nd_folded_put_entry(nd_folded *f, uint32_t entry, uint32_t scalar, size_t start, size_t end) {
    uint32_t kind = entry & 7;
    if (kind != ND_EXPANSION) {
        nd_folded_put(f, kind, scalar + (uint32_t)((int32_t)entry >> 3), start, end);
        return;
    }
    const uint32_t *expansion = nd_unicode_expansions + (entry >> 3);
    for (uint32_t i = 1; i <= expansion[0]; i++) nd_folded_put(f, expansion[i] & 7, expansion[i] >> 3, start, end);
}

#endif

// Reads text that isn't ASCII into the buffer of folding.h, and singles past it. Compiled for each level.
#ifndef ND_FOLD_TEXT_H
#define ND_FOLD_TEXT_H

#include "folding.h"
#include "lower_bytes.h"
#include "ready_singles.h"

// Bytes in a row that needn't have been folded, after which reading the text itself is worth it again.
enum { ND_PLAIN = 128 };

// Two bytes of a backslash and what it escapes, or one at the text's end.
static inline void nd_skip_escape(nd_text *text, nd_tokeniser *state) {
    int is_whole = text->at + 1 < text->length;
    state->escapes += (size_t)is_whole;
    text->at += 1 + (size_t)is_whole;
}

// A single may be open: reads what belongs to it, and emits it once something else follows.
static inline void nd_read_marks(nd_folded *f, nd_text *text) {
    while (f->single && text->at < text->length && f->out->count < f->out->limit) {
        uint32_t scalar = 0;
        unsigned bytes = nd_utf8_decode(text->bytes + text->at, text->length - text->at, &scalar);
        uint32_t entry = bytes ? nd_unicode_entry(scalar) : ND_SEPARATOR, kind = entry & 7;
        if (kind != ND_MARK && kind != ND_IGNORED && kind != ND_EXPANSION) { // which may begin with a mark
            nd_folded_emit(f, 1);
            return;
        }
        nd_folded_put_entry(f, entry, scalar, text->at, text->at + bytes);
        text->at += bytes;
        if (f->count > ND_FOLDED) nd_folded_shorten(f);
    }
}

static inline void nd_emit_single(nd_output *out, const nd_single *single) {
    out->tokens[out->count - 1] = nd_token_finish(nd_token_step(out->seed, single->low, single->high), ND_TOKEN_SINGLE);
    if (out->spans) out->spans[out->count - 1] = (nd_token_span){(uint32_t)single->start, (uint32_t)single->end};
}

// Adds a mark to what a single is; returns 0 where it becomes longer than 16 bytes.
static inline int nd_single_append(nd_single *single, uint32_t mark) {
    unsigned more, length = single->length;
    uint64_t bytes = nd_utf8_encode(mark, &more);
    if (length + more > 16) return 0;
    if (length < 8) single->low |= bytes << (8 * length);
    if (length >= 8) single->high |= bytes << (8 * (length - 8));
    else if (length + more > 8) single->high |= bytes >> (8 * (8 - length));
    single->length += more;
    return 1;
}

// Singles in a row, with the marks and separators among them: they need no buffer. Stops at anything else, and when the
// block is more than full; a single that marks may still follow is then in the buffer.
static inline void nd_read_singles(nd_folded *f, nd_text *text) {
    nd_output *out = f->out;
    nd_single last = {0, 0, 0, 0, 0};
    for (;;) {
        last = nd_read_ready_singles(out, text, last);
        if (text->at >= text->length || out->count > out->limit) break;
        const uint8_t byte = text->bytes[text->at];
        if (byte < 0x80) {
            last.length = 0;
            if (nd_ascii_is_word(byte)) break;
            if (byte == '\\' && f->state->is_escaped) nd_skip_escape(text, f->state);
            else text->at += 1;
            continue;
        }
        uint32_t scalar;
        unsigned size = nd_utf8_decode(text->bytes + text->at, text->length - text->at, &scalar);
        if (size == 0) {
            last.length = 0;
            f->state->invalid += 1;
            text->at += 1;
            continue;
        }
        uint32_t entry = nd_unicode_entry(scalar), kind = entry & 7;
        uint32_t folded = scalar + (uint32_t)((int32_t)entry >> 3);
        if (kind == ND_WORD || kind == ND_EXPANSION) break;
        if (kind == ND_SINGLE) {
            last = (nd_single){0, 0, 0, text->at, 0};
            out->count += 1;
        }
        if (kind == ND_SINGLE || (kind == ND_MARK && last.length)) {
            if (!nd_single_append(&last, folded)) break;
            last.end = text->at + size;
            nd_emit_single(out, &last);
        } else if (kind == ND_SEPARATOR) {
            last.length = 0;
        }
        text->at += size;
    }
    if (last.length == 0) return;
    out->count -= 1;
    memcpy(f->bytes, &last.low, 8);
    memcpy(f->bytes + 8, &last.high, 8);
    f->count = last.length;
    f->single = 1;
    nd_folded_from(f, 0, last.start, last.end);
}

// A character that isn't ASCII; returns 0 where it is a single, which is then still to be read.
static inline int nd_fold_scalar(nd_folded *f, nd_text *text) {
    const uint8_t *bytes = text->bytes + text->at;
    uint32_t scalar;
    unsigned size = nd_utf8_decode(bytes, text->length - text->at, &scalar);
    if (size == 0) {
        f->state->invalid += 1;
        f->bytes[f->count++] = ' ';
        text->at += 1;
        return 1;
    }
    uint32_t entry = nd_unicode_entry(scalar), word;
    memcpy(&word, bytes, 4);
    uint64_t ready = size == 3 ? nd_ready_single(word) : 0;
    if ((entry & 7) == ND_SINGLE || (ready && ready != ND_READY_SEPARATOR)) return 0;
    nd_folded_put_entry(f, entry, scalar, text->at, text->at + size);
    text->at += size;
    return 1;
}

// Characters in a row that are words, two or three bytes each, and separators among them: what most texts are made of that aren't
// ASCII, and the only thing done here. Sets `*folded_to` to the last one that was in need of it.
static inline void nd_fold_ready_words(nd_folded *f, nd_text *text, size_t room, size_t *folded_to) {
    const uint8_t *bytes = text->bytes;
    uint8_t *to = f->bytes;
    const size_t end = text->length < 3 ? 0 : text->length - 2;
    const int with_spans = f->out->spans != NULL;
    size_t at = text->at, count = f->count;
    while (at < end && count < room) {
        uint32_t word, folded, size, length;
        memcpy(&word, bytes + at, 4);
        if ((word & 0xC0E0) == 0x80C0 && (word & 0x1E)) {
            folded = nd_unicode_two_bytes[(word & 0x1F) << 6 | (word >> 8 & 0x3F)];
            length = folded >> 24;
            size = 2;
            if (length == ND_NOT_SHORT) break;
            *folded_to = at;
        } else {
            uint32_t scalar = nd_three_bytes(word);
            length = size = 3;
            folded = word;
            if (scalar - 0xAC00 >= 11172) {
                if (scalar < 0x1200 || scalar - 0xD800 < 0x800) break; // none, ill formed, or letters that make syllables
                uint32_t entry = nd_unicode_entry(scalar);
                if (entry == ND_SEPARATOR) {
                    folded = ' ';
                    length = 1;
                } else if (entry != ND_WORD) {
                    break;
                } else {
                    *folded_to = at;
                }
            }
        }
        memcpy(to + count, &folded, 4);
        if (with_spans) {
            for (size_t i = count; i < count + length; i++) {
                f->starts[i] = (uint32_t)at;
                f->ends[i] = (uint32_t)(at + size);
            }
        }
        count += length;
        at += size;
    }
    f->count = count;
    text->at = at;
}

// ASCII letters and digits that end the word which is open.
static inline void nd_fold_word_end(nd_folded *f, nd_text *text) {
    if (!nd_folded_is_open(f)) return;
    for (unsigned i = 0; i < 32 && text->at < text->length && nd_ascii_is_word(text->bytes[text->at]); i++) {
        uint8_t byte = text->bytes[text->at];
        f->bytes[f->count++] = byte >= 'A' ? byte | 0x20 : byte;
        nd_folded_from(f, f->count - 1, text->at, text->at + 1);
        text->at += 1;
    }
    // What is no word ends it; what isn't ASCII or is escaped is read in its turn.
    if (text->at < text->length && text->bytes[text->at] < 0x80 && !nd_ascii_is_word(text->bytes[text->at]))
        f->bytes[f->count++] = ' ';
}

// Fills the buffer with words. Returns 0 where a single follows, which is then still to be read, else 1.
static inline int nd_fold_words(nd_folded *f, nd_text *text, size_t room) {
    const int is_escaped = f->state->is_escaped;
    size_t folded_to = text->at;
    while (text->at < text->length && f->count < room) {
        if (text->at - folded_to >= ND_PLAIN && !nd_folded_is_open(f)) break;
        const size_t left = text->length - text->at;
        nd_lowered lowered = nd_lower(text->bytes + text->at, f->bytes + f->count);
        // A character that the text's end cuts is not one, whatever follows it in memory.
        if (left < 32 && text->bytes[text->at + left - 1] >= 0xC0) lowered.other |= UINT32_C(1) << (left - 1);
        const uint32_t special = is_escaped ? lowered.other | lowered.backslash : lowered.other;
        size_t run = special ? (size_t)__builtin_ctz(special) : 32;
        if (run > left) run = left;
        if (f->out->spans) {
            for (size_t i = 0; i < run; i++) {
                f->starts[f->count + i] = (uint32_t)(text->at + i);
                f->ends[f->count + i] = (uint32_t)(text->at + i + 1);
            }
        }
        f->count += run;
        text->at += run;
        if (lowered.high & ~lowered.other) folded_to = text->at;
        if (run == left) break;
        if (!special || run == 31) { // of the last byte the window may have no more than the beginning
            if (text->at - folded_to >= ND_PLAIN) nd_fold_word_end(f, text);
            continue;
        }
        if (text->bytes[text->at] == '\\') {
            f->bytes[f->count++] = ' ';
            nd_skip_escape(text, f->state);
            continue;
        }
        for (;;) {
            nd_fold_ready_words(f, text, room, &folded_to);
            if (text->at >= text->length || text->bytes[text->at] < 0x80 || f->count >= room) break;
            if (!nd_fold_scalar(f, text)) return 0;
            folded_to = text->at;
            if (f->single || f->out->count >= f->out->limit) return 1; // some scalars are several tokens
        }
    }
    return 1;
}

#endif

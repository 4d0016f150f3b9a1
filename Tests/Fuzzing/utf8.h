// Well-formed UTF-8, by the table of the Unicode standard: what texts are held against.
#ifndef ND_FUZZING_UTF8_H
#define ND_FUZZING_UTF8_H

#include "fuzzing.h"

// The bytes of the well-formed sequence that begins at `at`; 0 where none does.
static inline size_t nd_sequence(const uint8_t *bytes, size_t count, size_t at) {
    const uint8_t first = bytes[at];
    if (first < 0x80) return 1;
    const size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                          : first >= 0xE0 && first <= 0xEF ? 3
                          : first >= 0xF0 && first <= 0xF4 ? 4
                                                           : 0;
    if (length == 0 || length > count - at) return 0;
    const uint8_t least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const uint8_t most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (bytes[at + 1] < least || bytes[at + 1] > most) return 0;
    for (size_t i = 2; i < length; i++)
        if ((bytes[at + i] & 0xC0) != 0x80) return 0;
    return length;
}

static inline int nd_is_utf8(const uint8_t *bytes, size_t count) {
    for (size_t at = 0; at < count;) {
        const size_t length = nd_sequence(bytes, count, at);
        if (length == 0) return 0;
        at += length;
    }
    return 1;
}

static inline void nd_make_utf8(uint8_t *bytes, size_t count) {
    for (size_t at = 0; at < count;) {
        const size_t length = nd_sequence(bytes, count, at);
        if (length == 0) bytes[at] = '?';
        at += length + (length == 0);
    }
}

// One input in 128 comes again and again up to 128 KiB, so that work which isn't linear meets the limit of time. Which ones
// hangs on all of their bytes, so that the fuzzer isn't drawn to slow inputs. The caller frees what it is given.
static inline uint8_t *nd_perhaps_repeated(const uint8_t *bytes, size_t *count) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < *count; i++) hash = (hash ^ bytes[i]) * 16777619u;
    const size_t once = *count;
    if (once > 0 && hash >> 25 == 0) *count = once * ((size_t)(128 << 10) / once + 1);
    uint8_t *const copy = nd_exactly(*count, 1);
    for (size_t at = 0; at < *count; at += once) memcpy(copy + at, bytes, once);
    return copy;
}

#endif

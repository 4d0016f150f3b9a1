// Strict UTF-8: no overlong forms, no surrogates, nothing past U+10FFFF.
#ifndef ND_UTF8_H
#define ND_UTF8_H

#include <stddef.h>
#include <stdint.h>

// Decodes the scalar at `p`, of which `left` > 0 bytes remain; returns its length, or 0 where none is well formed.
static inline unsigned nd_utf8_decode(const uint8_t *p, size_t left, uint32_t *scalar) {
    uint32_t a = p[0];
    if (a < 0x80) {
        *scalar = a;
        return 1;
    }
    if (left < 2 || a < 0xC2) return 0;
    uint32_t b = p[1] ^ 0x80u;
    if (b > 0x3F) return 0;
    if (a < 0xE0) {
        *scalar = (a & 0x1F) << 6 | b;
        return 2;
    }
    if (left < 3) return 0;
    uint32_t c = p[2] ^ 0x80u;
    if (c > 0x3F) return 0;
    if (a < 0xF0) {
        uint32_t s = (a & 0x0F) << 12 | b << 6 | c;
        if (s < 0x800 || (s >= 0xD800 && s < 0xE000)) return 0;
        *scalar = s;
        return 3;
    }
    if (left < 4 || a > 0xF4) return 0;
    uint32_t d = p[3] ^ 0x80u;
    if (d > 0x3F) return 0;
    uint32_t s = (a & 0x07) << 18 | b << 12 | c << 6 | d;
    if (s < 0x10000 || s > 0x10FFFF) return 0;
    *scalar = s;
    return 4;
}

// The bytes of a scalar's UTF-8, first byte lowest, and how many.
static inline uint64_t nd_utf8_encode(uint32_t s, unsigned *length) {
    if (s < 0x80) {
        *length = 1;
        return s;
    }
    if (s < 0x800) {
        *length = 2;
        return 0x80C0u | s >> 6 | (s & 0x3F) << 8;
    }
    if (s < 0x10000) {
        *length = 3;
        return 0x8080E0u | s >> 12 | (s >> 6 & 0x3F) << 8 | (s & 0x3F) << 16;
    }
    *length = 4;
    return 0x808080F0u | s >> 18 | (s >> 12 & 0x3F) << 8 | (s >> 6 & 0x3F) << 16 | (s & 0x3F) << 24;
}

#endif

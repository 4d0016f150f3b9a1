#include "include/nibbles.h"

int nd_positions_ascend(const uint32_t *positions, size_t n) {
    uint32_t falls = 0;
    for (size_t i = 1; i < n; i++) falls |= positions[i] <= positions[i - 1];
    return !falls;
}

size_t nd_nibbles_pack(const uint32_t *positions, size_t n, uint8_t *out) {
    uint8_t *start = out, half = 0;
    uint32_t next = 0;
    int is_half = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t distance = positions[i] - next;
        next = positions[i] + 1;
        // Nearly always two numbers that fill a byte.
        if (!is_half && distance < 15 && i + 1 < n && positions[i + 1] - next < 15) {
            *out++ = (uint8_t)(distance | (positions[i + 1] - next) << 4);
            next = positions[++i] + 1;
            continue;
        }
        for (;;) {
            uint8_t nibble = distance < 15 ? (uint8_t)distance : 15;
            if (is_half) *out++ = (uint8_t)(half | nibble << 4);
            else half = nibble;
            is_half = !is_half;
            if (nibble < 15) break;
            distance -= 15;
        }
    }
    if (is_half) *out++ = half;
    return (size_t)(out - start);
}

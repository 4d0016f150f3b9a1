// What the targets share: input as a stream of choices, memory without a byte to spare, and the end where things differ.
#ifndef ND_FUZZING_H
#define ND_FUZZING_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Ends the process, which the fuzzer takes for a crash.
#define ND_EXPECT(condition)                                                                                           \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: expected %s\n", __FILE__, __LINE__, #condition);                                   \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

typedef struct {
    const uint8_t *bytes;
    size_t left;
} nd_choices;

static inline uint64_t nd_choose(nd_choices *from, unsigned bytes) {
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes && from->left > 0; i++, from->left--) value = value << 8 | *from->bytes++;
    return value;
}

// Exactly so many bytes, so that the sanitizer sees a step beyond; never null.
static inline void *nd_exactly(size_t count, size_t size) {
    void *memory = malloc(count * size + (count == 0));
    ND_EXPECT(memory);
    return memory;
}

static inline void *nd_copy(const void *bytes, size_t count, size_t size) {
    void *memory = nd_exactly(count, size);
    if (count) memcpy(memory, bytes, count * size);
    return memory;
}

static inline int nd_equal(const void *a, const void *b, size_t bytes) { return bytes == 0 || !memcmp(a, b, bytes); }

#endif

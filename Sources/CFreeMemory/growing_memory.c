#if defined(__linux__)
#define _GNU_SOURCE // mremap
#endif

#include "free_memory.h"

#include <stdlib.h>

#if defined(__linux__)
#include <string.h>
#include <sys/mman.h>

// From so many bytes on memory is mapped for one buffer alone: a few faults more, and pages that can be moved.
enum { MAPPED_BYTES = 1 << 20 };

static void *map(size_t bytes) {
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void *nd_memory_resize(void *memory, size_t held, size_t bytes) {
    if (held >= MAPPED_BYTES && bytes >= MAPPED_BYTES) {
        void *moved = mremap(memory, held, bytes, MREMAP_MAYMOVE);
        return moved == MAP_FAILED ? NULL : moved;
    }
    if (held < MAPPED_BYTES && bytes < MAPPED_BYTES) return realloc(memory, bytes);
    void *moved = bytes < MAPPED_BYTES ? malloc(bytes) : map(bytes);
    if (!moved) return NULL;
    if (held) memcpy(moved, memory, held < bytes ? held : bytes);
    nd_memory_free(memory, held);
    return moved;
}

void nd_memory_free(void *memory, size_t held) {
    if (held >= MAPPED_BYTES) munmap(memory, held);
    else free(memory);
}

#else

void *nd_memory_resize(void *memory, size_t held, size_t bytes) {
    (void)held;
    return realloc(memory, bytes);
}

void nd_memory_free(void *memory, size_t held) {
    (void)held;
    free(memory);
}

#endif

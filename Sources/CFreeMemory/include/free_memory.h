#ifndef ND_FREE_MEMORY_H
#define ND_FREE_MEMORY_H

#include <stddef.h>

/// Gives memory that was freed, and that the allocator kept, back to the system; where the allocator can do that.
void nd_give_back_free_memory(void);

// Memory of buffers that grow to hundreds of megabytes. An allocator copies them once it has taken to keeping what it is given
// back; here the system moves their pages instead.

/// Makes `held` bytes of memory from here (none: NULL and 0) `bytes`, more than none, with what fits of their content; the others
/// are anything. NULL where there is no memory: what was held is then as it was.
void *nd_memory_resize(void *memory, size_t held, size_t bytes);

/// Gives back memory from nd_memory_resize.
void nd_memory_free(void *memory, size_t held);

#endif

#ifndef ND_FREE_MEMORY_H
#define ND_FREE_MEMORY_H

/// Gives memory that was freed, and that the allocator kept, back to the system; where the allocator can do that.
void nd_give_back_free_memory(void);

#endif

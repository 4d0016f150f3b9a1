#include "free_memory.h"

#if defined(__linux__)
#include <malloc.h>
#endif

void nd_give_back_free_memory(void) {
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
}

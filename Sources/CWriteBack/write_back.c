// sync_file_range is declared for those who ask for GNU's extensions.
#define _GNU_SOURCE

#include "write_back.h"

#if defined(__linux__)
#include <fcntl.h>
#endif

void nd_begin_write_back(int file, uint64_t offset, uint64_t count) {
#if defined(__linux__)
    // Advice: whoever needs to know that the bytes are on the disk synchronises the file.
    (void)sync_file_range(file, (off64_t)offset, (off64_t)count, SYNC_FILE_RANGE_WRITE);
#else
    (void)file, (void)offset, (void)count;
#endif
}

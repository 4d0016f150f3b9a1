#ifndef ND_WRITE_BACK_H
#define ND_WRITE_BACK_H

#include <stdint.h>

/// Asks the system to begin writing bytes of a file to the disk, without waiting for it; where the system can be asked.
void nd_begin_write_back(int file, uint64_t offset, uint64_t count);

#endif

// ISA-L as Swift sees it: inflate and deflate (igzip), and the checksums.
#ifndef NEARDUP_CISAL_SHIM_H
#define NEARDUP_CISAL_SHIM_H

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#endif

// Brotli's decoder as Swift sees it.
#ifndef NEARDUP_CBROTLI_SHIM_H
#define NEARDUP_CBROTLI_SHIM_H

#include <brotli/decode.h>

#endif

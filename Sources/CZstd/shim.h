// libzstd as Swift sees it: the stable interface, and the error codes so that errors can be told apart by number.
#ifndef NEARDUP_CZSTD_SHIM_H
#define NEARDUP_CZSTD_SHIM_H

#include <zstd.h>
#include <zstd_errors.h>

#endif

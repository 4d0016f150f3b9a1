// libxml2's HTML parser; only CPageText uses it, from C.
#ifndef NEARDUP_CXML2_SHIM_H
#define NEARDUP_CXML2_SHIM_H

#include <libxml/HTMLparser.h>

#endif

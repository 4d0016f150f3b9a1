// Charsets by the names the web has for them.
#ifndef NEARDUP_PAGE_CHARSETS_H
#define NEARDUP_PAGE_CHARSETS_H

#include <stddef.h>

enum { ND_ICONV_NAMES = 3 };

/// A charset: what iconv may call it, in the order in which they are tried, and its labels between spaces, in lower case.
struct nd_charset_entry {
    const char *iconv_names[ND_ICONV_NAMES];
    const char *labels;
};

/// In the order of the constants of `CPageText.h`, then any.
extern const struct nd_charset_entry nd_charsets[];
extern const size_t nd_charset_count;

#endif

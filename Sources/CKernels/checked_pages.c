#include "include/lookup_table.h"
#include "table_bytes.h"

// Relaxed is enough: the bytes never change, so that a stale "not verified" only repeats work.
static int verify_page(const nd_pages *pages, uint64_t page) {
    uint64_t start = page * ND_PAGE_BYTES;
    uint64_t length = pages->size - start < ND_PAGE_BYTES ? pages->size - start : ND_PAGE_BYTES;
    if (pages->checksum(pages->base + start, length) != nd_load32(pages->sums + 4 * page)) {
        __atomic_store_n(pages->bad, page, __ATOMIC_RELAXED);
        return ND_BAD_PAGE;
    }
    __atomic_store_n(pages->verified + page, 1, __ATOMIC_RELAXED);
    return ND_OK;
}

int nd_pages_verify(const nd_pages *pages, uint64_t offset, uint64_t length) {
    if (offset > pages->size || length > pages->size - offset) return ND_CORRUPT;
    if (length == 0) return ND_OK;
    uint64_t last = (offset + length - 1) / ND_PAGE_BYTES;
    for (uint64_t page = offset / ND_PAGE_BYTES; page <= last; page++) {
        if (nd_page_is_verified(pages, page)) continue;
        int status = verify_page(pages, page);
        if (status != ND_OK) return status;
    }
    return ND_OK;
}

uint64_t nd_pages_bad(const nd_pages *pages) { return __atomic_load_n(pages->bad, __ATOMIC_RELAXED); }

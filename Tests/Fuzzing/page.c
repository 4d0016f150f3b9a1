// An HTML page to text: in bounds whatever the bytes; of well-formed UTF-8 well-formed UTF-8, no longer than the page; the same
// text each time, and its beginning where there is less room.
#include "CPageText.h"
#include "utf8.h"

#include <libxml/parser.h>

enum { PREFIX = 3 };

typedef struct {
    struct nd_page_buffer text;
    enum nd_page_status status;
} extraction;

static extraction extract(struct nd_page *page, const uint8_t *html, size_t count, size_t room) {
    extraction made = {{nd_exactly(PREFIX + room, 1), PREFIX, PREFIX + room}, ND_PAGE_OK};
    memcpy(made.text.bytes, "abc", PREFIX);
    made.status = nd_page_extract(page, html, count, &made.text);
    ND_EXPECT(made.status != ND_PAGE_NO_MEMORY);
    ND_EXPECT(made.text.count >= PREFIX && made.text.count <= made.text.capacity);
    ND_EXPECT(nd_equal(made.text.bytes, "abc", PREFIX));
    return made;
}

static void expect_bounded(const uint8_t *html, size_t count, int is_utf8) {
    size_t bounded_count = 0;
    uint8_t *const bounded = nd_page_bounded(html, count, &bounded_count);
    ND_EXPECT(bounded != NULL);
    // An ampersand becomes five bytes; nothing grows more.
    ND_EXPECT(bounded_count <= 5 * count + 64);
    ND_EXPECT(memchr(bounded, 0, bounded_count) == NULL);
    ND_EXPECT(!is_utf8 || nd_is_utf8(bounded, bounded_count));
    free(bounded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct nd_page *kept = NULL;
    if (kept == NULL) {
        // Allocated once for the process.
        xmlInitParser();
        kept = nd_page_create();
    }
    ND_EXPECT(kept != NULL);
    nd_choices choices = {data, size};
    const uint64_t choice = nd_choose(&choices, 1);
    const size_t less = (size_t)nd_choose(&choices, 2);
    const int is_utf8 = (choice & 7) != 0;
    size_t count = choices.left;
    uint8_t *const html = nd_perhaps_repeated(choices.bytes, &count);
    if (is_utf8) nd_make_utf8(html, count);
    expect_bounded(html, count, is_utf8);

    const extraction whole = extract(kept, html, count, count + 64);
    if (is_utf8) {
        ND_EXPECT(whole.status == ND_PAGE_OK);
        ND_EXPECT(nd_is_utf8(whole.text.bytes, whole.text.count));
        ND_EXPECT(memchr(whole.text.bytes, 0, whole.text.count) == NULL);
    }
    const size_t room = less % (count + 64);
    struct nd_page *const fresh = nd_page_create();
    ND_EXPECT(fresh != NULL);
    const extraction part = extract(choice & 8 ? fresh : kept, html, count, room);
    const size_t expected = whole.text.count - PREFIX < room ? whole.text.count : PREFIX + room;
    ND_EXPECT(part.text.count == expected);
    ND_EXPECT(nd_equal(part.text.bytes, whole.text.bytes, expected));
    if (is_utf8) ND_EXPECT((part.status == ND_PAGE_CUT) == (whole.text.count - PREFIX > room));
    nd_page_destroy(fresh);
    free(part.text.bytes);
    free(whole.text.bytes);
    free(html);
    return 0;
}

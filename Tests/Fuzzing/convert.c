// Bytes in any charset to UTF-8: in bounds, well-formed, in the room that is promised to be enough, and untouched by what was
// converted before; and labels and declarations of charsets.
#include "CPageText.h"
#include "utf8.h"

enum { MOST_CHARSETS = 64 };

typedef struct {
    struct nd_page_buffer text;
    size_t ill_formed;
    bool is_done;
} conversion;

static conversion convert(struct nd_converters *converters, nd_charset charset, const uint8_t *bytes, size_t count, size_t room) {
    conversion made = {{nd_exactly(room, 1), 0, room}, 0, false};
    made.is_done = nd_convert(converters, charset, bytes, count, &made.text, &made.ill_formed);
    ND_EXPECT(made.text.count <= room);
    ND_EXPECT(made.ill_formed <= count);
    ND_EXPECT(made.is_done || made.text.count == 0);
    return made;
}

static void expect_labels(const uint8_t *bytes, size_t count) {
    uint8_t *const exact = nd_copy(bytes, count, 1);
    const nd_charset named = nd_charset_named(exact, count);
    const nd_charset declared = nd_charset_declared(exact, count);
    ND_EXPECT(named >= ND_CHARSET_UNKNOWN && named < MOST_CHARSETS);
    ND_EXPECT(declared >= ND_CHARSET_UNKNOWN && declared < MOST_CHARSETS);
    ND_EXPECT(declared != ND_CHARSET_UTF16LE || count > 5);
    free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct nd_converters *converters = NULL;
    if (converters == NULL) converters = nd_converters_create();
    ND_EXPECT(converters != NULL);
    nd_choices choices = {data, size};
    // From no charset to one beyond the last.
    const nd_charset charset = (nd_charset)(nd_choose(&choices, 1) % 40) - 1;
    const size_t less = (size_t)nd_choose(&choices, 2);
    expect_labels(choices.bytes, choices.left);
    size_t count = choices.left;
    uint8_t *const bytes = nd_perhaps_repeated(choices.bytes, &count);

    const size_t enough = ND_CONVERTED_BYTES_PER_BYTE * count + ND_CONVERTED_BYTES_MORE;
    const conversion whole = convert(converters, charset, bytes, count, enough);
    ND_EXPECT(nd_is_utf8(whole.text.bytes, whole.text.count));
    // Stopped anywhere, a conversion leaves no state for the next.
    const conversion part = convert(converters, charset, bytes, count, less % enough);
    const conversion beginning = convert(converters, charset, bytes, count - count / 3, enough);
    ND_EXPECT(nd_is_utf8(beginning.text.bytes, beginning.text.count));
    const conversion again = convert(converters, charset, bytes, count, 2 * enough);
    ND_EXPECT(again.is_done == whole.is_done && again.ill_formed == whole.ill_formed);
    ND_EXPECT(again.text.count == whole.text.count);
    ND_EXPECT(nd_equal(again.text.bytes, whole.text.bytes, whole.text.count));
    ND_EXPECT(part.is_done == whole.is_done);
    free(again.text.bytes);
    free(beginning.text.bytes);
    free(part.text.bytes);
    free(whole.text.bytes);
    free(bytes);
    return 0;
}

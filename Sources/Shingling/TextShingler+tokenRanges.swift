internal import CKernels
internal import KernelMemory

extension TextShingler {
    /// Where each token of a text lies, in bytes from the text's start, in text order.
    public static func tokenRanges(of text: String) -> [Range<Int>] {
        let arena = padded(text)
        var ranges: [Range<Int>] = []
        forEachTokenRange(of: arena.span, start: 0, count: arena.count - padding) { _, range in
            ranges.append(range)
            return true
        }
        return ranges
    }

    /// Where some of the tokens of a text of an arena lie, in bytes from the text's start.
    ///
    /// - Parameters:
    ///   - tokens: the numbers of the tokens asked for, ascending; those the text doesn't have get no range.
    ///   - arena: the texts' bytes, with at least ``padding`` more behind the last text.
    ///   - start: the text's first byte in the arena.
    ///   - count: its length in bytes, less than 2 GiB.
    ///   - blockTokens: for how many tokens there is memory at a time.
    /// - Returns: a range for each token.
    package static func ranges(
        ofTokens tokens: [Int],
        of arena: Span<UInt8>,
        start: Int,
        count: Int,
        blockTokens: Int = 1 << 16
    ) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(tokens.count)
        forEachTokenRange(of: arena, start: start, count: count, blockTokens: blockTokens) { token, range in
            while ranges.count < tokens.count, tokens[ranges.count] == token { ranges.append(range) }
            return ranges.count < tokens.count
        }
        return ranges
    }

    /// Tells of each token its number and its bytes, while `body` returns true.
    private static func forEachTokenRange(
        of arena: Span<UInt8>,
        start: Int,
        count: Int,
        blockTokens: Int = 1 << 16,
        _ body: (Int, Range<Int>) -> Bool
    ) {
        check(arena, start: start, count: count)
        let room = nd_token_block_capacity(count, blockTokens)
        var hashes = ScratchBuffer<UInt64>()
        var places = ScratchBuffer<nd_token_span>()
        var (tokeniser, before) = (nd_tokeniser_begin(), 0)
        while tokeniser.is_done == 0 {
            unsafe hashes.fill(capacity: room) { hashes in
                unsafe places.fill(capacity: room) { spans in
                    unsafe arena.withUnsafeBufferPointer {
                        // Both rooms are what the kernel asks for; the text and its padding lie within the arena.
                        unsafe nd_tokenise_block(
                            &tokeniser,
                            $0.baseAddress! + start,
                            count,
                            0,
                            blockTokens,
                            hashes,
                            spans
                        )
                    }
                }
                return 0
            }
            let spans = places.span
            for index in spans.indices {
                guard body(before + index, Int(spans[index].start)..<Int(spans[index].end)) else { return }
            }
            before += spans.count
        }
    }
}

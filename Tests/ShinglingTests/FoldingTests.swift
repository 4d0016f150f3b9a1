import Testing

/// Ways of writing that are one, and ways that are not.
@Suite struct FoldingTests {
    @Test(arguments: [
        ("caf\u{E9}", "cafe\u{301}"), ("caf\u{E9}", "cafe"), ("\u{1EC7}", "e\u{323}\u{302}"),
        ("\u{1EC7}", "e\u{302}\u{323}"),
        ("\u{212B}ngstr\u{F6}m", "A\u{30A}ngstro\u{308}m"), ("\u{3AC}", "\u{3B1}\u{301}"),
        ("\u{439}", "\u{438}\u{306}"),
        ("\u{AC01}", "\u{1100}\u{1161}\u{11A8}"),
        ("\u{D55C}\u{AD6D}\u{C5B4}", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}\u{110B}\u{1165}"),
        ("\u{304C}", "\u{304B}\u{3099}"), ("\u{30D1}", "\u{30CF}\u{309A}"), ("\u{958}", "\u{915}\u{93C}"),
        ("\u{622}", "\u{627}\u{653}"),
    ])
    func composedEqualsDecomposed(composed: String, decomposed: String) {
        #expect(hashes(composed) == hashes(decomposed))
    }

    @Test(arguments: [
        ("\u{FF21}\u{FF22}\u{FF23}\u{FF11}", "abc1"), ("\u{FB01}le", "file"), ("e\u{FB03}cient", "efficient"),
        ("stra\u{DF}e", "strasse"), ("STRA\u{1E9E}E", "strasse"), ("\u{130}stanbul", "istanbul"),
        ("\u{1D400}\u{1D401}", "ab"), ("m\u{B2}", "m2"), ("\u{2167}", "viii"), ("\u{17F}et", "set"), ("\u{212A}", "k"),
        ("\u{24D0}", "a"), ("\u{1C4}", "dz"), ("\u{2102}", "c"), ("na\u{EF}ve", "naive"), ("\u{2126}", "\u{3C9}"),
        ("\u{3A3}\u{391}\u{3A3}", "\u{3C3}\u{3B1}\u{3C2}"), ("\u{10400}", "\u{10428}"), ("\u{13A0}", "\u{AB70}"),
        ("\u{B5}", "\u{3BC}"),
        ("\u{FEDF}\u{FE8E}", "\u{644}\u{627}"), ("\u{FEFB}", "\u{644}\u{627}"), ("\u{FF76}\u{FF9E}", "\u{30AC}"),
        ("\u{F900}", "\u{8C48}"),
        ("\u{FFC2}", "\u{314F}"), ("\u{1F70}", "\u{3B1}"), ("\u{1FB3}", "\u{3B1}"),
    ])
    func variantEqualsPlain(variant: String, plain: String) {
        #expect(hashes(variant) == hashes(plain))
        #expect(!hashes(plain).isEmpty)
    }

    @Test(arguments: ["\u{AD}", "\u{200D}", "\u{200C}", "\u{2060}", "\u{FEFF}", "\u{FE0F}", "\u{301}", "\u{34F}"])
    func vanishes(character: String) {
        #expect(hashes("pre\(character)fix") == hashes("prefix"))
        #expect(hashes("pre\(character) fix") == hashes("pre fix"))
        #expect(hashes("pre \(character)fix") == hashes("pre fix"))
        #expect(hashes(character).isEmpty)
    }

    @Test(arguments: [
        ("\u{131}", "i"), ("\u{F8}", "o"), ("\u{142}", "l"), ("\u{E6}", "ae"), ("\u{430}", "a"), ("\u{3B1}", "a"),
        ("1", "l"),
        ("\u{5D0}", "\u{5D1}"), ("\u{915}\u{93F}", "\u{915}"), ("\u{641}\u{64E}", "\u{641}"), ("\u{660}", "0"),
        ("\u{3042}", "\u{30A2}"), ("ab", "ba"),
        ("\u{0E01}\u{0E48}", "\u{0E01}"), ("\u{4E2D}", "\u{6587}"), ("a", "aa"), ("aaaaaaaa", "aaaaaaaaa"),
        ("\u{AC00}", "\u{AC01}"),
    ])
    func differs(one: String, other: String) {
        #expect(hashes(one) != hashes(other))
    }

    @Test(arguments: [
        ("", 0), (" \n\t", 0), ("\u{2026}\u{2014}\u{1F600}", 0), ("\u{301}\u{93E}", 0), ("one", 1), ("don't", 2),
        ("don\u{2019}t", 2), ("x_y", 2),
        ("3.14", 2), ("\u{4E2D}\u{6587}", 2), ("\u{3042}\u{304C}\u{30AB}\u{30FC}", 4),
        ("\u{D55C}\u{AD6D}\u{C5B4} \u{C704}\u{D0A4}", 2),
        ("\u{0E44}\u{0E17}\u{0E22}", 3), ("\u{0E01}\u{0E48}", 1), ("\u{0E51}\u{0E52}", 1),
        ("\u{0EA5}\u{0EB2}\u{0EA7}", 3),
        ("\u{1781}\u{17D2}\u{1798}\u{17C2}\u{179A}", 3), ("\u{1019}\u{103C}\u{1014}\u{103A}\u{1019}\u{102C}", 3),
        ("abc\u{4E2D}def", 3), ("\u{645}\u{631}\u{62D}\u{628}\u{627} \u{628}", 2),
        ("\u{939}\u{93F}\u{928}\u{94D}\u{926}\u{940}", 1), ("\u{3316}", 6),
        ("\u{BD}", 2), ("\u{FDFA}", 4), ("\u{5E9}\u{5C1}\u{5DC}", 1), ("\u{3007}", 1), ("\u{1F1E6}", 0),
        ("10\u{6708}", 2), ("\u{32C9}", 2),
    ])
    func tokenCount(text: String, count: Int) {
        #expect(hashes(text).count == count)
    }

    @Test func bitZeroTellsCharactersOfScriptsWrittenWithoutSpaces() {
        #expect(
            hashes("\u{4E2D}\u{3042}\u{30AB}\u{0E17}\u{0E9A}\u{1781}\u{1019}\u{3400}\u{20000}")
                .allSatisfy { $0 & 1 == 1 }
        )
        #expect(
            hashes("word \u{D55C}\u{AD6D}\u{C5B4} \u{645} \u{5D0} \u{439} \u{928} \u{0E51} 2026")
                .allSatisfy { $0 & 1 == 0 }
        )
    }

    @Test func tokensOfBytesThatRunTogetherDiffer() {
        // The length is in the hash: the zero padding of the last word is not text.
        var seen: Set<UInt64> = []
        for length in 1...40 { seen.formUnion(hashes(String(repeating: "a", count: length))) }
        #expect(seen.count == 40)
        #expect(hashes("ab c") != hashes("a bc"))
    }
}

import StreamCompression
import Testing

/// What Python's gzip made of 735 bytes of text at level 9: dynamic Huffman codes, another writer than ours.
private let foreignMember = hex(
    """
    1f8b0800000000000203b591ed411e3008845761824ee3025850a8142a1fd5767aef1dc25f490809cfdd3d99d2fbf9cf377a
    eefa487aa94ffa75bfff0cd55f6d5a5c07ffff4752af3fe8e9db9ab9efd6776e46e86a478950d2188fabde5455c10b290ab5
    429b559660e34a26cb12be91118653b9f718b54ec51109a7c549e48ed81e1be5848e7a74376ed94aafcc8a2c3bc7c53a942e
    0cad87aa4eb695d124a59af5a1a9f142d89af7ec5c65171fde79f95e73fa32bbb138b0267266d52921ccd7c3aa494b893578
    c284ac04d3a64c20b02f4548c3b9d477dd83a99dd5b4ab872f1a36546eb550d7ac90db6836b972e5f57152b92cc4880df837
    143410e9071d9e99ebd517c36d076369e99873bb8f16427b3dbd6d0752d4b54597b0abba26de61298e253a73f31880c8239c
    839b39d0b89b3d9800128b91f4c7e40230be036d4b16509381eaa81ac6f6d623015ab78d5551bf8367bc86750d093d0091af
    c188620b8592138b287632f888c86f658e0035b083921d79087d01d4e2d11fdf020000
    """
)

/// "hi" as a stored block, with its trailer.
private let body = hex("01 0200 fdff 6869 ac2a93d8 02000000")

@Test func anotherWritersMemberIsRead() {
    for inputStep in [1, 13, .max] {
        let got = inflate(foreignMember, .gzip, inputStep: inputStep)
        #expect(got.error == nil)
        #expect(got.bytes.count == 735)
        #expect(got.bytes.starts(with: "The quick brown fox jumps over the lazy dog. The quick".utf8))
    }
}

@Test func zeroPaddingAfterTheLastMemberIsAccepted() {
    for count in [1, 7, 8, 9, 511] {
        let padded = foreignMember + [UInt8](repeating: 0, count: count)
        for inputStep in [1, 64, .max] { #expect(inflate(padded, .gzip, inputStep: inputStep).error == nil) }
        let got = inflate(padded + [1], .gzip)
        #expect(got.error == .trailingGarbage(kind: .gzip, offset: UInt64(padded.count)))
    }
}

@Test func headersMayHaveExtraFieldsNamesCommentsAndAChecksum() {
    let headers = [
        "1f8b08 00 00000000 00 ff",
        "1f8b08 04 00000000 00 ff 0000",
        "1f8b08 04 00000000 00 ff 0300 736c00",
        "1f8b08 08 00000000 00 ff 612e74787400",
        "1f8b08 10 00000000 00 ff 686500",
        "1f8b08 1d 00000000 00 ff 0200 0102 6100 6200",
    ]
    for header in headers {
        for inputStep in [1, 2, .max] {
            let got = inflate(hex(header) + body, .gzip, inputStep: inputStep)
            #expect(got.error == nil, "\(header), \(inputStep) bytes a step: \(String(describing: got.error))")
            #expect(got.bytes == Array("hi".utf8))
        }
    }
}

@Test func aHeadersChecksumIsVerifiedWhereverItIsCut() {
    let header = hex("1f8b08 0a 00000000 00 ff 6100")
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in header {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB8_8320 }
    }
    let stated = UInt16(truncatingIfNeeded: ~crc)
    for inputStep in [1, 3, 11, .max] {
        let right = header + [UInt8(stated & 0xFF), UInt8(stated >> 8)] + body
        #expect(inflate(right, .gzip, inputStep: inputStep).error == nil)
        let wrong = header + [UInt8(stated & 0xFF) ^ 1, UInt8(stated >> 8)] + body
        guard case .corrupt(.gzip, _, _)? = inflate(wrong, .gzip, inputStep: inputStep).error else {
            Issue.record("a wrong header checksum passed")
            continue
        }
    }
}

@Test func aWrongChecksumOrLengthIsFound() {
    for at in foreignMember.count - 8..<foreignMember.count {
        var damaged = foreignMember
        damaged[at] ^= 0x10
        let got = inflate(damaged, .gzip)
        guard case .checksum(.gzip, 0, _)? = got.error else {
            Issue.record("byte \(at) of the trailer: \(String(describing: got.error))")
            continue
        }
        #expect(got.bytes.count == 735, "what came before the trailer is delivered")
    }
}

@Test func whatMemoryHeldBeforeDoesNotShowInAMember() throws {
    let text = (0..<4000).flatMap { Array("page \($0 % 97) of \($0 * 31 % 503), ".utf8) }
    var members: Set<[UInt8]> = []
    for value in [0x00, 0x01, 0x07, 0x0E, 0xFF] as [UInt8] {
        // As much as the compressor's own state takes, which the next allocation may get again.
        let blocks = unsafe (0..<8).map { _ in UnsafeMutablePointer<UInt16>.allocate(capacity: 45_000) }
        for index in blocks.indices { unsafe blocks[index].initialize(repeating: UInt16(value), count: 45_000) }
        for index in blocks.indices { unsafe blocks[index].deallocate() }
        var encoder = try StreamEncoder(kind: .gzip)
        var packed: [UInt8] = []
        try encoder.appendMember(text, to: &packed)
        members.insert(packed)
    }
    #expect(members.count == 1)
}

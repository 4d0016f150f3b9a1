internal import StreamCompression

/// Everything that decides what the hashes of an index mean.
///
/// Shards with different parameters can't be compared.
public struct IndexParameters: Hashable, Sendable {
    /// The version of the hash functions, from tokens to fingerprints.
    public var hashVersion: UInt32
    /// The Unicode version of the normalisation table: 0xMMmmpp, so 16.0.0 is 0x100000.
    public var unicodeVersion: UInt32
    /// The seed of every hash.
    public var seed: UInt64
    /// Consecutive tokens in a shingle.
    public var shingleTokens: Int
    /// Shingles in a winnowing window.
    public var window: Int
    /// Values in a signature, K.
    public var signatureValues: Int
    /// Bits kept of each value, b.
    public var signatureBits: Int
    /// Bands of a signature.
    public var bands: Int
    /// Rows: values in a band.
    public var rows: Int
    /// Documents with fewer tokens have no signature.
    public var minimumTokens: Int
    private var nearMillionths: UInt32
    private var recallMillionths: UInt32

    /// The Jaccard at which the bands reach ``recallGoal``; kept in millionths.
    public var nearThreshold: Double {
        get { Double(nearMillionths) / 1_000_000 }
        set { nearMillionths = Self.millionths(newValue) }
    }

    /// The share of pairs at ``nearThreshold`` that the bands should find; kept in millionths.
    public var recallGoal: Double {
        get { Double(recallMillionths) / 1_000_000 }
        set { recallMillionths = Self.millionths(newValue) }
    }

    /// Bytes of a packed signature.
    public var signatureBytes: Int { (signatureValues * signatureBits + 7) / 8 }

    /// Creates parameters; see the properties for each one's meaning.
    public init(
        hashVersion: UInt32 = 0,
        unicodeVersion: UInt32,
        seed: UInt64,
        shingleTokens: Int,
        window: Int,
        signatureValues: Int,
        signatureBits: Int,
        bands: Int,
        rows: Int,
        nearThreshold: Double,
        recallGoal: Double,
        minimumTokens: Int
    ) {
        self.hashVersion = hashVersion
        self.unicodeVersion = unicodeVersion
        self.seed = seed
        self.shingleTokens = shingleTokens
        self.window = window
        self.signatureValues = signatureValues
        self.signatureBits = signatureBits
        self.bands = bands
        self.rows = rows
        self.minimumTokens = minimumTokens
        nearMillionths = Self.millionths(nearThreshold)
        recallMillionths = Self.millionths(recallGoal)
    }

    /// A share between 0 and 1 in millionths, which compare exactly on every machine.
    private static func millionths(_ share: Double) -> UInt32 {
        guard share > 0 else { return 0 }
        return UInt32((min(share, 1) * 1_000_000).rounded())
    }
}

// MARK: - Bytes

extension IndexParameters {
    /// The largest signature a file may state, in bytes; 1,024 values of 64 bits are 8 KiB.
    static let signatureBytesLimit = 1 << 16

    func encode(to writer: inout ByteWriter) {
        writer.append(hashVersion)
        writer.append(unicodeVersion)
        writer.append(seed)
        let numbers = [shingleTokens, window, signatureValues, signatureBits, bands, rows, minimumTokens]
        for value in numbers {
            writer.append(UInt32(clamping: value))
        }
        writer.append(nearMillionths)
        writer.append(recallMillionths)
    }

    /// A checksum of all of them: what a file says that has no room for more.
    package var checksum: UInt32 {
        var writer = ByteWriter()
        encode(to: &writer)
        return CRC32C.checksum(writer.bytes)
    }

    init(from reader: inout ByteReader) throws(ShardError) {
        let hashVersion = try reader.readUInt32()
        let unicodeVersion = try reader.readUInt32()
        let seed = try reader.readUInt64()
        var numbers: [Int] = []
        for _ in 0..<7 {
            numbers.append(Int(try reader.readUInt32()))
        }
        self.init(
            hashVersion: hashVersion,
            unicodeVersion: unicodeVersion,
            seed: seed,
            shingleTokens: numbers[0],
            window: numbers[1],
            signatureValues: numbers[2],
            signatureBits: numbers[3],
            bands: numbers[4],
            rows: numbers[5],
            nearThreshold: 0,
            recallGoal: 0,
            minimumTokens: numbers[6]
        )
        nearMillionths = try reader.readUInt32()
        recallMillionths = try reader.readUInt32()
        let limit = Self.signatureBytesLimit
        guard signatureValues <= 8 * limit, signatureBits <= 64, signatureBytes <= limit else {
            throw reader.corrupt(
                expected: "a signature of at most \(limit) bytes",
                found: "\(signatureValues) values of \(signatureBits) bits"
            )
        }
    }
}

// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .strictMemorySafety(),
]

let package = Package(
    name: "neardup-benchmarks",
    platforms: [.macOS(.v26)],
    dependencies: [
        .package(name: "neardup", path: ".."),
        // Without traits: its default one needs jemalloc, and counts allocations of C alone.
        .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
    ],
    targets: [
        // docs/measurements.md, "Signature: one permutation or K minima".
        .target(name: "CSignatureChoice", cSettings: [.headerSearchPath("kernel")]),
        .executableTarget(
            name: "signature-choice",
            dependencies: [
                "CSignatureChoice",
                .product(name: "Shingling", package: "neardup"),
                .product(name: "Sketching", package: "neardup"),
            ],
            swiftSettings: settings
        ),
        // `make bench`. The plugin looks for suites in a folder of this name.
        .executableTarget(
            name: "Library",
            dependencies: [
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "CrawlReading", package: "neardup"),
                .product(name: "NearDuplicates", package: "neardup"),
                .product(name: "Shingling", package: "neardup"),
                .product(name: "Sketching", package: "neardup"),
            ],
            path: "Benchmarks/Library",
            swiftSettings: settings,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ),
    ],
    cLanguageStandard: .c17
)

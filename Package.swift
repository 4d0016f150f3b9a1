// swift-tools-version: 6.2

import PackageDescription

/// Warnings are errors in CI (`make lint`, `make test`) and nowhere else, so that a newer compiler's new
/// warning never keeps a user from building.
let warningsAreErrors = Context.environment["NEARDUP_WARNINGS_AS_ERRORS"] != nil

let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableExperimentalFeature("Lifetimes"),
        .strictMemorySafety(),
    ] + (warningsAreErrors ? [.treatAllWarnings(as: .error)] : [])

func library(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

func tests(
    _ name: String,
    _ dependencies: [Target.Dependency],
    resources: [Resource] = [],
    exclude: [String] = []
) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        exclude: exclude,
        resources: resources,
        swiftSettings: settings
    )
}

let package = Package(
    name: "neardup",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "neardup", targets: ["neardup"]),
        .executable(name: "generate-crawl", targets: ["GenerateCrawl"]),
        .executable(name: "live-load", targets: ["LiveLoad"]),
        .library(name: "NearDuplicates", targets: ["NearDuplicates", "CrawlModel", "Sketching", "ShardFormat"]),
        .library(name: "LiveIndex", targets: ["LiveIndex", "NearDuplicates", "CrawlModel"]),
        .library(name: "CrawlReading", targets: ["CrawlReading", "CrawlModel"]),
        .library(name: "ShardFormat", targets: ["ShardFormat"]),
        .library(name: "Sketching", targets: ["Sketching"]),
        .library(name: "Shingling", targets: ["Shingling"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // The service and its client, and nothing else, depend on these: no library product does.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // System libraries and C.
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
        .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"]), .brew(["isa-l"])]),
        .systemLibrary(name: "CXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"]), .brew(["libxml2"])]),
        .systemLibrary(
            name: "CBrotli",
            pkgConfig: "libbrotlidec",
            providers: [.apt(["libbrotli-dev"]), .brew(["brotli"])]
        ),
        .target(name: "CSimdJSON", dependencies: ["CKernels"], linkerSettings: [.linkedLibrary("simdjson")]),
        .target(
            name: "CPageText",
            dependencies: ["CXML2"],
            linkerSettings: [.linkedLibrary("iconv", .when(platforms: [.macOS]))]
        ),
        .target(name: "CKernels"),
        .target(name: "CFreeMemory"),
        .target(name: "CWriteBack"),
        // Bytes.
        library("StreamCompression", ["CZstd", "CISAL", "CBrotli"]),
        library("IndexStorage", ["CWriteBack"]),
        // Documents.
        library("CrawlModel", []),
        library("CrawlReading", ["CrawlModel", "StreamCompression", "CSimdJSON", "CPageText"]),
        library("CrawlGeneration", []),
        // Sketches.
        library("KernelMemory", []),
        library("Shingling", ["CKernels", "KernelMemory"]),
        library("Sketching", ["CKernels", "KernelMemory"]),
        // The index.
        library("ShardFormat", ["StreamCompression", "IndexStorage", "CKernels"]),
        library(
            "NearDuplicates",
            ["CFreeMemory", "CrawlModel", "Shingling", "Sketching", "ShardFormat", "IndexStorage"]
        ),
        library(
            "LiveIndex",
            ["NearDuplicates", "CrawlModel", "ShardFormat", "IndexStorage", "StreamCompression"]
        ),
        library(
            "CrawlPipelines",
            [
                "CFreeMemory", "CrawlReading", "CrawlModel", "DuplicateClusters", "LiveIndex", "NearDuplicates",
                "ShardFormat", "Sketching", "StreamCompression", "IndexStorage",
            ]
        ),
        library(
            "DuplicateClusters",
            [
                "NearDuplicates", "CrawlModel", "Sketching", "ShardFormat", "StreamCompression", "IndexStorage",
                "CKernels",
            ]
        ),
        library(
            "NearDupHTTP",
            [
                "CrawlPipelines", "CrawlReading", "CrawlModel", "LiveIndex", "NearDuplicates", "ShardFormat",
                "StreamCompression",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),
        library("MatchEvaluation", []),
        // What several commands take on their command line.
        library("CommandValues", [.product(name: "ArgumentParser", package: "swift-argument-parser")]),
        library(
            "Benchmarking",
            [
                "CFreeMemory", "CrawlGeneration", "CrawlPipelines", "CrawlReading", "CrawlModel", "NearDuplicates",
                "ShardFormat", "Shingling", "StreamCompression", "IndexStorage",
            ]
        ),
        .executableTarget(
            name: "neardup",
            dependencies: [
                "Benchmarking", "CommandValues", "CrawlGeneration", "CrawlPipelines", "CrawlReading", "CrawlModel",
                "DuplicateClusters", "LiveIndex", "NearDuplicates", "MatchEvaluation", "NearDupHTTP", "ShardFormat",
                "Shingling", "Sketching",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "LibraryExample",
            dependencies: ["CrawlModel", "NearDuplicates", "Sketching"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "LiveIndexExample",
            dependencies: ["LiveIndex", "CrawlModel", "NearDuplicates"],
            swiftSettings: settings
        ),
        // Loads a live index, to be killed and to be measured: scripts/prove-live-kills.sh, docs/measurements.md.
        .executableTarget(
            name: "LiveLoad",
            dependencies: [
                "LiveIndex", "CrawlModel", "NearDuplicates",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "GenerateCrawl",
            dependencies: [
                "CommandValues", "CrawlGeneration",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        // Tests mirror the modules; what several of them need is in a target of its own.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        tests("StreamCompressionTests", ["StreamCompression", "TestSupport"]),
        tests(
            "ShardFormatTests",
            ["ShardFormat", "IndexStorage", "StreamCompression", "CKernels", "TestSupport"],
            exclude: ["Fixtures"]
        ),
        tests("IndexStorageTests", ["IndexStorage"]),
        tests(
            "CrawlReadingTests",
            ["CrawlReading", "CrawlModel", "StreamCompression", "CPageText", "CKernels", "TestSupport"]
        ),
        tests(
            "CrawlGenerationTests",
            ["CrawlGeneration", "CrawlReading", "CrawlModel", "Shingling", "StreamCompression", "TestSupport"]
        ),
        tests("ShinglingTests", ["Shingling", "CKernels", "TestSupport"], resources: [.copy("Fixtures")]),
        tests("SketchingTests", ["Sketching", "Shingling", "CKernels", "TestSupport"], resources: [.copy("Fixtures")]),
        tests(
            "NearDuplicatesTests",
            ["NearDuplicates", "CrawlModel", "ShardFormat", "Sketching", "IndexStorage", "TestSupport"]
        ),
        tests(
            "CrawlPipelinesTests",
            [
                "CrawlPipelines", "CrawlReading", "CrawlModel", "CrawlGeneration", "DuplicateClusters",
                "NearDuplicates", "IndexStorage", "StreamCompression", "TestSupport",
            ]
        ),
        tests(
            "LiveIndexTests",
            ["LiveIndex", "NearDuplicates", "CrawlModel", "ShardFormat", "IndexStorage", "TestSupport"]
        ),
        tests(
            "DuplicateClustersTests",
            [
                "DuplicateClusters", "NearDuplicates", "CrawlModel", "CrawlGeneration", "Sketching", "ShardFormat",
                "IndexStorage", "TestSupport",
            ]
        ),
        tests("MatchEvaluationTests", ["MatchEvaluation"]),
        tests(
            "BenchmarkingTests",
            [
                "Benchmarking", "CrawlGeneration", "CrawlPipelines", "CrawlReading", "StreamCompression",
                "TestSupport",
            ]
        ),
        tests(
            "NearDupHTTPTests",
            [
                "NearDupHTTP", "CrawlPipelines", "CrawlReading", "CrawlModel", "LiveIndex", "NearDuplicates",
                "StreamCompression", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
        tests(
            "NeardupCommandTests",
            ["neardup", "CommandValues", "NearDuplicates", "StreamCompression", "TestSupport"]
        ),
    ],
    cLanguageStandard: .c17,
    cxxLanguageStandard: .cxx17
)

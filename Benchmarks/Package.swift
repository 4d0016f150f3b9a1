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
        .package(name: "neardup", path: "..")
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
    ],
    cLanguageStandard: .c17
)

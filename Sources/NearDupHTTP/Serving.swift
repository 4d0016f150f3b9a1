package import CrawlPipelines
internal import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import NIOPosix
package import NearDuplicates
internal import ServiceLifecycle
internal import Synchronization
internal import UnixSignals

/// Runs the service.
package enum Serving {
    /// Serves an index until the process is told to stop (SIGTERM, SIGINT): then it answers what it has, closes the index
    /// and returns.
    ///
    /// - Parameters:
    ///   - index: what is served; closed at the end.
    ///   - settings: where to listen, and what is taken from whom.
    ///   - logger: told of starts, stops and failures.
    ///   - until: when it returns the service stops as if it was told to; by default it never does.
    ///   - onListening: told of the port, once requests are answered.
    /// - Throws: ``ServingError``.
    package static func run(
        _ index: ServedIndex,
        settings: ServiceSettings,
        logger: Logger,
        until: @escaping @Sendable () async -> Void = { try? await gracefulShutdown() },
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws(ServingError) {
        guard settings.isLoopback || settings.tokens != nil else { throw .openWithoutTokens(host: settings.host) }
        let service: NearDupService
        do {
            service = try NearDupService(settings, index: index, logger: logger)
        } catch {
            throw .options(error)
        }
        let limits = settings.limits
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in try await service.respond(to: request) },
            server: HTTPServerBuilder { ServedChannel(service, responder: $0) },
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host.filter { $0 != "[" && $0 != "]" }, port: settings.port),
                backlog: 1024,
                availableConnectionsDelegate: .maximum(limits.connections, logger: logger)
            ),
            onServerRunning: { channel in
                service.isReady.store(true, ordering: .relaxed)
                onListening(channel.localAddress?.port ?? settings.port)
            },
            logger: logger
        )
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: application),
                .init(
                    service: Readiness(service: service, until: until),
                    successTerminationBehavior: .gracefullyShutdownGroup
                ),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(limits.shutdownSeconds)
        let failure: (any Error)?
        do {
            try await ServiceGroup(configuration: configuration).run()
            failure = nil
        } catch {
            failure = error
        }
        do {
            try await index.close()
        } catch {
            throw .closing(error)
        }
        if let failure, !(failure is CancellationError) { throw .listening(message: "\(failure)") }
        logger.info("stopped")
    }
}

/// Says that the service is not ready any more as soon as it is to stop, so that whoever balances load looks elsewhere.
private struct Readiness: Service {
    let service: NearDupService
    let until: @Sendable () async -> Void

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await gracefulShutdown() }
            group.addTask { await until() }
            await group.next()
            group.cancelAll()
        }
        service.isReady.store(false, ordering: .relaxed)
    }
}

/// Why the service does not run.
package enum ServingError: Error, Sendable {
    /// Others could reach it, and it has no tokens to tell them apart by.
    case openWithoutTokens(host: String)
    /// An option can't be followed.
    case options(PipelineError)
    /// The index could not be closed in good order; what was answered is in its log.
    case closing(IndexError)
    /// The address can't be listened on, or listening ended.
    case listening(message: String)
}

extension ServingError: CustomStringConvertible {
    /// What was expected, what was found, and what to do.
    package var description: String {
        switch self {
        case .openWithoutTokens(let host):
            "\(host): other machines can reach this address, and without tokens they could change the index; "
                + "name a file of them with --tokens, or listen on 127.0.0.1"
        case .options(let error): error.description
        case .closing(let error): error.description
        case .listening(let message): "cannot serve: \(message)"
        }
    }
}

internal import NearDuplicates
internal import ShardFormat

// Adding and removing, in turn.
extension LiveCore {
    /// Adds documents; told when they are acknowledged.
    func add(
        _ documents: DocumentColumns,
        counts: AddedCounts,
        tell: @escaping @Sendable (Result<AddedCounts, IndexError>) -> Void
    ) {
        performAdding { failure in
            if let failure { return tell(.failure(failure)) }
            do throws(IndexError) {
                var counts = counts
                let decided = try self.decide(documents, &counts)
                guard !decided.documents.isEmpty else { return tell(.success(counts)) }
                for place in decided.replaced { self.state.kill(place) }
                self.state.append(decided.documents)
                self.publish()
                self.log.acknowledge(self.append(.documents, LogRecords.encode(decided.documents))) {
                    [counts] outcome in tell(outcome.map { counts })
                }
                self.startFlushIfDue()
            } catch {
                tell(.failure(error))
            }
        }
    }

    /// Which of some documents go in, and what they replace.
    ///
    /// Nothing is changed: with the policy to fail a call adds all of its documents or none.
    private func decide(
        _ documents: DocumentColumns,
        _ counts: inout AddedCounts
    ) throws(IndexError) -> (documents: DocumentColumns, replaced: [DocumentPlace]) {
        var goes = [Bool](repeating: false, count: documents.count)
        var replaced: [DocumentPlace] = []
        // By id, where it went in last.
        var last: [[UInt8]: Int] = [:]
        last.reserveCapacity(documents.count)
        for document in 0..<documents.count {
            let id = documents.bytes(ofID: document)
            if let earlier = last[id] {
                guard try mayReplace(id, same: documents.isSame(document, as: earlier, of: documents), &counts) else {
                    continue
                }
                goes[earlier] = false
                counts.superseded += 1
                counts.added -= 1
            } else if let place = try state.find(id.span, hash: documents.figures[document].idHash) {
                let isSame = try state.holds(place, sameAs: document, of: documents)
                guard try mayReplace(id, same: isSame, &counts) else { continue }
                replaced.append(place)
                counts.replaced += 1
            }
            goes[document] = true
            last[id] = document
            counts.added += 1
        }
        guard goes.contains(false) else { return (documents, replaced) }
        var kept = DocumentColumns()
        for document in 0..<documents.count where goes[document] { kept.append(document, of: documents) }
        return (kept, replaced)
    }

    /// Whether the policy lets a document take the place of the one with its id.
    func mayReplace(_ id: [UInt8], same: Bool, _ counts: inout AddedCounts) throws(IndexError) -> Bool {
        switch options.sameID {
        case .fail:
            throw .sameID(String(decoding: id, as: UTF8.self))
        case .skip:
            counts.skipped += 1
            return false
        case .replace:
            if same { counts.unchanged += 1 }
            return !same
        }
    }

    /// Removes documents by id; told when that is acknowledged.
    func remove(_ ids: [[UInt8]], tell: @escaping @Sendable (Result<RemovedCounts, IndexError>) -> Void) {
        perform { failure in
            if let failure { return tell(.failure(failure)) }
            var counts = RemovedCounts()
            var removed: [[UInt8]] = []
            var stopped: IndexError?
            do throws(IndexError) {
                for id in ids {
                    guard let place = try self.state.find(id.span, hash: IdentifierHash.hash(id.span)) else {
                        counts.notFound += 1
                        continue
                    }
                    self.state.kill(place)
                    removed.append(id)
                    counts.removed += 1
                }
            } catch {
                stopped = error
            }
            guard !removed.isEmpty else { return tell(stopped.map { .failure($0) } ?? .success(counts)) }
            self.publish()
            // What was done before an id that could not be looked up is done.
            self.log.acknowledge(self.append(.removals, LogRecords.encode(removing: removed))) {
                [counts, stopped] outcome in tell(stopped.map { .failure($0) } ?? outcome.map { counts })
            }
        }
    }

    /// Removes all documents that a filter chooses; told when that is committed.
    ///
    /// What is in memory becomes a shard first: so the choice is made on shards, and committed as their tombstones.
    func remove(_ filter: RemovalFilter, tell: @escaping @Sendable (Result<RemovedCounts, IndexError>) -> Void) {
        perform { failure in
            if let failure { return tell(.failure(failure)) }
            do throws(IndexError) {
                try self.flushAll()
                let counts = try self.writer.remove(filter)
                try self.writer.commit()
                self.state.addDead(of: self.writer.committedSegments)
                self.state.setShards(self.writer.committedSegments)
                self.publish()
                tell(.success(counts))
                self.startMergeIfDue()
            } catch {
                // The writer may have marked documents as dead that are not on disk as such.
                self.fail(error)
                tell(.failure(error))
            }
        }
    }
}

internal import Tracing

/// The report of a run: one page, which needs no network.
///
/// `Page/report.html` is the page, with a place for the figures.
package enum RunReport {
    /// Where the figures stand in the page.
    private static let place = "{\"figures\": \"are put in here\"}"

    /// Returns the page with the figures of a run.
    package static func page(_ figures: RunFigures) -> String {
        let page = String(decoding: PackageResources.report_html, as: UTF8.self)
        guard let range = page.firstRange(of: place) else { fatalError("the page has no place for the figures") }
        return page[..<range.lowerBound] + data(figures) + page[range.upperBound...]
    }

    /// The figures, and the time line.
    private static func data(_ figures: RunFigures) -> String {
        var json = JSONWriter()
        json.object { json in
            figures.writeFigures(&json)
            json.field("first", RunFigures.seconds(min(figures.firstBegin, figures.lastEnd)))
            json.field("end", RunFigures.seconds(figures.lastEnd))
            json.field("binWidth", RunFigures.seconds(figures.bins.width))
            json.field("binCount", figures.binCount)
            json.key("callableNames")
            json.array { json in
                for index in figures.callables.indices { json.value(figures.name(ofCallable: index)) }
            }
            json.key("lanes")
            json.array { json in for worker in figures.workers { json.value(lane(worker, figures)) } }
            json.key("usage")
            json.array { json in
                for bin in 0..<figures.binCount {
                    let time = figures.workerTime(inBin: bin)
                    let queued = bin < figures.queue.bins.count ? figures.queue.bins[bin].most : 0
                    json.array {
                        $0.value(share(time.busy, of: time.total))
                        $0.value(share(time.waiting, of: time.total))
                        $0.value(queued)
                    }
                }
            }
            json.key("slices")
            json.array { json in
                for slice in figures.slices {
                    json.value(slice.worker)
                    json.value(slice.callable)
                    json.value(slice.begin)
                    json.value(slice.end - min(slice.end, slice.begin))
                    json.value(slice.calls)
                    json.value(slice.failed)
                }
            }
        }
        return json.text
    }

    private static func share(_ part: UInt64, of whole: UInt64) -> Int {
        whole == 0 ? 0 : Int((Double(part) / Double(whole) * 1000).rounded())
    }

    /// Returns three bytes for each bin of a worker, in base 64: how busy it was, the callable, and whether calls failed.
    private static func lane(_ worker: RunFigures.Worker, _ figures: RunFigures) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(3 * figures.binCount)
        for bin in worker.bins.bins {
            let busy = Double(bin.busy) / Double(figures.bins.width)
            // What is there at all can be seen.
            let share = bin.busy == 0 ? 0 : max(1, min(255, Int((busy * 255).rounded())))
            bytes += [UInt8(share), UInt8(clamping: bin.callable), bin.failed > 0 ? 1 : 0]
        }
        return Base64.encode(bytes)
    }
}

/// Base 64, as RFC 4648 has it. The number of bytes must be a multiple of three.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        precondition(bytes.count % 3 == 0)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count / 3 * 4)
        for index in stride(from: 0, to: bytes.count, by: 3) {
            let word = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
            for shift in [18, 12, 6, 0] { text.append(digits[word >> shift & 63]) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

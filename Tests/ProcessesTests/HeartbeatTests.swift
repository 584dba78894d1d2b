import Testing
import Transport

@testable import Processes

@Suite("The choice of a heartbeat")
struct HeartbeatTests {
    @Test("A choice has a period and a patience in seconds, or turns the heartbeat off")
    func choices() {
        #expect(HeartbeatChoice("5,60")?.heartbeat == .standard)
        #expect(HeartbeatChoice("0.5,1")?.heartbeat == Heartbeat(period: .milliseconds(500), patience: .seconds(1)))
        #expect(HeartbeatChoice("off") == HeartbeatChoice(period: nil, patience: .zero))
        #expect(HeartbeatChoice("off")?.heartbeat == nil)
    }

    @Test(
        "What nobody could use as a heartbeat is refused",
        arguments: [
            "", "on", "5", "5,", ",60", "5,9", "0,10", "-1,10", "5,60,7", "nan,60", "5,nan", "inf,inf", "1,1e30",
        ]
    )
    func refusals(text: String) { #expect(HeartbeatChoice(text) == nil) }

    @Test("A choice that is passed on to workers as a text is read as it was", arguments: ["off", "0.25,3.5", "5,60"])
    func texts(text: String) throws {
        let choice = try #require(HeartbeatChoice(text))
        #expect(HeartbeatChoice(choice.text) == choice)
    }

    @Test("An executor refuses a patience that is less than two periods")
    func options() {
        var options = WorkerOptions()
        options.heartbeat = HeartbeatChoice(period: .seconds(5), patience: .seconds(9))
        let refusal = #expect(throws: StartRefusal.self) { try options.check() }
        #expect(refusal?.description == "heartbeat is 5.0,9.0, but \(HeartbeatChoice.grammar)")
    }

    @Test("The environment chooses the heartbeat, and the standard one holds without a word of it")
    func settings() throws {
        #expect(try Settings { _ in nil }.heartbeat == .standard)
        #expect(try Settings { $0 == "MPIFUTURES_HEARTBEAT" ? "off" : nil }.heartbeat == nil)
        #expect(throws: SettingsError.self) { try Settings { $0 == "MPIFUTURES_HEARTBEAT" ? "60,5" : nil } }
    }
}

import Identities
import Launching
import Testing

@Suite("Numbers of workers")
struct WorkerPlaceTests {
    @Test("The numbers of workers count on each host, in the order of the workers")
    func places() {
        let places = WorkerPlace.places(hosts: ["b", "a", "b", "c", "b"])
        #expect(places.map(\.number) == [0, 1, 2, 3, 4] && places.allSatisfy { $0.count == 5 })
        #expect(places.map(\.localNumber) == [0, 0, 1, 0, 2])
        #expect(places.map(\.localCount) == [3, 1, 3, 1, 3])
        #expect(places.map(\.hostNumber) == [0, 1, 0, 2, 0] && places.allSatisfy { $0.hostCount == 3 })
        #expect(WorkerPlace.places(hosts: [Int]()).isEmpty)
        #expect(WorkerPlace(1, of: 3) == WorkerPlace.places(hosts: [7, 7, 7])[1])
    }

    @Test("The numbers of workers are read from their text, and from no other")
    func text() {
        for place in WorkerPlace.places(hosts: [1, 2, 1]) { #expect(WorkerPlace(text: place.text) == place) }
        for text in ["", "1/2/3/4/5", "1/2/3/4/5/6/7", "1/2/3/4/5/x", "1/2/3/4/5/"] {
            #expect(WorkerPlace(text: text) == nil)
        }
    }
}

@Suite("Variables of each worker")
struct WorkerTemplatesTests {
    private let place = WorkerPlace.places(hosts: ["a", "a", "b", "b", "b"])[4]

    private func value(_ text: String) throws -> String {
        try WorkerTemplates(["X": text]).variables(of: place).map(\.value)[0]
    }

    @Test(
        "Variables of each worker have its numbers in the place of words in braces, and all else as it is",
        arguments: [
            ("{worker} of {workers}", "4 of 5"), ("{local}/{locals}", "2/3"), ("{host}{hosts}", "12"),
            ("{local%2},{worker%3}", "0,1"), ("gpu-{local}.", "gpu-2."), ("", ""), ("plain", "plain"),
            (#"{"a": {local}}"#, #"{"a": 2}"#), ("{{local}}", "{2}"), ("{", "{"), ("}{local", "}{local"), ("{}", "{}"),
            ("${HOME}/{worker}", "${HOME}/4"), ("{a b}", "{a b}"),
        ]
    )
    func expansion(text: String, expected: String) throws { #expect(try value(text) == expected) }

    @Test(
        "Variables of each worker with a misspelt word are refused, and the words are named",
        arguments: ["{loacl}", "x{Local}", "{local%0}", "{local%x}", "{worker%2%3}"]
    )
    func unknownWords(text: String) {
        let error = #expect(throws: WorkerTemplateError.self) { try WorkerTemplates(["X": text]) }
        #expect(error?.problem.contains("{worker}, {workers}, {local}, {locals}, {host}, {hosts}") == true)
    }

    @Test("Variables of each worker that no environment can have are refused")
    func impossible() {
        for texts in [["": "x"], ["a=b": "x"], ["a\nb": "x"], ["a": "x\ny"], ["a": "x\0"]] {
            #expect(throws: WorkerTemplateError.self) { try WorkerTemplates(texts) }
        }
        #expect(throws: WorkerTemplateError.self) { try WorkerTemplates(lines: "A=1\nB") }
    }

    @Test("Variables of each worker are read from the lines that they travel as")
    func lines() throws {
        let templates = try WorkerTemplates(["B": "x=y {local}", "A": ""])
        #expect(templates.lines == "A=\nB=x=y {local}")
        #expect(try WorkerTemplates(lines: templates.lines) == templates)
        #expect(try WorkerTemplates(lines: "\nA=\n\nB=x=y {local}\n") == templates)
        #expect(try WorkerTemplates(lines: "").isEmpty)
        let merged = templates.merging(try WorkerTemplates(["A": "{host}", "C": "1"]))
        #expect(merged.variables(of: place).map { "\($0.name)=\($0.value)" } == ["A=1", "B=x=y 2", "C=1"])
    }
}

import Launching
import Testing

@Suite("The reason of a failed mpiexec")
struct LastWordsTests {
    private static let rule = String(repeating: "-", count: 74)

    @Test("The reason of a failed mpiexec is the first sentence of a text that Open MPI frames with rules")
    func framed() {
        let slots = """
            \(Self.rule)
            There are not enough slots available in the system to satisfy the 3
            slots that were requested by the application:

              ./x

            Either request fewer procs for your application, or make more slots
            available for use.
            \(Self.rule)

            """
        #expect(
            LastWords.find(in: slots)
                == "There are not enough slots available in the system to satisfy the 3 slots that were requested by the "
                + "application: ./x"
        )
        let root = """
            \(Self.rule)

            mpiexec has detected an attempt to run as root. Running as root is *strongly* discouraged.
            \(Self.rule)
            \(Self.rule)
            """
        #expect(LastWords.find(in: root) == "mpiexec has detected an attempt to run as root.")
        let name = "\(Self.rule)\nmpirun was unable to launch ./a.out on node1.site\n\(Self.rule)\n"
        #expect(LastWords.find(in: name) == "mpirun was unable to launch ./a.out on node1.site")
    }

    @Test("The reason of a failed mpiexec is what MPICH reports first of an error's way")
    func trace() {
        let text = """
            starting
            [mpiexec@vm] match_arg (utils/args/args.c:163): unrecognized argument foo
            [mpiexec@vm] main (ui/mpich/mpiexec.c:127): error parsing parameters

            """
        #expect(LastWords.find(in: text)?.hasSuffix("unrecognized argument foo") == true)
    }

    @Test(
        "The reason of a failed mpiexec is otherwise the last line that is neither a rule nor a hint",
        arguments: [
            ("first\nsecond\n", "second"),
            (
                "mpirun: Error: unknown option \"-env\"\nType 'mpirun --help' for usage.\n",
                "mpirun: Error: unknown option \"-env\""
            ),
            ("Try 'mpiexec --help'.", "Try 'mpiexec --help'."),
            ("end\n\(rule)\n\(rule)\n\n", "end"),
            ("----\n", "----"),
            ("", nil), (" \n\n", nil), ("\(rule)\n", nil),
        ] as [(String, String?)]
    )
    func last(text: String, expected: String?) {
        #expect(LastWords.find(in: text) == expected)
    }
}

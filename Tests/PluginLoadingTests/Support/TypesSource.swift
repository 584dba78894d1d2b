extension Fixtures {
    /// The fixture's files; the order of the types in the list is that of the tables in the tests.
    static let typesSource = [
        "types": """
        public struct PublicLine { public init() {}; public struct Inner {} }
        struct InternalLine { enum Side { case left, right(Int) } }
        private struct PrivateLine { var row = 0; struct Inner {} }
        private final class PrivateClass { var row = 0 }
        private enum PrivateEnum { case one, two(Int) }
        struct Holder {
            fileprivate struct Nested { var row = 0 }
            private struct Hidden { var text = "" }
            static var hidden: Any.Type { Hidden.self }
        }
        class OpenClass { class Inner {} }
        struct Box<Content> { struct Lid {} }
        private struct PrivateBox<Content> { var content: Content }
        extension Int { struct Digits {}; fileprivate struct HiddenDigits {} }
        struct Größe {}
        struct Grid<let width: Int> {}

        func local() -> Any.Type { struct Local { var row = 0 }; return Local.self }
        func localClass() -> Any.Type { final class Local { var row = 0 }; return Local.self }
        let closure: () -> Any.Type = { enum Local { case one }; return Local.self }

        let listed: [Any.Type] = [
            PublicLine.self, PublicLine.Inner.self, InternalLine.self, InternalLine.Side.self,
            OpenClass.self, OpenClass.Inner.self, Box<Int>.self, Box<PublicLine>.Lid.self, Int.Digits.self,
            Größe.self, [PublicLine].self, (Int, String).self,
            PrivateLine.self, PrivateLine.Inner.self, PrivateClass.self, PrivateEnum.self,
            Holder.Nested.self, Holder.hidden, Int.HiddenDigits.self, Twin.self, otherTwin,
            local(), localClass(), closure(),
            PrivateBox<Int>.self, Box<PrivateLine>.self, [PrivateLine].self, (Int, PrivateLine).self, Grid<3>.self,
        ]
        private struct Twin {}

        @_cdecl("fixture_types")
        public func fixtureTypes(
            _ context: UnsafeMutableRawPointer,
            _ receive: @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer) -> Void
        ) {
            for type in listed { receive(context, unsafeBitCast(type, to: UnsafeRawPointer.self)) }
        }

        @main
        struct Program {
            static func main() { print(CommandLine.arguments, CommandLine.argc) }
        }
        """,
        "other": """
        private struct Twin { var other = "" }
        let otherTwin: Any.Type = Twin.self
        """,
    ]
}

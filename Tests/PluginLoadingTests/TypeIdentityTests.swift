import PluginLoading
import Support
import Testing

/// Types named in one process and found in another that loaded the same library.
@Suite("A type", .ownThread)
struct TypeIdentityTests {
    /// The fixture's types in its order: the name for people, and the mangled name of those that have one.
    private static let mangled = [
        ("types.PublicLine", "5types10PublicLineV"),
        ("types.PublicLine.Inner", "5types10PublicLineV5InnerV"),
        ("types.InternalLine", "5types12InternalLineV"),
        ("types.InternalLine.Side", "5types12InternalLineV4SideO"),
        ("types.OpenClass", "5types9OpenClassC"),
        ("types.OpenClass.Inner", "5types9OpenClassC5InnerC"),
        ("types.Box<Swift.Int>", "5types3BoxVySiG"),
        ("types.Box<types.PublicLine>.Lid", "5types3BoxV3LidVyAA10PublicLineV_G"),
        ("Swift.Int.Digits", "Si5typesE6DigitsV"),
        ("types.Größe", "5types009Gre_GkaIiV"),
        ("Swift.Array<types.PublicLine>", "Say5types10PublicLineVG"),
        ("(Swift.Int, Swift.String)", "Si_SSt"),
    ]

    private static let placed = [
        "types.PrivateLine", "types.PrivateLine.Inner", "types.PrivateClass", "types.PrivateEnum",
        "types.Holder.Nested", "types.Holder.Hidden", "Swift.Int.HiddenDigits", "types.Twin", "types.Twin",
        "types.Local", "types.Local", "types.Local",
    ]

    private static let unnameable = [
        "types.PrivateBox<Swift.Int>", "types.Box<types.PrivateLine>", "Swift.Array<types.PrivateLine>",
        "(Swift.Int, types.PrivateLine)", "types.Grid<3>",
    ]

    @Test("A type is found in a second process", arguments: [false, true])
    func everyTypeIsFoundInASecondProcess(withoutBuildID: Bool) throws {
        let plugin = try withoutBuildID ? Fixtures.plainTypesPlugin.get() : Fixtures.typesPlugin.get()
        let identity = try ELFImage(path: plugin).identity
        let answer = try #require(try host([["names", plugin]]).first)
        let rows = answer.split(separator: "\t").map(String.init)
        let (mangled, placed) = (Self.mangled, Self.placed)
        try #require(rows.count == mangled.count + placed.count + Self.unnameable.count)

        #expect(Array(rows[..<mangled.count]) == mangled.map { "\($0.1) \($0.0)" })
        for (row, name) in zip(rows[mangled.count...], placed) {
            #expect(row.hasPrefix("libtypes.so@\(identity)#"))
            #expect(row.hasSuffix(" \(name)"), "\(row)")
        }
        #expect(
            Array(rows.suffix(Self.unnameable.count))
                == Self.unnameable.map {
                    "error: type '\($0)' has no name that another process could look up: it is generic or made of "
                        + "other types, and a part of it is private, local, or an integer; "
                        + "declare its parts at file level without `private`"
                }
        )

        let names = rows[..<(mangled.count + placed.count)].map { String($0.prefix { $0 != " " }) }
        #expect(Set(names).count == names.count)
        let matches = try #require(try host([["match", plugin] + names]).first)
        #expect(matches.split(separator: "\t").allSatisfy { $0 == "same" }, "\(matches)")
        #expect(matches.split(separator: "\t").count == names.count)
    }

    @Test("A type is found once its image is loaded")
    func aTypeIsFoundOnceItsImageIsLoaded() throws {
        let plugin = try Fixtures.typesPlugin.get()
        let rows = try #require(try host([["names", plugin]]).first).split(separator: "\t")
        let placed = hex(String(rows[Self.mangled.count].prefix { $0 != " " }))
        let mangled = hex("5types10PublicLineV")
        let anotherBuild = try Fixtures.plainTypesPlugin.get()
        let steps = [
            (["resolve", mangled], "none"),
            (["resolve", placed], "none"),
            (["load", anotherBuild], nil),
            (["resolve", mangled], "types.PublicLine"),
            (["resolve", placed], "none"),
            (["load", plugin], nil),
            (["resolve", placed], "types.PrivateLine"),
        ]
        for (step, answer) in zip(steps, try host(steps.map(\.0))) {
            #expect(step.1 == nil || answer == step.1, "\(step.0)")
        }
    }

    /// Two images may both have a `types.PublicLine`: each travels as itself.
    @Test("A type differs between types of the same name")
    func typesOfOneNameAreToldApart() throws {
        let first = try Fixtures.typesPlugin.get()
        let second = try Fixtures.plainTypesPlugin.get()
        let answers = try host([["names", first], ["names", second]])
        let names = answers.map { $0.split(separator: "\t").map { String($0.prefix { $0 != " " }) } }
        #expect(names[0][0] == "5types10PublicLineV")
        #expect(names[1][0].hasPrefix("libtypes.so@\(try ELFImage(path: second).identity)#"))
        let matches = try host([["load", first], ["match", second, names[1][0]], ["match", first, names[0][0]]])
        #expect(matches.suffix(2) == ["same", "same"])
    }

    @Test("A type can be written with or without the module")
    func aNameIsWrittenWithOrWithoutItsModule() throws {
        let plugin = try Fixtures.typesPlugin.get()
        let expected = [
            ("types.PublicLine", "types.PublicLine"),
            ("PublicLine", "types.PublicLine"),
            ("types.PublicLine.Inner", "types.PublicLine.Inner"),
            ("InternalLine.Side", "types.InternalLine.Side"),
            ("OpenClass.Inner", "types.OpenClass.Inner"),
            ("types.PrivateLine", "types.PrivateLine"),
            ("PrivateEnum", "types.PrivateEnum"),
            ("types.Twin", "types.Twin\ttypes.Twin"),
            ("types.Größe", "types.Größe"),
            ("Swift.Int.Digits", "Swift.Int.Digits"),
            ("Inner", ""), ("types.Inner", ""), ("Box", ""), ("types", ""), ("types.", ""), (".PublicLine", ""),
            ("types..PublicLine", ""), ("", ""), ("publicline", ""), ("Swift.Int", "Swift.Int"),
        ]
        let answers = try host([["load", plugin]] + expected.map { ["written", $0.0] })
        #expect(Array(answers.dropFirst()) == expected.map(\.1))
    }

    @Test("A type has a name if the test itself declares it")
    func theTestsOwnTypesHaveNames() throws {
        struct Local {}
        for type in [Local.self, TypeIdentityTests.self, Int.self, [String: Int].self, Secret.self] as [Any.Type] {
            let name = try TypeIdentity.name(of: type)
            let found = TypeIdentity.type(named: name).map { $0 == type }
            #expect(found == true, "\(name)")
        }
    }

    private enum Secret {}
}

/// The UTF-8 bytes of a text as hexadecimal digits.
func hex(_ text: String) -> String {
    ImageIdentity(bytes: Array(text.utf8)).description
}

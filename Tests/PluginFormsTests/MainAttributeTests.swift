import Testing

@testable import PluginForms

@Suite("The attribute @main")
struct MainAttributeTests {
    static let present = [
        "@main struct A {}", "// @main\n@main\nstruct A {}", "/* /* */ */ @main enum A {}",
        "let x = \"@\"; @main struct A {}",
        "let s = #\"\\\"#\n@main struct A {}", "let s = \"\"\"\n \" @main \n\"\"\"\n@main struct A {}",
        "#!/x\n@main struct A{}",
    ]
    static let absent = [
        "", "print(1)", "// @main", "/* @main */", "/* /* */ @main */ print(1)", "print(\"@main\")",
        "print(#\"\"@main\"#)",
        "print(\"\"\"\n@main\n\"\"\")", "print(\"\\\"@main\")", "@mainActor func f() {}", "@main2 func f() {}",
        "/* @main",
        "print(\"@main", "@MainActor struct A {}",
    ]

    @Test("The attribute @main is found", arguments: present) func found(source: String) {
        #expect(MainAttribute.isPresent(in: Array(source.utf8)))
    }

    @Test("The attribute @main is not taken from comments, strings and longer names", arguments: absent) func notFound(
        source: String
    ) {
        #expect(!MainAttribute.isPresent(in: Array(source.utf8)))
    }
}

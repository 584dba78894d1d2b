import PluginLoading
import Support
import Testing

/// Names come from the wire: whatever they are made of, they find a type or none.
@Suite("An untrusted type name", .ownThread)
struct UntrustedNameTests {
    @Test("An untrusted type name that names no type finds none")
    func namesOfNoTypeFindNone() {
        let symbolic = [UInt8](1...31).map { String(decoding: [$0, 0x10, 0x20, 0x30, 0x40], as: UTF8.self) }
        let long = String(repeating: "Say", count: 2000) + "Si" + String(repeating: "G", count: 2000)
        for name in symbolic + [
            long, "", "#", "@#", "@00#0", "x@#1", "Größe", "Si\u{7f}", "Si\0", "\0Si", "$", "$2_",
            "s11InlineArrayVy$2_$3_G",
        ] {
            #expect(TypeIdentity.type(named: name) == nil, "\(name.debugDescription)")
            #expect(TypeIdentity.displayName(ofNamed: name) == name)
        }
    }

    @Test("An untrusted type name is readable even if the type is unknown")
    func namesOfUnknownTypesAreReadable() {
        #expect(TypeIdentity.displayName(ofNamed: "5julia9JuliaLineV") == "julia.JuliaLine")
        #expect(TypeIdentity.displayName(ofNamed: "libjulia.so@00#0") == "libjulia.so@00#0")
        #expect(TypeIdentity.displayName(ofNamed: "square_root") == "square_root")
    }

    @Test("An untrusted type name finds no type at a place outside of the table")
    func placesOutsideATableFindNone() throws {
        struct Local {}
        let name = try TypeIdentity.name(of: Local.self)
        let stem = name.prefix { $0 != "#" }
        #expect(TypeIdentity.type(named: name).map { $0 == Local.self } == true)
        for index in ["", "-1", "+", "99999999", "9223372036854775807", "9223372036854775808", "0x1", " 1", "1 ", "1#"]
        {
            #expect(TypeIdentity.type(named: "\(stem)#\(index)") == nil, "\(index)")
        }
        for index in 0..<3000 { _ = TypeIdentity.type(named: "\(stem)#\(index)") }
    }

    /// Damaged names of real types, in a process of their own, which must live.
    @Test("An untrusted type name never crashes if it is damaged")
    func damagedNamesNeverCrash() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let plugin = try Fixtures.typesPlugin.get()
        let rows = try #require(try host([["names", plugin]]).first).split(separator: "\t")
        var names = rows.filter { !$0.hasPrefix("error") }.map { Array($0.utf8.prefix { $0 != 0x20 }) }
        names += ["SDySSSaySiGG", "s11InlineArrayVy$2_SiG", "Si_SSSbtSg", "yySiYbKc", "ypXp", "s6ResultOySis5Error_pG"]
            .map {
                Array($0.utf8)
            }
        let damaged = (0..<20_000).map { _ in damage(names, using: &generator) }
        let commands = [["load", plugin]] + damaged.map { ["resolve", ImageIdentity(bytes: $0).description] }
        let answers = try host(commands)
        #expect(answers.count == commands.count, "seed \(seed), stopped at \(damaged[max(0, answers.count - 1)])")
        #expect(answers.contains("none"))
        #expect(Set(answers).count > 5, "seed \(seed)")
    }

    /// A name, changed in a few places or put together from two.
    private func damage(_ names: [[UInt8]], using generator: inout SeededGenerator) -> [UInt8] {
        var name = names.randomElement(using: &generator) ?? []
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let other = names.randomElement(using: &generator) ?? []
            let place = Int.random(in: 0...name.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: name.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            case 1: name.insert(other.randomElement(using: &generator) ?? 0, at: place)
            case 2: if place < name.count { name.remove(at: place) }
            case 3: if place < name.count { name[place] = UInt8.random(in: 0x20..<0x7f, using: &generator) }
            default: name = Array(name[..<place] + other.suffix(Int.random(in: 0...other.count, using: &generator)))
            }
        }
        return name
    }
}

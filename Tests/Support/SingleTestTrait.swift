package import Testing

/// A trait that does something around each single test, and not around suites as well.
package protocol SingleTestTrait: TestTrait, SuiteTrait, TestScoping {
    func perform(_ function: @concurrent @Sendable () async throws -> Void, of test: Test) async throws
}

extension SingleTestTrait {
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        if test.isSuite { try await function() } else { try await perform(function, of: test) }
    }
}

import MPIFutures

/// A behaviour does not hold.
package struct Failure: Error, CustomStringConvertible {
    package let description: String

    init(_ text: String, _ file: String, _ line: Int) { description = "\(text) (\(file):\(line))" }
}

func expect(
    _ condition: Bool,
    _ text: @autoclosure () -> String,
    file: String = #fileID,
    line: Int = #line
) throws {
    if !condition { throw Failure("not so: \(text())", file, line) }
}

func expectEqual<Value: Equatable>(
    _ value: Value,
    _ expected: Value,
    _ text: @autoclosure () -> String = "",
    file: String = #fileID,
    line: Int = #line
) throws {
    guard value != expected else { return }
    throw Failure("\(text()) is \(short(value)), not \(short(expected))", file, line)
}

/// Runs `body`, which has to throw such an error; returns the error.
@discardableResult
func expectThrow<Problem: Error>(
    _ type: Problem.Type,
    file: String = #fileID,
    line: Int = #line,
    _ body: () throws -> some Any
) throws -> Problem {
    let value: Any
    do { value = try body() } catch let error as Problem { return error } catch {
        throw Failure("threw \(Swift.type(of: error)) (\(error)), not \(type)", file, line)
    }
    throw Failure("gave \(short(value)), where it had to throw \(type)", file, line)
}

@discardableResult
func expectThrow<Problem: Error>(
    _ type: Problem.Type,
    file: String = #fileID,
    line: Int = #line,
    _ body: () async throws -> some Any
) async throws -> Problem {
    let value: Any
    do { value = try await body() } catch let error as Problem { return error } catch {
        throw Failure("threw \(Swift.type(of: error)) (\(error)), not \(type)", file, line)
    }
    throw Failure("gave \(short(value)), where it had to throw \(type)", file, line)
}

/// Runs `body`, which has to throw an `ExecutorError` with this code; returns it.
@discardableResult
func expectError(
    _ code: ExecutorError.Code,
    file: String = #fileID,
    line: Int = #line,
    _ body: () throws -> some Any
) throws -> ExecutorError {
    let error = try expectThrow(ExecutorError.self, file: file, line: line, body)
    if error.code != code { throw Failure("threw \(error.code) (\(error)), not \(code)", file, line) }
    return error
}

/// Waits until `condition` holds; what the library does on other threads comes true soon, not at once.
func eventually(
    _ text: @autoclosure () -> String,
    file: String = #fileID,
    line: Int = #line,
    _ condition: () throws -> Bool
) throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try !condition() {
        if ContinuousClock.now > deadline { throw Failure("has not come true: \(text())", file, line) }
        pause(.milliseconds(1))
    }
}

private func short(_ value: Any) -> String {
    let text = "\(value)"
    return text.count > 200 ? "\(text.prefix(150))… (\(text.count) characters)" : text
}

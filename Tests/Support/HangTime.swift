/// The time after which a test says that something hangs.
///
/// A thread may wait half a minute for a processor while a thousand other tests run. No test may fail because of that.
package let hangTime = Duration.seconds(150)

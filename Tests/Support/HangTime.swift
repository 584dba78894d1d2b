/// How long a test waits for what comes at once unless something hangs.
///
/// A machine that is busy with a thousand other tests may keep a thread waiting for half a minute. Nothing may fail then.
package let hangTime = Duration.seconds(150)

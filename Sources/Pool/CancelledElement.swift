/// The error of an element of a map that was cancelled with its executor.
package struct CancelledElement: Error {}

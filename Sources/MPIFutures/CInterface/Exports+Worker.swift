// The function of mpifutures.h that tells a task where it runs. The header has its contract.
//
// swift-format-ignore-file: AlwaysUseLowerCamelCase
package import CMPIFutures
internal import CTasks
internal import Identities
internal import Worker

@c @implementation
package func mpifutures_current_worker(_ worker: UnsafeMutablePointer<mpifutures_worker>?) -> CInt {
    guard let worker else { return CStatus.null("the worker").setError() }
    guard let place = TaskScope.current?.place else {
        return CStatus(Status.notAllowed, "there is a current worker only inside a task; ask there").setError()
    }
    worker.pointee = mpifutures_worker(
        number: place.number,
        count: place.count,
        local_number: place.localNumber,
        local_count: place.localCount,
        host_number: place.hostNumber,
        host_count: place.hostCount
    )
    return Status.ok
}

"""The workloads of mpifutures/bench.swift for mpi4py.futures, as its documentation would have one write them.

    mpiexec -n 3 python -m mpi4py.futures bench.py WORKLOAD [ARGUMENT ...]
"""

import math
import os
import statistics
import sys
import time

from mpi4py.futures import MPIPoolExecutor


def null(index):
    return index


def echo_value(value):
    return value


def occupy(seconds):
    end = time.perf_counter() + seconds
    if seconds > 0.001:
        time.sleep(seconds - 0.0005)
    while time.perf_counter() < end:
        pass


def compute_for(seconds):
    began = time.thread_time()
    while time.thread_time() - began < seconds:
        pass


def processor_time():
    return time.process_time()


def report(name, value):
    print(name, value, flush=True)


def seconds(body):
    began = time.perf_counter()
    body()
    return time.perf_counter() - began


def submit(executor, count):
    def run(count):
        futures = [executor.submit(null, index) for index in range(count)]
        assert all(future.result() == index for index, future in enumerate(futures))

    run(count // 10)
    report("rate", count / seconds(lambda: run(count)))


def map_(executor, count, chunk_size=1):
    def run(count):
        assert len(list(executor.map(null, range(count), chunksize=chunk_size))) == count

    run(count // 10)
    report("rate", count / seconds(lambda: run(count)))


def latency(executor, count, pause):
    times = []
    for index in range(-(count // 10), count):
        if pause:
            time.sleep(pause / 1000)
        times.append(seconds(lambda: executor.submit(null, index).result()))
    report("time", statistics.median(times[-count:]))


def echo(executor, size, count):
    value = b"\7" * size
    times = [seconds(lambda: executor.submit(echo_value, value).result()) for _ in range(count + 1)]
    time_ = statistics.median(times[-count:])
    report("time", time_)
    report("bandwidth", 2 * size / time_)


def share(executor, size):
    """There is no broadcast: the array travels with a call for each worker."""
    value = b"\7" * size

    def run():
        futures = [executor.submit(len, value) for _ in range(executor.num_workers)]
        for future in futures:
            future.result()

    report("time", statistics.median(seconds(run) for _ in range(3)))


EVENTS = (
    lambda i: ("started", float(i)),
    lambda i: ("moved", (1.0, 2.0, float(i)), i),
    lambda i: ("ended",),
)

KINDS = {
    "points": lambda i: (float(i), 1.0, -2.0),
    "rows": lambda i: (i, i / 3, f"row {i}"),
    "by-hand": lambda i: (i, i / 3, f"row {i}"),
    "optionals": lambda i: i if i % 3 else None,
    "texts": lambda i: f"some text, number {i}",
    "events": lambda i: EVENTS[i % 3](i),
    "dictionaries": lambda i: {"first": i, "second": i + 1, "third": i + 2},
    "lists": lambda i: list(range(i, i + 10)),
}


def values(executor, way, kind, count):
    pieces = count
    if kind == "matrix":
        pieces = count * count
        value = [[float(column) for column in range(count)] for _ in range(count)]
    elif kind == "by-name":
        value = {f"key number {index}": float(index) for index in range(count)}
    else:
        value = [KINDS[kind](index) for index in range(count)]

    def echo_all():
        executor.submit(echo_value, value).result()

    def echo_each():
        assert len(list(executor.map(echo_value, value, chunksize=1000))) == count

    run = echo_all if way == "echo" else echo_each
    run()
    report("rate", pieces / statistics.median(seconds(run) for _ in range(3)))


def log_normal_lengths(count, seed):
    state, mask = seed, (1 << 64) - 1

    def uniform():
        nonlocal state
        state = (state + 0x9E3779B97F4A7C15) & mask
        bits = state
        bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & mask
        bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & mask
        return (((bits ^ (bits >> 31)) >> 11) + 0.5) / 2**53

    def length():
        normal = math.sqrt(-2 * math.log(uniform())) * math.cos(2 * math.pi * uniform())
        return min(max(0.003 * math.exp(1.5 * normal), 0.00001), 1)

    return [length() for _ in range(count)]


def mixed(executor, count, seed):
    lengths = log_normal_lengths(count, seed)
    ends = [0.0] * executor.num_workers
    for length in sorted(lengths, reverse=True):
        ends[ends.index(min(ends))] += length
    time_ = seconds(lambda: list(executor.map(occupy, lengths)))
    report("time", time_)
    report("excess", time_ / max(ends))


def compute(executor, count, length):
    time_ = seconds(lambda: list(executor.map(compute_for, [length / 1e6] * count)))
    cores = min(os.cpu_count(), executor.num_workers)
    report("time", time_)
    report("efficiency", count * length / 1e6 / cores / time_)


def idle(executor, length):
    began = executor.submit(processor_time).result()
    time.sleep(length)
    report("share", (executor.submit(processor_time).result() - began) / length)


def resident_memory():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def futures(executor, count):
    before = resident_memory()
    brakes = [executor.submit(time.sleep, 2) for _ in range(executor.num_workers)]
    held = [executor.submit(null, index) for index in range(count)]
    report("queued", (resident_memory() - before) / count)
    for future in brakes + held:
        future.result()
    report("finished", (resident_memory() - before) / count)


def julia_line(row, width=1280, height=960, c=complex(0, 0.65)):
    dx, dy = 4 / width, 3 / height
    line = bytearray(width)
    for column in range(width):
        z = complex(-2 + column * dx, 1.5 - row * dy)
        steps = 255
        while steps > 1 and abs(z) < 3:
            z = z * z + c
            steps -= 1
        line[column] = steps
    return line


def julia(executor):
    with open(os.devnull, "wb") as picture:
        picture.write(b"P5 1280 960 255\n")
        for line in executor.map(julia_line, range(960), chunksize=10):
            picture.write(line)


def nothing(executor):
    pass


if __name__ == "__main__":
    workload = {"map": map_}.get(sys.argv[1]) or globals()[sys.argv[1]]
    with MPIPoolExecutor() as executor:
        executor.bootup()
        workload(executor, *(int(word) if word.isdigit() else word for word in sys.argv[2:]))

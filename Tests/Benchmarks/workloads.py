"""What is measured, and with which commands.

A workload is a table of its own: rows are contenders, each a command that prints lines of a name and a number. The first
contender is the project, and every other one is put in relation to it.
"""

import os
from dataclasses import dataclass, field

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
MADE = os.path.join(ROOT, ".build/benchmarks")
LAUNCHER = os.path.join(ROOT, ".build/release/mpifutures")
PYTHON = os.path.join(ROOT, ".build/benchmarks/venv/bin/python")
MPIEXEC = os.environ.get("MPIEXEC", "mpiexec")


@dataclass
class Contender:
    name: str
    command: list
    # The number in the command's output that counts; None for the time that the whole command takes.
    figure: str = None
    # Slow ones may be run less often.
    repetitions: int = None


@dataclass
class Workload:
    name: str
    title: str
    unit: str
    contenders: list
    is_better: str = "more"
    repetitions: int = 5
    # Where the workload belongs in a plot: a curve's name and its place on the axis.
    curve: str = None
    place: float = None
    # Further numbers of the output to be shown.
    also: list = field(default_factory=list)


def job(ranks, *command):
    return [MPIEXEC, "-n", str(ranks), *map(str, command)]


def ours(ranks, *arguments):
    return job(ranks, LAUNCHER, f"{MADE}/libbench.so", *arguments)


def relayed(ranks, *arguments):
    """The same with workers that the launcher starts by itself."""
    return [LAUNCHER, "--workers", str(ranks - 1), f"{MADE}/libbench.so", *map(str, arguments)]


def peer(ranks, *arguments):
    return job(ranks, PYTHON, "-m", "mpi4py.futures", f"{ROOT}/Tests/Benchmarks/mpi4py/bench.py", *arguments)


def in_c(ranks, program, *arguments):
    return job(ranks, f"{MADE}/{program}", *arguments)


def null_tasks(quick):
    count, of_peer = (20_000, 2_000) if quick else (100_000, 5_000)
    for ranks in (2, 3, 5, 17, 65):
        some = count // 4 if ranks > 5 else count
        contenders = [Contender("mpifutures", ours(ranks, "submit", some), "rate")]
        if ranks == 3:
            contenders.append(Contender("mpifutures, conformance run", ours(ranks, "checked-submit", some), "rate"))
            contenders.append(Contender("mpifutures --workers 2", relayed(ranks, "submit", some), "rate"))
        if ranks <= 17:
            contenders.append(Contender("mpi4py", peer(ranks, "submit", of_peer), "rate", 3))
        for window in (1, 4):
            contenders.append(Contender(f"C, window {window}", in_c(ranks, "farm", some, window), "rate"))
        yield Workload("submit", f"null tasks by `submit`, n = {ranks}", "tasks/s", contenders, curve="n", place=ranks)


def null_maps(quick):
    count = 200_000 if quick else 1_000_000
    for ranks in (2, 3, 5, 17, 65):
        contenders = [Contender("mpifutures", ours(ranks, "map", count), "rate")]
        if ranks == 3:
            contenders.append(Contender("mpifutures, conformance run", ours(ranks, "checked-map", count), "rate"))
        if ranks <= 17:
            best = [1000] if quick else [100, 1000, 10_000]
            for size in best:
                contenders.append(
                    Contender(f"mpi4py, chunks of {size}", peer(ranks, "map", min(count, 200 * size), size), "rate", 3)
                )
        yield Workload("map", f"null `map`, n = {ranks}", "tasks/s", contenders, curve="n", place=ranks)


def round_trips(quick):
    count = 2_000 if quick else 20_000
    yield Workload(
        "latency",
        "round trip back to back, n = 2",
        "s",
        [
            Contender("mpifutures", ours(2, "latency", count, 0), "time"),
            Contender("mpifutures --workers 1", relayed(2, "latency", count // 10, 0), "time"),
            Contender("mpi4py", peer(2, "latency", 1_000, 0), "time", 3),
            Contender("C ping-pong", in_c(2, "pingpong", 8, count), "time"),
        ],
        "less",
    )
    yield Workload(
        "latency",
        "round trip after 20 ms of idleness, n = 2",
        "s",
        [
            Contender("mpifutures", ours(2, "latency", 100, 20), "time"),
            Contender("mpi4py", peer(2, "latency", 100, 20), "time", 3),
        ],
        "less",
    )


def payloads(quick):
    sizes = [2**exponent for exponent in ((0, 10, 20, 26) if quick else (0, 4, 7, 10, 13, 16, 18, 20, 22, 24, 26, 28))]
    for size in sizes:
        count = max(5, min(2_000, 2**30 // (size + 1) // 2))
        contenders = [
            Contender("mpifutures, [UInt8]", ours(2, "echo", size, count), "bandwidth"),
            Contender("C ping-pong", in_c(2, "pingpong", size, count), "bandwidth"),
        ]
        if size >= 8:
            contenders.insert(1, Contender("mpifutures, [Double]", ours(2, "echo", size, count, "double"), "bandwidth"))
        if size == 1 or size >= 2**10:
            contenders += [
                Contender("mpifutures, argument", ours(2, "upload", size, count), "bandwidth"),
                Contender("mpifutures, result", ours(2, "download", size, count), "bandwidth"),
                Contender("mpifutures, result in huge pages", ours(2, "make", size, count), "bandwidth"),
                Contender("mpi4py", peer(2, "echo", size, max(3, count // 50)), "bandwidth", 1),
            ]
        yield Workload(
            "payload", f"echo of {bytes_in_words(size)}", "B/s", contenders, repetitions=3, curve="bytes", place=size
        )


def huge_payloads(quick):
    for size in (2**30,) if quick else (3 * 2**30,):
        yield Workload(
            "huge",
            f"echo of {bytes_in_words(size)} `[UInt8]`, n = 2",
            "B/s",
            [
                Contender("mpifutures", ours(2, "echo", size, 1), "bandwidth"),
                Contender("C ping-pong", in_c(2, "pingpong", size, 1), "bandwidth"),
            ],
            repetitions=1,
            also=["master-memory", "worker-memory"],
        )


def structured_values(quick):
    count = 20_000 if quick else 100_000
    for kind, title in (
        ("points", "structs of 3 `Double`"),
        ("rows", "structs of `Int`, `Double` and `String`"),
        ("optionals", "`Int?`"),
        ("texts", "`String`"),
        ("by-name", "entries of a `[String: Double]`"),
        ("matrix", "numbers in 1,000 arrays"),
        ("by-hand", "structs with a conformance by hand"),
    ):
        size = 1_000 if kind == "matrix" else count
        yield Workload(
            "values",
            f"echo of {size * size if kind == 'matrix' else size:,} {title}, n = 2",
            "values/s",
            [
                Contender("mpifutures", ours(2, "values", "echo", kind, size), "rate"),
                Contender("mpi4py", peer(2, "values", "echo", kind, size), "rate", 3),
            ],
        )
    for kind, title in (
        ("rows", "structs of `Int`, `Double` and `String`"),
        ("events", "enums with payloads"),
        ("texts", "`String`"),
        ("dictionaries", "dictionaries of 3"),
        ("lists", "arrays of 10 `Int`"),
        ("by-hand", "structs with a conformance by hand"),
    ):
        yield Workload(
            "values",
            f"map of {count:,} {title}, n = 3",
            "calls/s",
            [
                Contender("mpifutures", ours(3, "values", "map", kind, count), "rate"),
                Contender("mpi4py, chunks of 1000", peer(3, "values", "map", kind, count), "rate", 3),
            ],
        )


def shared_values(quick):
    size = 2**26 if quick else 2**28
    yield Workload(
        "broadcast",
        f"{bytes_in_words(size)} for each of 4 workers, n = 5",
        "s",
        [
            Contender("mpifutures", ours(5, "broadcast", size), "time"),
            Contender("mpifutures --workers 4", relayed(5, "broadcast", size), "time"),
            Contender("mpi4py, an argument for each", peer(5, "share", size), "time", 1),
        ],
        "less",
        repetitions=3,
        also=["copies"],
    )


def pictures(quick):
    for ranks in (3, 17):
        yield Workload(
            "julia",
            f"Julia set of 1280 x 960, whole job, n = {ranks}",
            "s",
            [
                Contender("mpifutures", job(ranks, LAUNCHER, f"{ROOT}/.build/release/libjulia.so", os.devnull)),
                Contender("mpi4py", peer(ranks, "julia"), repetitions=1 if quick else 2),
                Contender("C, one core", [f"{MADE}/julia"]),
            ],
            "less",
        )


def balance(quick):
    count = 300 if quick else 1000
    yield Workload(
        "mixed",
        "lengths from 10 us to 1 s, log-normal, time over the best possible, n = 3",
        "",
        [
            Contender("mpifutures", ours(3, "mixed", count, 1), "excess"),
            Contender("mpi4py", peer(3, "mixed", count, 1), "excess", 1),
        ],
        "less",
        repetitions=1 if quick else 3,
    )


def oversubscription(quick):
    count = 1_000 if quick else 4_000
    for ranks in (3, 17, 65):
        contenders = [Contender("mpifutures", ours(ranks, "compute", count, 1000), "efficiency")]
        if ranks <= 17:
            contenders.append(Contender("mpi4py", peer(ranks, "compute", count // 2, 1000), "efficiency", 2))
        yield Workload(
            "compute", f"computing 1 ms a task, share of the cores' time, n = {ranks}", "", contenders, repetitions=3
        )


def start_and_end(quick):
    for ranks in (2, 17) if quick else (2, 17, 65):
        contenders = [
            Contender("mpifutures", ours(ranks, "nothing")),
            Contender(f"mpifutures --workers {ranks - 1}", relayed(ranks, "nothing")),
            Contender("empty MPI program", in_c(ranks, "empty")),
        ]
        if ranks <= 17:
            contenders.append(Contender("mpi4py", peer(ranks, "nothing"), repetitions=3))
        yield Workload(
            "start", f"start and end of a job, n = {ranks}", "s", contenders, "less", repetitions=3 if ranks > 17 else 7
        )


def rest(quick):
    yield Workload(
        "idle",
        "an idle worker, share of a core, n = 2",
        "",
        [
            Contender("mpifutures", ours(2, "idle", 2 if quick else 5), "share"),
            Contender("mpi4py", peer(2, "idle", 2 if quick else 5), "share", 1),
        ],
        "less",
        repetitions=1 if quick else 3,
        also=["master-share"],
    )


def memory(quick):
    count = 100_000 if quick else 1_000_000
    yield Workload(
        "memory",
        f"{count:,} queued futures, each",
        "B",
        [
            Contender("mpifutures", ours(2, "futures", count), "queued"),
            Contender("mpi4py", peer(2, "futures", count // 50), "queued"),
        ],
        "less",
        repetitions=1,
        also=["finished", "left"],
    )
    yield Workload(
        "memory",
        f"a map of {10 * count:,} queued elements, each",
        "B",
        [Contender("mpifutures", ours(2, "elements", 10 * count), "queued")],
        "less",
        repetitions=1,
        also=["finished", "left"],
    )


def commands(quick):
    count = 200 if quick else 1000
    numbers = f"{MADE}/numbers"
    with open(numbers, "w") as file:
        file.write("\n".join(map(str, range(count))) + "\n")
    yield Workload(
        "sh",
        f"{count} commands `true` through sh, two at a time",
        "s",
        [
            Contender("mpifutures", job(3, LAUNCHER, "-c", f'sh("true", each(lines("{numbers}")))')),
            Contender("xargs -P2", ["xargs", "-a", numbers, "-P2", "-I{}", "sh", "-c", "true"]),
            Contender("GNU parallel -j2", ["parallel", "--will-cite", "-j2", "-a", numbers, "true"]),
        ],
        "less",
        repetitions=3,
    )


def bytes_in_words(count):
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:
            return f"{count} {unit}"
        count //= 1024
    return f"{count} GiB"


FAMILIES = {
    "submit": null_tasks,
    "map": null_maps,
    "latency": round_trips,
    "payload": payloads,
    "huge": huge_payloads,
    "broadcast": shared_values,
    "values": structured_values,
    "julia": pictures,
    "mixed": balance,
    "compute": oversubscription,
    "start": start_and_end,
    "idle": rest,
    "memory": memory,
    "sh": commands,
}

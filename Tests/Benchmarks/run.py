"""Runs workloads, all contenders of one in turn, and reports medians and ratios.

    python3 run.py [--quick] [--report FOLDER] [WORKLOAD ...]

`make bench` builds what is run here.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time

import report
import workloads

# A run that takes longer is broken.
TIME_LIMIT = 300


def run_once(contender):
    """One run's numbers by name; the time of the whole command is called None."""
    began = time.perf_counter()
    ended = subprocess.run(contender.command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIME_LIMIT)
    figures = {None: time.perf_counter() - began}
    if ended.returncode != 0:
        raise RuntimeError(f"{' '.join(contender.command)}: status {ended.returncode}\n{ended.stderr.decode()}")
    if contender.figure:
        for line in ended.stdout.decode().splitlines():
            name, number = line.split()
            figures[name] = float(number)
    return figures


def is_installed(contender):
    """Whether the contender's program is there: a path, or a name that is looked up in PATH."""
    return shutil.which(contender.command[0]) is not None


def measure(workload, problems):
    """Runs a workload's contenders in turn; returns the runs of each.

    A contender that fails is not run again, and has no runs. `problems` gets a line for it.
    """
    runs = {contender.name: [] for contender in workload.contenders}
    absent = [contender for contender in workload.contenders if not is_installed(contender)]
    for contender in absent:
        print(f"{workload.title}: {contender.command[0]} is not installed, {contender.name} is left out",
              file=sys.stderr)
    contenders = [contender for contender in workload.contenders if contender not in absent]
    for repetition in range(workload.repetitions):
        for contender in list(contenders):
            if contender.repetitions is not None and repetition >= contender.repetitions:
                continue
            try:
                run = run_once(contender)
                # The number that counts has to be there.
                run[contender.figure]
            except Exception as error:
                problems.append(f"{workload.title}, {contender.name}: {explain(error)}")
                runs[contender.name] = []
                contenders.remove(contender)
            else:
                runs[contender.name].append(run)
    return runs


def explain(error):
    """An error in words; those of Python itself have names that say more than their texts."""
    return str(error) if isinstance(error, (RuntimeError, subprocess.TimeoutExpired)) else repr(error)


def results(workload, runs):
    """For each contender that has run its median, least and greatest figure, and the ratio of the project to it."""
    rows = []
    for contender in workload.contenders:
        if not runs[contender.name]:
            continue
        figures = [run[contender.figure] for run in runs[contender.name]]
        further = {name: statistics.median(run[name] for run in runs[contender.name] if name in run)
                   for name in workload.also if name in runs[contender.name][0]}
        rows.append(report.Row(contender.name, statistics.median(figures), min(figures), max(figures), further))
    project = next((row.median for row in rows if row.name == workload.contenders[0].name), None)
    for row in rows:
        # Without the project's own figure there is nothing to relate the others to.
        if project and row.median:
            row.ratio = project / row.median if workload.is_better == "more" else row.median / project
        else:
            row.ratio = None
    return rows


def measure_all(names, quick, folder):
    """Measures families of workloads and prints each table when it is there; returns what has failed.

    What fails costs nothing but its own row, or its own workload. The report has what was measured, however this ends.
    """
    measured, problems = [], []
    try:
        for name in names:
            try:
                for workload in workloads.FAMILIES[name](quick):
                    rows = results(workload, measure(workload, problems))
                    if rows:
                        measured.append((workload, rows))
                        print(report.table(workload, rows), flush=True)
            except Exception as error:
                problems.append(f"{name}: {explain(error)}")
    finally:
        report.write(folder, measured)
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small and few runs, to see that all works")
    parser.add_argument("--report", default=workloads.MADE, help="the folder for performance.md and the plots")
    parser.add_argument("workloads", nargs="*", help="of " + ", ".join(workloads.FAMILIES))
    options = parser.parse_args()
    unknown = set(options.workloads) - set(workloads.FAMILIES)
    if unknown:
        parser.error(f"there is no workload {', '.join(sorted(unknown))}")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    problems = measure_all(options.workloads or workloads.FAMILIES, options.quick, options.report)
    if problems:
        print("failed:", *problems, sep="\n", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

"""Runs workloads, all contenders of one in turn, and reports medians and ratios.

    python3 run.py [--quick] [--report FOLDER] [WORKLOAD ...]

`make bench` builds what is run here.
"""

import argparse
import os
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


def measure(workload):
    """Runs a workload's contenders in turn; gives the runs of each."""
    runs = {contender.name: [] for contender in workload.contenders}
    for repetition in range(workload.repetitions):
        for contender in workload.contenders:
            if contender.repetitions is None or repetition < contender.repetitions:
                runs[contender.name].append(run_once(contender))
    return runs


def results(workload, runs):
    """For each contender its median, least and greatest figure, and the ratio of the project to it."""
    rows = []
    for contender in workload.contenders:
        figures = [run[contender.figure] for run in runs[contender.name]]
        further = {name: statistics.median(run[name] for run in runs[contender.name] if name in run)
                   for name in workload.also if name in runs[contender.name][0]}
        rows.append(report.Row(contender.name, statistics.median(figures), min(figures), max(figures), further))
    first = rows[0].median
    for row in rows:
        ratio = first / row.median if workload.is_better == "more" else row.median / first
        row.ratio = ratio
    return rows


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
    measured, failures = [], 0
    for name in options.workloads or workloads.FAMILIES:
        for workload in workloads.FAMILIES[name](options.quick):
            try:
                rows = results(workload, measure(workload))
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                print(f"{workload.title}: {error}", file=sys.stderr)
                failures += 1
                continue
            measured.append((workload, rows))
            print(report.table(workload, rows), flush=True)
    report.write(options.report, measured)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

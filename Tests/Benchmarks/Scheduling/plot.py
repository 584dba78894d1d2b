"""Makes a plot of what the simulation prints: how busy the workers are, by the length of tasks."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import report

curves = {}
with open(sys.argv[1]) as file:
    for line in list(file)[1:]:
        workers, length, efficiency = line.split()[:3]
        curves.setdefault(f"{int(workers):,} workers", []).append((float(length), float(efficiency)))
with open(sys.argv[2], "w") as file:
    file.write(report.plot(curves, "median length of a task in seconds", "", "Share of the workers' time that is used"))

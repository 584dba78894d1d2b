"""Measured figures as Markdown tables and SVG plots."""

import math
import os
from dataclasses import dataclass

COLOURS = ["#c8401f", "#e69b2e", "#3567a8", "#4a9a5b", "#8a5aa8", "#666666"]


@dataclass
class Row:
    name: str
    median: float
    least: float
    greatest: float
    further: dict
    # How many times better the project is than this contender; None if the project has no figure.
    ratio: float | None = 1.0


def quantity(value, unit):
    """A number with three digits and a prefix: 1.23 M tasks/s."""
    if unit == "":
        return f"{value:.3g}"
    if value == 0:
        return f"0 {unit}"
    for power, prefix in ((9, "G"), (6, "M"), (3, "k"), (0, ""), (-3, "m"), (-6, "µ"), (-9, "n")):
        if abs(value) >= 10**power:
            break
    scaled = value / 10**power
    digits = max(0, 2 - int(math.floor(math.log10(abs(scaled)))))
    return f"{scaled:.{digits}f} {prefix}{unit}"


def table(workload, rows):
    further = list(dict.fromkeys(name for row in rows for name in row.further))
    lines = [
        f"**{workload.title}**",
        "",
        "| | median | least | greatest | mpifutures is better by | " + "".join(f"{name} | " for name in further),
        "|---|---|---|---|---|" + "---|" * len(further),
    ]
    for row in rows:
        is_project = row.name == workload.contenders[0].name
        ratio = "" if is_project or row.ratio is None else f"{row.ratio:.3g}"
        unit = workload.unit
        cells = [row.name, *(quantity(value, unit) for value in (row.median, row.least, row.greatest)), ratio]
        cells += [quantity(row.further[name], "B" if "memory" in name or unit == "B" else "") if name in row.further
                  else "" for name in further]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def write(folder, measured):
    """Writes performance.md and a plot for each family of workloads that has an axis."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "performance.md"), "w") as file:
        file.write(f"{machine()}\n\n" + "\n".join(table(workload, rows) for workload, rows in measured))
    families = {}
    for workload, rows in measured:
        if workload.curve:
            families.setdefault(workload.name, []).append((workload, rows))
    for name, family in families.items():
        if len(family) > 1:
            with open(os.path.join(folder, f"{name}.svg"), "w") as file:
                file.write(plot_of(family))


def machine():
    with open("/proc/cpuinfo") as file:
        models = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return f"{len(models)} cores, {models[0] if models else 'unknown'}, load {os.getloadavg()[0]:.1f}"


def plot_of(family):
    curves = {}
    for workload, rows in family:
        for row in rows:
            curves.setdefault(row.name, []).append((workload.place, row.median))
    first = family[0][0]
    return plot(curves, first.curve, first.unit, first.title.split(",")[0].split(" of ")[0].replace("`", ""))


def plot(curves, x_name, y_name, title):
    """Curves over two logarithmic axes, as SVG."""
    width, height, left, right, top, bottom = 720, 400, 70, 190, 40, 50
    xs = [x for points in curves.values() for x, _ in points]
    ys = [y for points in curves.values() for _, y in points if y > 0]
    x_low, x_high = math.log10(min(xs)), math.log10(max(xs)) or 1
    y_low, y_high = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))

    def across(x):
        return left + (math.log10(x) - x_low) / (x_high - x_low) * (width - left - right)

    def up(y):
        return height - bottom - (math.log10(y) - y_low) / (y_high - y_low) * (height - top - bottom)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        'font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{left}" y="22" font-size="15">{title}, {y_name}</text>',
    ]
    for power in range(y_low, y_high + 1):
        y = up(10**power)
        parts.append(f'<path d="M{left} {y:.1f}H{width - right}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{quantity(10**power, "").strip()}</text>')
    free = 0
    for x in sorted(set(xs)):
        parts.append(f'<path d="M{across(x):.1f} {top}V{height - bottom}" stroke="#eee"/>')
        if across(x) < free:
            continue
        # So far to the right no other text has room.
        free = across(x) + 36
        parts.append(f'<text x="{across(x):.1f}" y="{height - bottom + 16}" text-anchor="middle">{axis(x)}</text>')
    parts.append(f'<text x="{(left + width - right) / 2}" y="{height - 12}" text-anchor="middle">{x_name}</text>')
    for index, (name, points) in enumerate(curves.items()):
        colour = COLOURS[index % len(COLOURS)]
        path = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x, y in points:
            parts.append(f'<circle cx="{across(x):.1f}" cy="{up(y):.1f}" r="3" fill="{colour}"/>')
        y = top + 12 + 18 * index
        parts.append(f'<rect x="{width - right + 14}" y="{y - 9}" width="10" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{width - right + 30}" y="{y}">{name}</text>')
    return "\n".join(parts) + "\n</svg>\n"


def axis(value):
    for power, prefix in ((30, "Gi"), (20, "Mi"), (10, "Ki")):
        if value >= 2**power and value % 2**power == 0:
            return f"{int(value) >> power} {prefix}"
    return f"{value:g}"

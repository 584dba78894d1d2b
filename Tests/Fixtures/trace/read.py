"""Reads a trace without any code of mpifutures: the bytes of Perfetto's protocol buffers, by their published numbers.

Prints the calls by worker and by callable, and fails if slices overlap or do not end.
"""

import collections
import mmap
import sys


def varint(data, place):
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7


def fields(data, place, end):
    while place < end:
        tag, place = varint(data, place)
        kind = tag & 7
        if kind == 0:
            value, place = varint(data, place)
            yield tag >> 3, value
        elif kind == 2:
            size, place = varint(data, place)
            yield tag >> 3, (place, place + size)
            place += size
        else:
            raise SystemExit(f"wire type {kind} at {place}")
    if place != end:
        raise SystemExit("a message ends within a field")


def main(path):
    with open(path, "rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    text = lambda range: data[range[0] : range[1]].decode()
    tracks, names, notes, counters = {}, {}, {}, {2: 0, 3: 0}
    calls = collections.Counter()
    by_worker = collections.Counter()
    failed = again = slices = failures = 0
    open_slices, last = {}, {}
    runs = {}
    for number, packet in fields(data, 0, len(data)):
        assert number == 1, "a field of the trace that is no packet"
        time = None
        event = None
        for number, value in fields(data, *packet):
            if number == 8:
                time = value
            elif number == 11:
                event = value
            elif number == 60:
                track = dict(fields(data, *value))
                tracks[track[1]] = text(track[2])
            elif number == 12:
                for kind, value in fields(data, *value):
                    entry = dict(fields(data, *value))
                    (names if kind == 2 else notes)[entry[1]] = text(entry[2])
        if event is None:
            continue
        kind = track = name = None
        values = {}
        for number, value in fields(data, *event):
            if number == 9:
                kind = value
            elif number == 11:
                track = value
            elif number == 10:
                name = names[value]
            elif number == 23:
                name = text(value)
            elif number == 30:
                counters[track] = max(counters[track], value)
            elif number == 4:
                note = dict(fields(data, *value))
                key = notes[note[1]] if 1 in note else text(note[10])
                values[key] = note[3] if 3 in note else text(note[6])
        if kind == 1:
            assert track not in open_slices, "a slice begins within another one"
            assert time >= last.get(track, 0), "slices overlap"
            open_slices[track] = time
            calls[name] += values["calls"]
            by_worker[tracks[track].split(" (")[0]] += values["calls"]
            failed += values.get("failed", 0)
            again += values["calls"] if "try" in values else 0
            slices += 1
        elif kind == 2:
            begin = open_slices.pop(track)
            assert begin <= time, "a slice ends before it begins"
            last[track] = time
        elif kind == 3 and track == 1:
            runs[name] = values
        elif kind == 3:
            failures += 1
    assert not open_slices, "a slice does not end"
    for name in sorted(calls):
        print(f"{name}\t{calls[name]}")
    print(f"workers\t{len(by_worker)}")
    print(f"failed\t{failed}\t{failures}")
    print(f"again\t{again}")
    print(f"counters\t{counters[2]}\t{counters[3]}")
    print(f"end\t{runs['end']['submitted']}\t{runs['end']['retried']}")
    print(f"slices\t{slices}", file=sys.stderr)


main(sys.argv[1])

"""Finds circles between parts of a module: its folders, or its files.

A part uses another part if it names a type or a function that is declared there. Comments and strings do not count.
"""

import re
from collections import defaultdict
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "Sources"

DECLARATION = re.compile(
    r"^(?:@\w+(?:\([^)]*\))?\s+)*"
    r"(?:(?:public|package|internal|private|fileprivate|final|indirect|nonisolated|open)\s+)*"
    r"(?:struct|class|enum|protocol|actor|typealias)\s+(\w+)",
    re.MULTILINE,
)
FUNCTION = re.compile(
    r"^(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal)\s+)*func\s+(\w+)", re.MULTILINE
)


def code(path):
    """The text of a file without comments and strings."""
    text = path.read_text()
    text = re.sub(r'"""(?:.|\n)*?"""', '""', text)
    text = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)
    text = re.sub(r"/\*(?:.|\n)*?\*/", "", text)
    return re.sub(r"//[^\n]*", "", text)


def graph(parts):
    """Which part uses which, and by what names: {part: {other: {name}}}.

    parts: {part: [paths]}. A name that two parts declare at top level is ambiguous, and is passed over.
    """
    texts = {part: "\n".join(code(path) for path in paths) for part, paths in parts.items()}
    owners = defaultdict(set)
    for part, text in texts.items():
        for pattern in (DECLARATION, FUNCTION):
            for name in pattern.findall(text):
                owners[name].add(part)
    uses = {part: defaultdict(set) for part in parts}
    for part, text in texts.items():
        for name in set(re.findall(r"\b[A-Za-z_]\w*\b", text)):
            if len(owners.get(name, ())) == 1:
                (owner,) = owners[name]
                if owner != part:
                    uses[part][owner].add(name)
    return uses


def circles(uses):
    """The strongly connected components with more than one part (Tarjan)."""
    index, low, stack, found, counter = {}, {}, [], [], [0]

    def visit(node):
        index[node] = low[node] = counter[0]
        counter[0] += 1
        stack.append(node)
        for other in uses[node]:
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            component = []
            while True:
                component.append(stack.pop())
                if component[-1] == node:
                    break
            if len(component) > 1:
                found.append(sorted(component))

    for node in uses:
        if node not in index:
            visit(node)
    return found


def describe(title, parts):
    """A text for each circle, with the names that close it."""
    uses = graph(parts)
    for circle in circles(uses):
        lines = [f"{title}: a circle of {len(circle)}: {', '.join(circle)}"]
        for part in circle:
            for other in circle:
                names = uses[part].get(other)
                if names:
                    lines.append(f"    {part} uses {', '.join(sorted(names))} of {other}")
        yield "\n".join(lines)


def folders(module):
    parts = defaultdict(list)
    for path in sorted((SOURCES / module).rglob("*.swift")):
        parts[str(path.parent.relative_to(SOURCES / module))].append(path)
    return parts


def files(module):
    """A type and its extensions in `Type+Facet.swift` are one part."""
    parts = defaultdict(list)
    for path in sorted((SOURCES / module).rglob("*.swift")):
        parts[path.stem.split("+")[0]].append(path)
    return parts

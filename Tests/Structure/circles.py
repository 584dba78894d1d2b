"""Finds circles between parts of a module: its folders, or its files.

A part uses another part if it names a type or a function that is declared there. Comments and strings do not count.
"""

import re
from collections import defaultdict
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "Sources"

ATTRIBUTES = r"(?:@\w+(?:\([^)]*\))?\s+)*"
# A declaration that is private to its file is no name for other parts.
DECLARATION = re.compile(
    rf"^{ATTRIBUTES}(?:(?:public|package|internal|final|indirect|nonisolated|open)\s+)*"
    r"(?:struct|class|enum|protocol|actor|typealias)\s+(\w+)",
    re.MULTILINE,
)
FUNCTION = re.compile(rf"^{ATTRIBUTES}(?:(?:public|package|internal|nonisolated\(nonsending\))\s+)*func\s+(\w+)", re.MULTILINE)
# The names that a file gives to variables, parameters, labels, members and nested types.
OWN = re.compile(
    r"\b(?:let|var|case)\s+\(?([a-z]\w*)|\b([a-z]\w*)\s*:"
    r"|^[ \t]+[^\n]*\bfunc\s+(\w+)|^[ \t]+[^\n]*\b(?:struct|class|enum|typealias)\s+(\w+)",
    re.MULTILINE,
)


def code(path):
    """The text of a file without comments and strings."""
    text = path.read_text()
    text = re.sub(r'"""(?:.|\n)*?"""', '""', text)
    text = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)
    text = re.sub(r"/\*(?:.|\n)*?\*/", "", text)
    return re.sub(r"//[^\n]*", "", text)


def used(text, module, others):
    """The names that a file may use from other parts of its module: {name}.

    `other.name` is a name of another module, or a member. A name that the file itself gives to a variable or a member
    counts only in a call: `name(…)`.
    """
    text = re.sub(rf"(?<![.\w]){module}\.", "", text)
    text = re.sub(rf"(?<![.\w])(?:{'|'.join(others)})\.\w+", "", text)
    own = {name for names in OWN.findall(text) for name in names if name}
    named = set(re.findall(r"(?<![.\w])([A-Za-z_]\w*)", text))
    called = set(re.findall(r"(?<![.\w])(?<!func )([A-Za-z_]\w*)\s*\(", text))
    return (named - own) | called


def graph(module, parts):
    """Which part uses which, and by what names: {part: {other: {name}}}.

    parts: {part: [paths]}, of a module. A name that two parts declare at top level is ambiguous, and is passed over.
    """
    others = {path.name for path in SOURCES.iterdir()} - {module}
    texts = {part: [code(path) for path in paths] for part, paths in parts.items()}
    owners = defaultdict(set)
    for part, files in texts.items():
        for pattern in (DECLARATION, FUNCTION):
            for name in pattern.findall("\n".join(files)):
                owners[name].add(part)
    uses = {part: defaultdict(set) for part in parts}
    for part, files in texts.items():
        for name in set().union(*(used(text, module, others) for text in files)):
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


def describe(module, kind, parts):
    """A text for each circle, with the names that close it."""
    title = f"the {kind} of {module}"
    uses = graph(module, parts(module))
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

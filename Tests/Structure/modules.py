"""Compares the places that list the project's modules, and the imports with what targets declare.

`Package.swift` is the list that counts. The folders of Sources, the Makefile, README and Architecture have to agree
with it.
"""

import json
import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMPORT = re.compile(r"^(?:@\w+ )*(?:(?:public|package|internal|private|fileprivate) )?import (?:\w+ )?(\w+)", re.MULTILINE)


@cache
def targets():
    """The modules of Sources with the modules and products that each declares to depend on."""
    dump = subprocess.run(
        ["swift", "package", "dump-package"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    return {
        target["name"]: {(dependency.get("byName") or dependency.get("product"))[0] for dependency in target["dependencies"]}
        for target in json.loads(dump)["targets"]
        if target["type"] in ("regular", "executable") and not target.get("path")
    }


def closure(found, module):
    """The module and all modules of Sources below it."""
    reached, queue = set(), [module]
    while queue:
        name = queue.pop()
        if name in found and name not in reached:
            reached.add(name)
            queue += found[name]
    return reached


def variable(name):
    """The words of a variable of the Makefile."""
    text = (ROOT / "Makefile").read_text().replace("\\\n", " ")
    return set(re.search(rf"^{name} := (.*)$", text, re.MULTILINE).group(1).split())


def is_c(module):
    return not any((ROOT / "Sources" / module).rglob("*.swift"))


def compare(place, names, expected):
    for name in sorted(expected - names):
        yield f"{place} lacks the module {name}, which Package.swift has"
    for name in sorted(names - expected):
        yield f"{place} names the module {name}, which Package.swift does not have"


def lists():
    """A text for each place that disagrees with Package.swift."""
    found = targets()
    modules = set(found)
    # Completions are files for shells, not code.
    folders = {path.name for path in (ROOT / "Sources").iterdir() if path.is_dir()} - {"Completions"}
    yield from compare("Sources", folders, modules)
    architecture = (ROOT / "Docs" / "Architecture.md").read_text()
    block = architecture[architecture.index("```", architecture.index("## The modules")):]
    block = block[:block.index("```", 3)]
    yield from compare("Docs/Architecture.md", set(re.findall(r"\b\w+\b", block)) & (modules | folders), modules)
    installed = closure(found, "MPIFutures")
    external = {"DequeModule", "InternalCollectionsUtilities", "ContainersPreview"}
    swift = variable("SWIFT_MODULES") - external
    yield from compare("SWIFT_MODULES in the Makefile", swift, {name for name in installed if not is_c(name)})
    yield from compare("C_MODULES in the Makefile", variable("C_MODULES"), {name for name in installed if is_c(name)})


def imports():
    """A text for each import of a module, of this package or another, that its target does not declare."""
    found = targets()
    known = set(found).union(*found.values())
    for module, declared in found.items():
        for path in sorted((ROOT / "Sources" / module).rglob("*.swift")):
            for name in IMPORT.findall(path.read_text()):
                if name in known and name not in declared:
                    place = path.relative_to(ROOT)
                    yield f"{place} imports {name}, which the target {module} does not declare in Package.swift"

"""Mutation testing of `policy`, `access` and `identity`: find changes to the code that no test notices.

    tox run -e mutants -- [TESTS] [--sample 1200] [--seed 1] [--minutes 25] [--jobs 2] [--only 'mocks3/access/acl*']

1. pytest collects the tests in this process. The process imports the code and all libraries, and runs no test.
2. Each test function runs in a forked child. The child records which lines each of its cases runs, and its CPU time.
3. Each mutant of the sample gets a forked child. The child changes the function, and runs the tests of the changed line
   until one fails. A new child has no caches of earlier tests, which could hide the change.

The changes are mutmut's operators and those below. The seed chooses the sample. At the end of the time, the rest of the
sample is "not run". Tests with Hypothesis do not run, and a mutant gets at most `TESTS_OF_ONE` seconds of tests. So
another test may notice a survivor: run it again with `--only NAME` and the folders of more tests.
"""

# ruff: noqa: T201 -- the script prints its result

from __future__ import annotations

import argparse
import contextlib
import difflib
import fnmatch
import gc
import importlib
import os
import pickle
import pkgutil
import random
import resource
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import TypeAlias

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators, operator_string

import mocks3

PACKAGES = ("policy", "access", "identity")
TESTS = [
    "tests/policy", "tests/conformance", "tests/access", "tests/identity", "tests/kms", "tests/directory_buckets",
    "tests/iam", "tests/organizations", "tests/s3control", "tests/sts", "tests/cli",
    "tests/operations/test_object_lambda.py",
]  # fmt: skip
ROOT = Path(mocks3.__file__).parent
TESTS_OF_ONE = 3.0
"""The CPU seconds of tests that a mutant runs at most."""
MEMORY = 4 << 30
"""The bytes of data that a child may allocate. A mutant can append to a list for ever."""
UNCHANGED_CALLS = {"cast", "isinstance", "len"}
KILLED, SURVIVED, NOT_APPLIED = 0, 10, 11
OUTCOMES = ("killed", "survived", "no tests", "timed out", "not run")


# The mutants


def negated(node: cst.If | cst.While | cst.CompIf) -> Iterator[cst.CSTNode]:
    """Negate a condition that has no operator, which mutmut leaves as it is."""
    if not isinstance(node.test, (cst.Comparison, cst.UnaryOperation, cst.BooleanOperation)):
        test = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        yield node.with_changes(test=cst.UnaryOperation(cst.Not(), test))


def removed(node: cst.SimpleStatementLine) -> Iterator[cst.CSTNode]:
    """Remove a statement: a call, a raise, or the value that is returned."""
    [statement, *others] = node.body
    if not others and isinstance(statement, cst.Return) and statement.value is not None:
        yield node.with_changes(body=[cst.Return()])
    if not others and (
        isinstance(statement, (cst.Raise, cst.Return))
        or (isinstance(statement, cst.Expr) and not isinstance(statement.value, cst.BaseString))
    ):
        yield node.with_changes(body=[cst.Pass()])


def unfiltered(node: cst.CompFor) -> Iterator[cst.CSTNode]:
    """Remove the conditions of a comprehension."""
    if node.ifs:
        yield node.with_changes(ifs=[])


def another_text(node: cst.BaseString) -> Iterable[cst.CSTNode]:
    """Take one of mutmut's changes of a text: most texts of AWS mean the same in upper and lower case."""
    return list(operator_string(node))[:1]


OPERATORS: list[tuple[type, Callable[..., Iterable[cst.CSTNode]]]] = [
    *(
        (kind, another_text if operator is operator_string else operator)
        for kind, operator in mutation_operators
    ),
    *((kind, negated) for kind in (cst.If, cst.While, cst.CompIf)),
    (cst.SimpleStatementLine, removed),
    (cst.CompFor, unfiltered),
]


@dataclass(frozen=True)
class Mutant:
    """One change of a file."""

    name: str
    """The file, the line and the operator."""
    path: Path
    lines: range
    """The lines of the innermost statement that is changed."""
    before: cst.CSTNode
    after: cst.CSTNode


class Mutating(cst.CSTVisitor):
    """Makes the mutants of a file: in the bodies of its functions and lambdas."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, path: Path, name: str) -> None:
        super().__init__()
        self.path, self.name = path, name
        self.mutants: list[Mutant] = []
        self.inside = 0
        self.statements = [range(0)]
        self.names = Counter[str]()

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, (cst.Annotation, cst.Decorator, cst.Parameters)):
            return False
        if (
            isinstance(node, cst.Call)
            and isinstance(node.func, cst.Name)
            and node.func.value in UNCHANGED_CALLS
        ):
            return False
        if isinstance(node, cst.Lambda):
            self.inside += 1
        if isinstance(node, (cst.BaseStatement, cst.Lambda)):
            self.statements.append(self.lines_of(node))
        if self.inside:
            self.mutate(node)
        if isinstance(node, cst.FunctionDef):
            self.inside += 1
        return True

    def on_leave(self, node: cst.CSTNode) -> None:
        if isinstance(node, (cst.BaseStatement, cst.Lambda)):
            self.statements.pop()
        if isinstance(node, (cst.FunctionDef, cst.Lambda)):
            self.inside -= 1

    def lines_of(self, node: cst.CSTNode) -> range:
        """Return the lines of a statement; of a compound one, those before its body."""
        place = self.get_metadata(PositionProvider, node)
        body = getattr(node, "body", None)
        if isinstance(node, cst.BaseCompoundStatement) and isinstance(body, cst.IndentedBlock):
            return range(place.start.line, self.get_metadata(PositionProvider, body.body[0]).start.line)
        return range(place.start.line, place.end.line + 1)

    def mutate(self, node: cst.CSTNode) -> None:
        for kind, operator in OPERATORS:
            if not isinstance(node, kind):
                continue
            for changed in operator(node):
                lines = self.statements[-1]
                line = self.get_metadata(PositionProvider, node, None)
                name = f"{self.name}:{line.start.line if line else lines.start}:{operator.__name__}"
                self.names[name] += 1
                self.mutants.append(Mutant(f"{name}:{self.names[name]}", self.path, lines, node, changed))


class Code:
    """The files, their functions in this process, and their mutants."""

    def __init__(self, only: list[str]) -> None:
        for package in PACKAGES:
            for module in pkgutil.walk_packages([str(ROOT / package)], f"mocks3.{package}."):
                importlib.import_module(module.name)
        paths = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
        self.functions: dict[str, list[FunctionType]] = {str(path): [] for path in paths}
        for found in gc.get_objects():
            if type(found) is FunctionType and found.__code__.co_filename in self.functions:
                self.functions[found.__code__.co_filename].append(found)
        self.modules: dict[Path, cst.Module] = {}
        self.mutants: list[Mutant] = []
        for path in paths:
            name = path.relative_to(ROOT.parent).as_posix()
            if not any(fnmatch.fnmatch(name, pattern.partition(":")[0]) for pattern in only):
                continue
            self.modules[path] = cst.parse_module(path.read_text("utf-8"))
            visitor = Mutating(path, name)
            MetadataWrapper(self.modules[path], unsafe_skip_copy=True).visit(visitor)
            self.mutants += [
                m for m in visitor.mutants if any(fnmatch.fnmatch(m.name, each) for each in only)
            ]

    def every_code(self) -> Iterator[CodeType]:
        """Return the code of each function, with that of the functions inside it."""
        for functions in self.functions.values():
            for function in functions:
                yield from within(function.__code__)

    def source(self, mutant: Mutant) -> str:
        """Return the text of a mutant's file."""
        return self.modules[mutant.path].deep_replace(mutant.before, mutant.after).code

    def apply(self, mutant: Mutant) -> bool:
        """Change the functions of this process, and return whether one has changed.

        A function keeps its identity and gets other code, so that every name for it means the changed one.
        """
        old = by_place(compile(self.modules[mutant.path].code, str(mutant.path), "exec", dont_inherit=True))
        new = by_place(compile(self.source(mutant), str(mutant.path), "exec", dont_inherit=True))
        changed = {
            before: after
            for place, codes in old.items()
            for before, after in zip(codes, new.get(place, []), strict=False)
            if before != after
        }
        applied = False
        for function in self.functions[str(mutant.path)]:
            after = changed.get(function.__code__)
            if after is not None and after.co_freevars == function.__code__.co_freevars:
                function.__code__ = after
                applied = True
        return applied

    def difference(self, mutant: Mutant) -> str:
        """Return the changed lines."""
        texts = [self.modules[mutant.path].code.splitlines(), self.source(mutant).splitlines()]
        lines = list(difflib.unified_diff(*texts, n=0, lineterm=""))[3:]
        return "\n".join(f"    {line}" for line in lines)


def within(code: CodeType) -> Iterator[CodeType]:
    """Return a code object and those in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from within(constant)


def by_place(code: CodeType) -> dict[tuple[str, int], list[CodeType]]:
    """Return the code objects in a module by their name and first line."""
    found: dict[tuple[str, int], list[CodeType]] = defaultdict(list)
    for inner in within(code):
        found[inner.co_qualname, inner.co_firstlineno].append(inner)
    return found


# The tests


class Children:
    """Forked children of this process, some at a time. What a child returns is its exit code and a value."""

    def __init__(self, jobs: int, folder: Path) -> None:
        self.jobs, self.folder = jobs, folder
        self.running: dict[int, object] = {}

    def run(
        self, tasks: Iterable[tuple[object, float, Callable[[Path], int]]], end: float
    ) -> Iterator[tuple[object, int, object]]:
        """Run each task in a child, with a limit in CPU seconds, until the end (of the monotonic clock).

        Returns:
            The key of each task, its exit code (negative for a signal), and what it wrote into its file.
        """
        for key, seconds, task in tasks:
            if time.monotonic() > end:
                break
            if len(self.running) >= self.jobs:
                yield self.ended()
            pid = os.fork()
            if not pid:
                self.child(seconds, task)
            self.running[pid] = key
        while self.running:
            yield self.ended()

    def child(self, seconds: float, task: Callable[[Path], int]) -> None:
        """Do a task in the child, which then ends. Signals end it if it needs too much time."""
        code = NOT_APPLIED
        try:
            os.setsid()
            silence = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(silence, stream)
            signal.setitimer(signal.ITIMER_PROF, seconds)
            signal.setitimer(signal.ITIMER_REAL, 60 + 4 * seconds)
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
            code = task(self.folder / str(os.getpid()))
        finally:
            os._exit(code)

    def ended(self) -> tuple[object, int, object]:
        """Wait for a child, and end the processes that it started."""
        pid, status = os.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        file = self.folder / str(pid)
        value = pickle.loads(file.read_bytes()) if file.exists() else None
        file.unlink(missing_ok=True)
        return self.running.pop(pid), os.waitstatus_to_exitcode(status), value


Recording: TypeAlias = dict[str, tuple[float, frozenset[tuple[str, int]]]]
"""By test: its CPU seconds, and the lines of code that it runs."""


@contextlib.contextmanager
def lines_recorded(code: Code) -> Iterator[set[tuple[str, int]]]:
    """Collect the lines that run. Each is reported once, until `restart_events`."""
    monitoring, tool = sys.monitoring, sys.monitoring.COVERAGE_ID
    lines: set[tuple[str, int]] = set()

    def line(at: CodeType, number: int) -> object:
        lines.add((at.co_filename, number))
        return monitoring.DISABLE

    monitoring.use_tool_id(tool, "mutants")
    monitoring.register_callback(tool, monitoring.events.LINE, line)
    for each in code.every_code():
        monitoring.set_local_events(tool, each, monitoring.events.LINE)
    yield lines
    for each in code.every_code():
        monitoring.set_local_events(tool, each, monitoring.events.NO_EVENTS)
    monitoring.free_tool_id(tool)


class Plugin:
    """Replaces pytest's loop: it runs the tests on the code as it is, then on each mutant."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.failed = False
        self.start = time.monotonic()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if not hasattr(getattr(item, "obj", None), "hypothesis")]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed |= report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        code = Code(self.options.only)
        self.items = session.items
        session.config.pluginmanager.unregister(name="terminalreporter")
        gc.collect()
        gc.freeze()
        self.children = Children(self.options.jobs, self.options.folder)
        self.record(code, self.start + 30 * self.options.minutes)
        self.run(code, self.start + 60 * self.options.minutes)
        return True

    def passes(self, chosen: list[int]) -> bool:
        """Run tests until one fails."""
        items = [self.items[number] for number in chosen]
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                return False
        return True

    def record(self, code: Code, end: float) -> None:
        """Run each test on the code as it is: which lines it runs, and how long it takes."""
        kept = self.options.recording
        found: Recording = pickle.loads(kept.read_bytes()) if kept and kept.exists() else {}
        functions: dict[str, list[int]] = defaultdict(list)
        for number, item in enumerate(self.items):
            if item.nodeid not in found:
                functions[function_of(item)].append(number)
        order = random.Random(self.options.seed).sample(sorted(functions), len(functions))
        failing = 0
        with lines_recorded(code) as lines:

            def recorded(numbers: list[int], file: Path) -> int:
                new: Recording = {}
                for number in numbers:
                    lines.clear()
                    sys.monitoring.restart_events()
                    start, self.failed = time.process_time(), False
                    if self.passes([number]):
                        new[self.items[number].nodeid] = time.process_time() - start, frozenset(lines)
                file.write_bytes(pickle.dumps(new))
                return KILLED

            tasks = ((name, 120, lambda file, name=name: recorded(functions[name], file)) for name in order)
            for name, _, new in self.children.run(tasks, end):
                failing += len(functions[name]) - len(new or ())
                found |= new or {}
        if kept:
            kept.write_bytes(pickle.dumps(found))
        self.seconds = {n: found[item.nodeid][0] for n, item in enumerate(self.items) if item.nodeid in found}
        self.tests: dict[tuple[str, int], list[int]] = defaultdict(list)
        for number in self.seconds:
            for line in found[self.items[number].nodeid][1]:
                self.tests[line].append(number)
        counts = f"{len(self.items)} tests: {len(self.seconds)} recorded, {failing} fail without a mutant"
        print(f"{counts}; {sum(self.seconds.values()):.0f} s of CPU time", flush=True)

    def tests_of(self, mutant: Mutant) -> list[int]:
        """Return the tests that run a line of the mutant: short ones first, and one case of each function first."""
        found = {number for line in mutant.lines for number in self.tests.get((str(mutant.path), line), ())}
        cases = Counter[str]()
        order = []
        for number in sorted(found, key=lambda number: (self.seconds[number], number)):
            function = function_of(self.items[number])
            order.append((cases[function], number))
            cases[function] += 1
        chosen, seconds = [], 0.0
        for _, number in sorted(order, key=lambda each: each[0]):
            seconds += self.seconds[number]
            if chosen and seconds > TESTS_OF_ONE:
                break
            chosen.append(number)
        return chosen

    def run(self, code: Code, end: float) -> None:
        """Run the tests on a sample of the mutants, and print the survivors and a table."""
        sample = random.Random(self.options.seed).sample(
            code.mutants, min(self.options.sample, len(code.mutants))
        )
        outcome = {mutant.name: "not run" for mutant in sample}
        tests = {mutant.name: self.tests_of(mutant) for mutant in sample}
        outcome |= {name: "no tests" for name, chosen in tests.items() if not chosen}

        def tried(mutant: Mutant) -> int:
            if not code.apply(mutant):
                return NOT_APPLIED
            return SURVIVED if self.passes(tests[mutant.name]) else KILLED

        def tasks() -> Iterator[tuple[object, float, Callable[[Path], int]]]:
            for mutant in sample:
                if outcome[mutant.name] == "no tests":
                    print(f"no tests: {mutant.name}\n{code.difference(mutant)}", flush=True)
                    continue
                seconds = sum(self.seconds[number] for number in tests[mutant.name])
                yield mutant, 5 + 3 * seconds, lambda _, mutant=mutant: tried(mutant)

        for count, (mutant, status, _) in enumerate(self.children.run(tasks(), end), 1):
            names = {KILLED: "killed", SURVIVED: "survived", NOT_APPLIED: "not run"}
            outcome[mutant.name] = names.get(status, "timed out")
            if status in (SURVIVED, NOT_APPLIED):
                print(f"{outcome[mutant.name]}: {mutant.name}\n{code.difference(mutant)}", flush=True)
            if not count % 100:
                print(table(code.mutants, outcome), flush=True)
        print(table(code.mutants, outcome))


def function_of(item: pytest.Item) -> str:
    """Return the name of a test without its parameters."""
    return item.nodeid.partition("[")[0]


def table(every: list[Mutant], outcome: dict[str, str]) -> str:
    """Return the counts by package."""
    lines = [f"{'package':18}{'mutants':>9}{'sample':>8}" + "".join(f"{name:>11}" for name in OUTCOMES)]
    for package in (*(f"mocks3/{name}/" for name in PACKAGES), ""):
        counts = Counter(result for name, result in outcome.items() if name.startswith(package))
        whole = sum(mutant.name.startswith(package) for mutant in every)
        lines.append(
            f"{package or 'all':18}{whole:>9}{sum(counts.values()):>8}"
            + "".join(f"{counts[name]:>11}" for name in OUTCOMES)
        )
    return "\n".join(lines)


def main() -> int:
    """Collect the tests, and run them on the mutants."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--sample", type=int, default=1200)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--minutes", type=float, default=25)
    arguments.add_argument("--jobs", type=int, default=1)
    arguments.add_argument("--only", nargs="+", default=["*"], metavar="NAME")
    arguments.add_argument("--recording", type=Path, help="keep what step 2 records, for runs at this commit")
    arguments.add_argument("tests", nargs="*", default=TESTS)
    options = arguments.parse_args()
    if sys.version_info < (3, 12):
        sys.exit("sys.monitoring needs Python 3.12 or newer")
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        options.folder = Path(folder)
        plugins = [f"-pno:{name}" for name in ("randomly", "xdist", "cacheprovider")]
        return pytest.main(
            ["-q", "-s", f"--basetemp={folder}/tests", *plugins, *options.tests], [Plugin(options)]
        )


if __name__ == "__main__":
    sys.exit(main())

"""Mutation testing of `mocks3.policy`, on demand: which changes to the code does no test notice?

    python tests/policy/mutation.py [--sample 200] [--seed 1] [--jobs 2] [--only findings.py]

Every mutant is the package with one small change, in a directory of its own, and the tests of this folder are run on
it until the first one fails; Hypothesis's and the timed ones are left out of that, which makes the score a lower bound.
Survivors are printed with the line as it was and as it became.
"""

# ruff: noqa: T201 -- a script speaks by printing

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "mocks3" / "policy"
LEFT_OUT = ("test_docs.py", "test_fuzz.py", "test_properties.py")
TIME_LIMIT = 90  # seconds; a mutant that never ends is noticed, too

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


class Mutant(NamedTuple):
    path: Path
    line: int
    before: str
    after: str
    source: str


def changed(node: ast.AST) -> Iterator[ast.AST]:
    """The small changes of one node."""
    new = copy.deepcopy(node)
    if isinstance(new, ast.Compare) and type(new.ops[0]) in COMPARISONS:
        new.ops[0] = COMPARISONS[type(new.ops[0])]()
        yield new
    elif isinstance(new, ast.BoolOp):
        new.op = ast.Or() if isinstance(new.op, ast.And) else ast.And()
        yield new
        for number in range(len(new.values)):
            rest = [value for index, value in enumerate(copy.deepcopy(node).values) if index != number]  # type: ignore[attr-defined]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(copy.deepcopy(node).op, rest)  # type: ignore[attr-defined]
    elif isinstance(new, ast.UnaryOp) and isinstance(new.op, ast.Not):
        yield new.operand
    elif isinstance(new, ast.If | ast.IfExp | ast.While):
        new.test = ast.UnaryOp(ast.Not(), new.test)
        yield new
    elif isinstance(new, ast.Constant) and isinstance(new.value, bool):
        yield ast.Constant(not new.value)
    elif isinstance(new, ast.Constant) and isinstance(new.value, int):
        yield ast.Constant(new.value + 1)
    elif isinstance(new, ast.Return) and new.value is not None and not isinstance(new.value, ast.Constant):
        new.value = ast.Constant(None)
        yield new
    elif isinstance(new, ast.BinOp) and isinstance(new.op, ast.Add | ast.Sub | ast.BitOr | ast.BitAnd):
        swap = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr}
        new.op = swap[type(new.op)]()
        yield new


def in_signatures(tree: ast.AST) -> set[ast.AST]:
    """Annotations, decorators and docstrings: no behaviour of ours."""
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef):
            parts += [node.returns, *node.decorator_list]
        elif isinstance(node, ast.ClassDef):
            parts += node.decorator_list
        elif isinstance(node, ast.arg | ast.AnnAssign):
            parts.append(node.annotation)
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__slots__":
            parts.append(node.value)
        elif isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            parts.append(node)
        for part in parts:
            if part is not None:
                skipped.update(ast.walk(part))
    return skipped


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mutant of one file."""
    tree = ast.parse(path.read_text("utf-8"))
    skipped = in_signatures(tree)
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            for index, node in enumerate(value if isinstance(value, list) else [value]):
                if not isinstance(node, ast.AST) or node in skipped:
                    continue
                for new in changed(node):
                    if isinstance(value, list):
                        value[index] = new
                    else:
                        setattr(parent, field, new)
                    source = ast.unparse(ast.fix_missing_locations(tree))
                    before, after = (
                        ast.unparse(ast.fix_missing_locations(n)).splitlines()[0] for n in (node, new)
                    )
                    yield Mutant(path, getattr(node, "lineno", 0), before, after, source)
                    if isinstance(value, list):
                        value[index] = node
                    else:
                        setattr(parent, field, node)


def survives(mutant: Mutant) -> bool:
    """Whether every test passes on the mutant."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        shutil.copytree(PACKAGE, home / "mocks3" / "policy", ignore=shutil.ignore_patterns("__pycache__"))
        (home / "mocks3" / "__init__.py").touch()
        shutil.copytree(
            ROOT / "tests" / "policy", home / "tests" / "policy", ignore=shutil.ignore_patterns(*LEFT_OUT)
        )
        (home / "mocks3" / "policy" / mutant.path.relative_to(PACKAGE)).write_text(mutant.source, "utf-8")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "--import-mode=importlib",
            "-p",
            "no:randomly",
            "-p",
            "no:xdist",
        ]
        try:
            done = subprocess.run(
                [*command, "-p", "no:cacheprovider", "tests/policy"],
                cwd=home,
                env=os.environ
                | {"PYTHONPATH": name, "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
                capture_output=True,
                timeout=TIME_LIMIT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sample", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--jobs", type=int, default=2)
    arguments.add_argument("--only", default="")
    options = arguments.parse_args()
    whole = [m for path in sorted(PACKAGE.rglob("*.py")) if options.only in str(path) for m in mutants(path)]
    chosen = random.Random(options.seed).sample(whole, min(options.sample, len(whole)))
    survivors = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for mutant, alive in zip(chosen, pool.map(survives, chosen), strict=True):
            if alive:
                survivors += 1
                where = f"{mutant.path.relative_to(ROOT)}:{mutant.line}"
                print(f"{where}: {mutant.before}  ->  {mutant.after}", flush=True)
    print(f"{len(chosen) - survivors} of {len(chosen)} mutants noticed ({len(whole)} in all)")


if __name__ == "__main__":
    main()

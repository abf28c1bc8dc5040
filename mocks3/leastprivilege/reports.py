"""The report of least privilege: the difference of each policy, what was never used, and the files."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mocks3.leastprivilege.formats import FORMATS, written
from mocks3.leastprivilege.narrowing import SmallerPolicy, SmallerPrincipal, narrow

if TYPE_CHECKING:
    from mocks3.leastprivilege.usage import Usage


def smaller(usage: Usage) -> list[SmallerPrincipal]:
    """Return the smaller policies of all principals of a run, in the order of their ARNs."""
    return [narrow(usage.principals[arn]) for arn in sorted(usage.principals)]


def lines(found: Iterable[SmallerPrincipal]) -> Iterator[str]:
    """Yield the lines of the report."""
    for principal in found:
        yield principal.arn
        for policy in principal.policies:
            yield from (f"  {line}" if line else "" for line in _policy(policy))
        yield f"  {principal.verification}"
        yield ""


def _policy(policy: SmallerPolicy) -> Iterator[str]:
    unused = [each for each in policy.grants if not each.count]
    if _text(policy.before.document) == _text(policy.after):
        yield f"{policy.name}: nothing to remove"
        return
    yield f"{policy.name}:"
    for each in unused:
        yield f"  granted but never used: {each.text} ({each.statement})"
    for each in policy.grants:
        if each.count:
            times = "once" if each.count == 1 else f"{each.count} times"
            yield f"  used {times}, last at {each.last}: {each.text} ({each.statement})"
    if policy.after is None:
        yield "  the policy is not needed: no call of the run needed one of its statements"
        return
    yield from _difference(policy)


def _text(document: Any) -> str:
    return json.dumps(document, indent=2)


def _difference(policy: SmallerPolicy) -> Iterator[str]:
    before, after = (_text(each).splitlines() for each in (policy.before.document, policy.after))
    for line in difflib.unified_diff(before, after, "present", "smaller", lineterm="", n=2):
        yield f"  {line}"


def write(found: Iterable[SmallerPrincipal], folder: Path, form: str = "json") -> list[Path]:
    """Write the smaller policies to files ``ACCOUNT/role/NAME/POLICY.json``. Return their paths."""
    paths = []
    for principal in found:
        account, _, name = principal.arn.partition("::")[2].partition(":")
        for policy in principal.policies:
            if policy.after is None:
                continue
            file = re.sub(r"[^\w.-]+", "_", policy.name.rpartition("/")[2])
            path = folder / account / name / f"{file}{FORMATS[form]}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                written(form, f"{name.rpartition('/')[2]}-{file}", policy.after), encoding="utf-8"
            )
            paths.append(path)
    return paths

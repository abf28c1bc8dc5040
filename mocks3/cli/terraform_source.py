"""Find the place in ``.tf`` files from which a policy in a plan was made. A user can edit this place.

``terraform show -json`` prints one line, without the places of the source. A block is found by its type and name, if
only one block in the folder of the plan has them. The text of a finding is searched in the block, and in the
``aws_iam_policy_document`` that the block refers to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from mocks3.policy.reading import unescaped

_BLOCK = re.compile(
    r'^(?P<mode>resource|data)[ \t]+"(?P<type>[\w-]+)"[ \t]+"(?P<name>[\w-]+)".*?^\}',
    re.MULTILINE | re.DOTALL,
)
_REFERENCE = re.compile(r"\bdata\.aws_iam_policy_document\.([\w-]+)")
_MODES = {"managed": "resource", "data": "data"}


class TerraformBlock(NamedTuple):
    """A block of a ``.tf`` file: the file, its text, and where the block begins and ends in it."""

    path: Path
    text: str
    start: int
    end: int

    def place(self, at: int) -> tuple[Path, int, int]:
        """Return the file, the line and the column of a position in the text."""
        return self.path, self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at)


class TerraformSource:
    """The blocks of the ``.tf`` files in the folder of a plan.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _blocks(self) -> Mapping[tuple[str, str, str], list[TerraformBlock]]:
        found: dict[tuple[str, str, str], list[TerraformBlock]] = {}
        for path in sorted(self._folder.rglob("*.tf")):
            if ".terraform" in path.parts:
                continue  # copies of modules of others
            try:
                text = path.read_text("utf-8", errors="replace")
            except OSError:
                continue
            for match in _BLOCK.finditer(text):
                block = TerraformBlock(path, text, match.start(), match.end())
                found.setdefault((match["mode"], match["type"], match["name"]), []).append(block)
        return found

    def place(self, resource: object, document: Any, pointer: str) -> tuple[Path, int, int] | None:
        """Return the place of a part of a policy.

        Args:
            resource: The resource in the plan.
            document: The policy.
            pointer: The JSON pointer of the part in the policy.

        Returns:
            The file, the line and the column; None if the folder does not have the block, or has several.
        """
        if not isinstance(resource, Mapping):
            return None
        mode = _MODES.get(str(resource.get("mode")), "")
        block = self._only(mode, str(resource.get("type")), str(resource.get("name")))
        if block is None:
            return None
        for text in _texts(document, pointer):
            for each in (block, *self._documents(block)):
                at = each.text.find(json.dumps(text, ensure_ascii=False), each.start, each.end)
                if at >= 0:
                    return each.place(at)
        return block.place(block.start)

    def _only(self, mode: str, kind: str, name: str) -> TerraformBlock | None:
        found = self._blocks.get((mode, kind, name), [])
        return found[0] if len(found) == 1 else None

    def _documents(self, block: TerraformBlock) -> Iterator[TerraformBlock]:
        for name in dict.fromkeys(_REFERENCE.findall(block.text, block.start, block.end)):
            found = self._only("data", "aws_iam_policy_document", name)
            if found is not None:
                yield found


def _texts(document: Any, pointer: str) -> Iterator[str]:
    """Yield the texts that a finding can be about, the most exact first: the value, the condition key, the Sid."""
    steps = [unescaped(each) for each in pointer.split("/")[1:]]
    value, statement = document, None
    for number, step in enumerate(steps):
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, Mapping) and step in value:
            value = value[step]
        else:
            break
        if steps[0] == "Statement" and number < 2 and isinstance(value, Mapping):
            statement = value
    if isinstance(value, str):
        yield value
    if "Condition" in steps:
        yield from (each for each in reversed(steps) if ":" in each)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        yield from value
    if statement is not None and isinstance(statement.get("Sid"), str):
        yield statement["Sid"]

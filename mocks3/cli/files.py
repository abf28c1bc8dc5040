"""Read policies, bare or as the AWS CLI prints them.

Rule: every error in a file is a :class:`FileError` with its line and column, also inside an envelope.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mocks3.cli.file_errors import FileError
from mocks3.handles.cli_output import policy_document
from mocks3.policy import Policy, PolicyKind, PolicySyntaxError
from mocks3.policy.reading import JsonPositions, read

if TYPE_CHECKING:
    from mocks3.load.yaml_text import YamlPlaces


@dataclass(frozen=True)
class PolicyFile:
    """A policy from a file. ``text`` is the policy alone; ``pointer`` is its JSON pointer within the file."""

    path: Path
    whole: str
    text: str
    pointer: str
    embedded: bool

    @cached_property
    def _places(self) -> JsonPositions | YamlPlaces:
        if is_json(self.whole):
            return JsonPositions(self.whole)
        from mocks3.load.yaml_text import YamlPlaces

        return YamlPlaces(self.whole)

    def fault(self, message: str, pointer: str = "") -> FileError:
        """Return the error for a place of the policy."""
        # A policy that is a JSON string has no lines of its own in the file.
        line, column = self._places.locate(self.pointer if self.embedded else f"{self.pointer}{pointer}")
        return FileError(self.path, message, line, column)

    def check(self, kind: PolicyKind) -> Policy:
        """Return the parsed policy.

        Raises:
            FileError: IAM or S3 would reject it as a policy of this kind.
        """
        try:
            policy = Policy.parse(self.text, name=self.path.name, kind=kind)
            policy.check_strictly(kind)
        except PolicySyntaxError as error:
            raise self.fault(f"{error.detail} [{error.reason}]", error.pointer) from None
        return policy


def text_of(path: Path) -> str:
    """Return the file's text. Raise FileError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise FileError(path, "the file does not exist") from None
    except IsADirectoryError:
        raise FileError(path, "this is a folder, not a file") from None
    except (OSError, ValueError) as error:
        raise FileError(path, f"the file cannot be read: {error}") from None


def json_of(path: Path) -> tuple[str, Any]:
    """Return the file's text and the JSON value in it. Raise FileError."""
    text = text_of(path)
    try:
        return text, read(text)
    except PolicySyntaxError as error:
        from mocks3.load.looks import of_text

        hint = of_text(text) if error.reason == "not-json" else None
        raise FileError(path, hint or error.detail, error.line or 1, error.column or 1) from None


def is_json(text: str) -> bool:
    """Return whether a text that is JSON or YAML is JSON."""
    return text.lstrip()[:1] in ("{", "[")


def policy_in(path: Path) -> PolicyFile:
    """Return the policy in a file, bare or as the AWS CLI prints it. Raise FileError."""
    return policy_of(path, *json_of(path))


def policy_of(path: Path, whole: str, value: Any) -> PolicyFile:
    """Return the policy in the value of a file."""
    found = policy_document(value)
    if isinstance(found.document, str):
        return PolicyFile(path, whole, found.document, found.pointer, embedded=True)
    text = whole if not found.pointer else JsonPositions(whole).cut(found.pointer)
    return PolicyFile(path, whole, text, found.pointer, embedded=False)

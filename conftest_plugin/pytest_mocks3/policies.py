"""``s3_policy``: a policy's text, of a file beside the test or from short arguments."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from mocks3.policy import Policy, PolicySyntaxError

Names = str | Iterable[str]


class MakePolicy:
    """The fixture ``s3_policy``. Gives JSON text, which everything that takes a policy takes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(
        self,
        file: str | Path | None = None,
        *,
        allow: Names = (),
        deny: Names = (),
        on: Names = "*",
        principal: str | Mapping[str, Any] | None = None,
        when: Mapping[str, Mapping[str, Any]] | None = None,
        sid: str | None = None,
    ) -> str:
        """The policy in ``file``, a path from the test's folder; or one of the other arguments.

        Args: ``allow`` and ``deny`` actions, one or several, giving a statement each; ``on`` what they are about:
        ARNs, or ``bucket`` and ``bucket/key*``; ``principal`` for bucket policies: an ARN, ``"*"`` or the element
        itself; ``when`` the Condition element; ``sid`` the statement's name. Fails the test for a file that is not
        there, and for one that is no policy, with its line and column.
        """
        if file is not None:
            return self._read(self._folder / file)
        extra: dict[str, Any] = {} if sid is None else {"Sid": sid}
        who = {} if principal is None else {"Principal": _principal(principal)}
        statements = [
            {**extra, "Effect": effect, **who, "Action": _several(actions), "Resource": _arns(on)}
            | ({"Condition": dict(when)} if when else {})
            for effect, actions in (("Allow", allow), ("Deny", deny))
            if actions
        ]
        if not statements:
            pytest.fail("s3_policy takes a file, or actions to allow= or deny=", pytrace=False)
        return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)

    def _read(self, path: Path) -> str:
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            there = [each.name for each in path.parent.glob("*.json")] if path.parent.is_dir() else []
            close = difflib.get_close_matches(path.name, there, 1)
            hint = f"; did you mean {close[0]}?" if close else ""
            pytest.fail(f"s3_policy: there is no {path}{hint}", pytrace=False)
        try:
            Policy.parse(text)
        except PolicySyntaxError as error:
            if error.reason != "missing-resource":  # a trust policy has none
                where = f"{path}:{error.line or 1}:{error.column or 1}"
                pytest.fail(f"{where}: {error.detail} [{error.reason}]", pytrace=False)
        return text


def _several(names: Names) -> str | list[str]:
    return names if isinstance(names, str) else list(names)


def _arns(names: Names) -> str | list[str]:
    return _arn(names) if isinstance(names, str) else [_arn(each) for each in names]


def _arn(name: str) -> str:
    return name if name == "*" or name.startswith("arn:") else f"arn:aws:s3:::{name}"


def _principal(named: str | Mapping[str, Any]) -> str | dict[str, Any]:
    if isinstance(named, Mapping):
        return dict(named)
    return named if named == "*" else {"AWS": named}

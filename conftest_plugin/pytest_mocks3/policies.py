"""The fixture ``s3_policy``: the JSON text of a policy, from a file or from short arguments."""

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
    """The value of the fixture ``s3_policy``. It returns JSON text, which every ``policy`` argument accepts."""

    def __init__(self, folder: Path, fixture: str = "s3_policy") -> None:
        self._folder = folder
        self._fixture = fixture

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
        """Return the policy in ``file``, or one that is built from the other arguments.

        Args:
            file: A path relative to the folder of the test.
            allow: One or several actions; they give a statement with Effect Allow.
            deny: One or several actions; they give a statement with Effect Deny.
            on: One or several resources: ARNs, or short ``bucket`` and ``bucket/key*``.
            principal: For bucket policies: an ARN, ``"*"`` or the element Principal itself.
            when: The element Condition.
            sid: The element Sid.

        Returns:
            The JSON text. The test fails if the file does not exist, or is not a valid policy; the message names the
            line and column.
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
            pytest.fail(f"{self._fixture} takes a file, or actions to allow= or deny=", pytrace=False)
        return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)

    def _read(self, path: Path) -> str:
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            files = [each.name for each in path.parent.glob("*.json")] if path.parent.is_dir() else []
            close = difflib.get_close_matches(path.name, files, 1)
            hint = f"; did you mean {close[0]}?" if close else ""
            pytest.fail(f"{self._fixture}: there is no {path}{hint}", pytrace=False)
        try:
            Policy.parse(text)
        except PolicySyntaxError as error:
            if error.reason != "missing-resource":  # a trust policy has no Resource
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

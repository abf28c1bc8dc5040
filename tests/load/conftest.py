"""Files as people have them, written into a folder, and policies."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

OPS = "111122223333"
DEV = "444455556666"


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy document of statements, which allow unless they say otherwise."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]}


def text(document: dict[str, Any]) -> str:
    """A document as JSON text, as S3 and KMS return policies."""
    return json.dumps(document)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, Any], Path]:
    """Write a file below the test's folder. Text is written as it is, any other value as JSON."""

    def write(name: str, value: Any) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value if isinstance(value, str) else json.dumps(value, indent=4), "utf-8")
        return path

    return write


def code(call: Callable[[], Any]) -> str:
    """The error code of a call, or ``ok``."""
    from botocore.exceptions import ClientError

    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "ok"

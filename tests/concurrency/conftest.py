"""Fixtures of the tests of threads: a new AWS, and a way to change its state in the middle of a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mocks3 import mock_s3, pipeline
from mocks3.handles.mock_aws import MockAWS

Between = Callable[[Callable[[], object]], None]


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3(new_bucket_defaults="legacy") as world:
        yield world


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Between:
    """Call a function once, after the next request is authorized and before its operation runs."""

    def arrange(change: Callable[[], object]) -> None:
        operate = pipeline.operate

        def changed(operation: Any, call: Any) -> Any:
            monkeypatch.setattr(pipeline, "operate", operate)
            change()
            return operate(operation, call)

        monkeypatch.setattr(pipeline, "operate", changed)

    return arrange

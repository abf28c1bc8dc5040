"""The world that every worked example starts from: made once a module, and restored before each example."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mocks3 import mock_s3

from .world import World


@pytest.fixture(scope="module")
def start() -> Iterator[tuple[World, Any]]:
    with mock_s3() as aws:
        world = World(aws)
        world.begin()
        yield world, aws.snapshot()


@pytest.fixture
def w(start: tuple[World, Any]) -> World:
    world, mark = start
    world.aws.restore(mark)
    return World(world.aws)

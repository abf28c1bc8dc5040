"""The world in which every worked example starts: created once a module, and restored before each example."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mocks3 import mock_s3

from .world import World


@pytest.fixture(scope="module")
def initial_world() -> Iterator[tuple[World, Any]]:
    with mock_s3() as aws:
        world = World(aws)
        world.set_up()
        yield world, aws.snapshot()


@pytest.fixture
def world(initial_world: tuple[World, Any]) -> World:
    made, mark = initial_world
    made.aws.restore(mark)
    return World(made.aws)

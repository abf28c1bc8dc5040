"""Every client makes the calls of ``story``. boto3 reads what it writes, and writes what it reads.

A client that is not installed is skipped, except in the environment of its family: ``tox run -e clients`` runs all
families. The clients that need nothing but the test dependencies run in every test run.
"""

from __future__ import annotations

from typing import Any

import pytest

from .families import FAMILIES, REQUIRED
from .story import STEPS, play

pytestmark = [
    pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning"),  # of Libcloud, minio-py
    pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning"),  # of miniopy-async
    pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning"),  # of dask
]
EVERY = [step.__name__ for step in STEPS]


def each_adapter(place: str) -> Any:
    """Parametrize a test with the adapters of a place, ``inside`` or ``served``."""
    names = [REQUIRED] if REQUIRED else list(FAMILIES)
    return pytest.mark.parametrize(
        ("family", "adapter"),
        [
            pytest.param(name, adapter, id=f"{name}-{adapter.__name__}")
            for name in names
            for adapter in getattr(FAMILIES[name], place)
        ],
    )


def steps_of(adapter: Any) -> list[str]:
    return [name for name in EVERY if hasattr(adapter, name)]


def makes_every_call(adapter: Any, place: Any) -> None:
    try:
        client = adapter(place)
    except pytest.skip.Exception as skipped:
        if REQUIRED:
            pytest.fail(f"{adapter.title} must run in the environment of its family: {skipped}")
        raise
    played = play(client, place.aws.client())
    assert played == steps_of(adapter)
    assert played


@each_adapter("inside")
def test_in_this_process(inside: Any, family: str, adapter: Any) -> None:
    makes_every_call(adapter, inside)


@each_adapter("served")
def test_through_the_server(served: Any, family: str, adapter: Any) -> None:
    makes_every_call(adapter, served)


def test_the_whole_story_is_played() -> None:
    boto3 = FAMILIES["sdk"].inside[0]
    only_libraries = ("table", "dataset", "format")
    assert steps_of(boto3) == [name for name in EVERY if not name.endswith(only_libraries)]
    every = {
        name
        for family in FAMILIES.values()
        for place in family
        for adapter in place
        for name in steps_of(adapter)
    }
    assert every == set(EVERY)

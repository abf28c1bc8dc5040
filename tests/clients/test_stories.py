"""Every client makes the calls of ``story``. boto3 reads what it writes, and writes what it reads.

Families of clients need libraries that need certain versions of others. Each family has an environment of tox:
``tox run -m clients`` runs all. A client that is not installed is skipped. The families ``sdk`` and ``http`` run in
every test run.
"""

from __future__ import annotations

from typing import Any

import pytest

from . import (
    adapters_async,
    adapters_files,
    adapters_http,
    adapters_javascript,
    adapters_native,
    adapters_programs,
    adapters_sdk,
)
from .story import STEPS, play

EVERY = [step.__name__ for step in STEPS]

INSIDE = (
    *adapters_sdk.ADAPTERS,
    *adapters_http.ADAPTERS,
    *adapters_files.ADAPTERS,
    *adapters_async.ADAPTERS,
)
SERVED = (
    adapters_sdk.Boto3Client,
    adapters_http.HttpClient,
    adapters_files.Pandas,
    *adapters_native.ADAPTERS,
    *adapters_programs.ADAPTERS,
    *adapters_javascript.ADAPTERS,
)


def steps_of(adapter: Any) -> list[str]:
    return [name for name in EVERY if hasattr(adapter, name)]


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")  # of Libcloud
@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")  # of miniopy-async
@pytest.mark.parametrize("adapter", INSIDE, ids=lambda each: each.__name__)
def test_in_this_process(inside: Any, adapter: Any) -> None:
    played = play(adapter(inside), inside.aws.client())
    assert played == steps_of(adapter)
    assert played


@pytest.mark.parametrize("adapter", SERVED, ids=lambda each: each.__name__)
def test_through_the_server(served: Any, adapter: Any) -> None:
    played = play(adapter(served), served.aws.client())
    assert played == steps_of(adapter)
    assert played


def test_the_whole_story_is_played() -> None:
    assert steps_of(adapters_sdk.Boto3Client) == [name for name in EVERY if "table" not in name]
    every = {name for adapter in (*INSIDE, *SERVED) for name in steps_of(adapter)}
    assert every == set(EVERY)

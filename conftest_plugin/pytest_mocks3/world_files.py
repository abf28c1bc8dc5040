"""The marker ``s3_world("infra/template.yaml")``: a test starts from what files say.

The files are loaded once in a run for each seed and each set of arguments. Later tests restore the snapshot.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from mocks3 import Mocks3Error
from mocks3.handles.mock_aws import MockAWS, Snapshot


class Built(NamedTuple):
    """A world after a load: the snapshot that it began with, and the one after it."""

    before: Snapshot
    after: Snapshot


BUILT = pytest.StashKey[dict[str, Built]]()


def load(item: pytest.Item, world: MockAWS, before: Snapshot) -> None:
    """Create in the world what the files of the test's markers say, or restore the snapshot of an earlier load.

    Args:
        item: The test.
        world: The test's world, in the state ``before``.
        before: The snapshot of the seed.
    """
    marks = list(item.iter_markers("s3_world"))[::-1]  # the closest one last
    key = repr((marks, world.settings, world.folders))
    built = item.config.stash.setdefault(BUILT, {})
    known = built.get(key)
    if known is not None and known.before is before:
        world.restore(known.after)
        return
    for mark in marks:
        _load(mark, world)
    built[key] = Built(before, world.snapshot())


def _load(mark: pytest.Mark, world: MockAWS) -> None:
    if not mark.args:
        pytest.fail(
            'the marker s3_world names files or folders, as in s3_world("infra/template.yaml")', pytrace=False
        )
    arguments: dict[str, Any] = dict(mark.kwargs)
    try:
        loaded = world.load(*mark.args, **arguments)
    except Mocks3Error as error:
        pytest.fail(f"mocks3: s3_world: {error}", pytrace=False)
    world.notes += [
        f"{each.place.file}: {each.what} was not understood: {each.reason}" for each in loaded.unread
    ]
    world.notes += [f"assumed: {each}" for each in loaded.assumed]

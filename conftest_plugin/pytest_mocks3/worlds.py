"""The world of each test: seeded once, restored for each test, open while the test runs.

How seeds stack: an override of ``aws_seed`` adds to the same world that the fixture below it made. What the world held
when each of them was done is kept in a mark; a test restores the mark of the seed that is closest to it, and a seed
that is made between two tests begins from the mark of the one below it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, NamedTuple

import pytest

from mocks3 import Mocks3Error
from mocks3.handles import principal_names
from mocks3.handles.mock_aws import Mark, MockAWS
from mocks3.mocking.mock import Reopened, act_as, mock_s3
from mocks3.model.world import Settings
from mocks3.storage.iam import AccessKeyRecord
from pytest_mocks3 import options


class Seed(NamedTuple):
    """A seeded world, and what was in it when its seed was done."""

    world: MockAWS
    mark: Mark


class Waiting(NamedTuple):
    """A test whose principal was not there yet when its world opened: the key that will be the principal's."""

    world: MockAWS
    key: AccessKeyRecord


SEEDS = pytest.StashKey["dict[pytest.FixtureDef[Any], Seed]"]()
WAITING = pytest.StashKey[Waiting]()


def new(config: pytest.Config) -> MockAWS:
    """An empty world, behaving as the run was told."""
    return MockAWS(_settings(options.for_run(config)))


def _settings(told: dict[str, Any]) -> Settings:
    try:
        settings: Settings = mock_s3(**told)._make().settings
    except Mocks3Error as error:
        pytest.fail(f"mocks3: s3_principal: {error}", pytrace=False)
    return settings


def ask_for(item: pytest.Item) -> None:
    """Let a test that is marked have the fixture ``aws``, before the other fixtures that are made for it alone."""
    names: list[str] | None = getattr(item, "fixturenames", None)
    if names is None or "aws" in names:
        return
    known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    wider = [name for name in names if (found := known.get(name)) and found[-1].scope != "function"]
    names.insert(len(wider), "aws")


@contextmanager
def seeding(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Iterator[Callable[[Any], Any]]:
    """Around the making of one seed. Gives what takes the made world in, and gives it back."""
    seeds = request.config.stash.setdefault(SEEDS, {})
    below = seeds.get(_below(fixturedef, request))  # type: ignore[arg-type]
    if below is not None:
        _bring_back(below, below.world.settings)

    def keep(world: Any) -> Any:
        if not isinstance(world, MockAWS):
            pytest.fail(f"aws_seed is to return the world it seeded, not {world!r}", pytrace=False)
        world.decisions.clear()  # what seeding took is no test's business
        world.calls.clear()
        seeds[fixturedef] = Seed(world, world.snapshot())
        return world

    with nullcontext() if below is None else Reopened(below.world):
        yield keep


@contextmanager
def untouched(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Iterator[None]:
    """Around the making of a wider fixture that asks for the seed. Fails where it makes something in it."""
    world = request.getfixturevalue("aws_seed")
    before = world.snapshot()
    yield
    after = world.snapshot()
    if (before.store.buckets, before.iam, before.kms) != (
        after.store.buckets,
        after.iam,
        after.kms,
    ):
        pytest.fail(
            f"the {fixturedef.scope} fixture {fixturedef.argname!r} changes the world of aws_seed, which each test "
            "gets as aws_seed left it: make it in an override of aws_seed, or for each test in a fixture that uses aws",
            pytrace=False,
        )


def _bring_back(seed: Seed, settings: Settings) -> None:
    world = seed.world
    world.restore(seed.mark)
    if world.settings != settings:
        world.clients.clear()  # they have the Region of before
        world.settings = settings
    world.account()  # the default one may be another than the seed's


def _chain(request: pytest.FixtureRequest) -> list[pytest.FixtureDef[Any]]:
    """The definitions of ``aws_seed`` that a node sees, each overriding the one before."""
    # pytest 8.0 takes the node's id.
    node: Any = request.node if pytest.version_tuple >= (8, 1) else request.node.nodeid
    found = request.session._fixturemanager.getfixturedefs("aws_seed", node)
    return list(found or ())


def _below(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> pytest.FixtureDef[Any] | None:
    chain = _chain(request)
    place = chain.index(fixturedef) if fixturedef in chain else 0
    return chain[place - 1] if place else None


@contextmanager
def opened(request: pytest.FixtureRequest, world: MockAWS) -> Iterator[MockAWS]:
    """The world as its seed left it, open, with the ambient credentials that the test is marked for."""
    seeds = request.config.stash.get(SEEDS, {})
    chain = _chain(request)
    seed = seeds.get(chain[-1]) if chain else None
    if seed is None or seed.world is not world:  # given by other means than a fixture function
        seed = Seed(world, world.snapshot())
    _bring_back(seed, _settings(options.for_test(request.node)))
    with Reopened(world):
        try:
            _act(request.node, world)
            yield world
        finally:
            act_as(world, None)


def _act(item: pytest.Item, world: MockAWS) -> None:
    """Make the ambient credentials those of the test's principal, who may also be made by a later fixture."""
    who = _principal(item)
    if who is None:
        return
    key = _found(world, who)
    if key is None:
        key = world.iam.issue_key(world.settings.account)
        item.stash[WAITING] = Waiting(world, key)
    act_as(world, key)


def act_at_last(item: pytest.Item) -> None:
    """Find the principal that was not there before the fixtures; clients made meanwhile are theirs too."""
    waiting = item.stash.get(WAITING, None)
    who = _principal(item)
    if waiting is None or who is None:
        return
    del item.stash[WAITING]
    key = _found(waiting.world, who)
    if key is None:
        pytest.fail(
            f"mocks3: s3_principal: {principal_names.not_found_message(waiting.world, who)}", pytrace=False
        )
    waiting.world.iam.put_key(dataclasses.replace(waiting.key, holder=key.holder))
    act_as(waiting.world, key)


def _found(world: MockAWS, who: str) -> AccessKeyRecord | None:
    try:
        return principal_names.find(world, who)
    except Mocks3Error as error:
        pytest.fail(f"mocks3: s3_principal: {error}", pytrace=False)


def _principal(item: pytest.Item) -> str | None:
    mark = item.get_closest_marker("s3_principal")
    if mark is None:
        return None
    if len(mark.args) != 1 or mark.kwargs or not isinstance(mark.args[0], str):
        pytest.fail(
            'the marker s3_principal names one principal, as in s3_principal("ops:role/reader")',
            pytrace=False,
        )
    return str(mark.args[0])

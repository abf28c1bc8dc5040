"""The in-memory AWS (world) of each test: seeded once, restored for each test, open while the test runs.

Several definitions of ``aws_seed`` share one world: an override adds to what the overridden definition created. After
each definition has run, a snapshot of the world is recorded. A test restores the snapshot of the closest definition. A
definition that runs between two tests starts from the snapshot of the definition that it overrides.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mocks3 import Mocks3Error
from mocks3.handles import principal_names
from mocks3.handles.mock_aws import MockAWS, Snapshot
from mocks3.mocking.mock import Reopened, act_as, mock_s3
from mocks3.model.world import Settings
from mocks3.storage.iam import AccessKeyRecord
from pytest_mocks3 import options


class Seed(NamedTuple):
    """A world, and its snapshot after a definition of ``aws_seed`` had run."""

    world: MockAWS
    mark: Snapshot


class LatePrincipal(NamedTuple):
    """The world of a test whose principal did not exist when the world was opened, and the key issued for it."""

    world: MockAWS
    key: AccessKeyRecord


SEEDS = pytest.StashKey["dict[pytest.FixtureDef[Any], Seed]"]()
LATE_PRINCIPAL = pytest.StashKey[LatePrincipal]()


def new(config: pytest.Config) -> MockAWS:
    """Return an empty world with the settings of the run."""
    return MockAWS(_settings(options.for_run(config)))


def _settings(given: dict[str, Any]) -> Settings:
    try:
        settings: Settings = mock_s3(**given)._make().settings
    except Mocks3Error as error:
        pytest.fail(f"mocks3: s3_principal: {error}", pytrace=False)
    return settings


def add_aws_fixture(item: pytest.Item) -> None:
    """Make a marked test request the fixture ``aws``, before the other fixtures of function scope."""
    names: list[str] | None = getattr(item, "fixturenames", None)
    aws = options.fixture_name(item.config, "aws")
    if names is None or aws in names:
        return
    known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    wider = [name for name in names if (found := known.get(name)) and found[-1].scope != "function"]
    names.insert(len(wider), aws)


@contextmanager
def seeding(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Iterator[Callable[[Any], Any]]:
    """Run one definition of ``aws_seed``. Yield a function that records the world it returned."""
    seeds = request.config.stash.setdefault(SEEDS, {})
    below = seeds.get(_below(fixturedef, request))  # type: ignore[arg-type]
    if below is not None:
        _restore(below, below.world.settings)

    def record(world: Any) -> Any:
        if not isinstance(world, MockAWS):
            pytest.fail(
                f"{fixturedef.argname} must return the MockAWS that it seeded, but returned {world!r}; add "
                f"'return {fixturedef.argname}'",
                pytrace=False,
            )
        world.decisions.clear()  # a test sees its own calls only
        world.calls.clear()
        seeds[fixturedef] = Seed(world, world.snapshot())
        return world

    for seed in seeds.values():
        seed.world.folders = (_folder_of(fixturedef), request.config.rootpath)
    with nullcontext() if below is None else Reopened(below.world):
        yield record


def _folder_of(fixturedef: pytest.FixtureDef[Any]) -> Path:
    """Return the folder of the file that defines a fixture."""
    return Path(inspect.unwrap(fixturedef.func).__code__.co_filename).parent


@contextmanager
def check_unchanged(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Iterator[None]:
    """Run a fixture of a wider scope that requests ``aws_seed``. Fail it if it changes the world."""
    aws, seed = (options.fixture_name(request.config, name) for name in ("aws", "aws_seed"))
    world = request.getfixturevalue(seed)
    before = world.snapshot()
    yield
    after = world.snapshot()
    if (before.store.buckets, before.iam, before.kms) != (
        after.store.buckets,
        after.iam,
        after.kms,
    ):
        pytest.fail(
            f"the {fixturedef.scope} fixture {fixturedef.argname!r} changes the world of {seed}, but no test sees the "
            f"change: each test starts from what {seed} returned. Make the change in an override of {seed}, or in a "
            f"fixture of function scope that requests {aws}",
            pytrace=False,
        )


def _restore(seed: Seed, settings: Settings) -> None:
    world = seed.world
    world.restore(seed.mark)
    if world.settings != settings:
        world.clients.clear()  # they were created for the former Region
        world.settings = settings
    world.account()  # create the default account, which may differ from the seed's


def _chain(request: pytest.FixtureRequest) -> list[pytest.FixtureDef[Any]]:
    """Return the definitions of ``aws_seed`` that a node sees. Each overrides the one before."""
    # pytest 8.0 takes the node's id.
    node: Any = request.node if pytest.version_tuple >= (8, 1) else request.node.nodeid
    found = request.session._fixturemanager.getfixturedefs(
        options.fixture_name(request.config, "aws_seed"), node
    )
    return list(found or ())


def _below(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> pytest.FixtureDef[Any] | None:
    chain = _chain(request)
    place = chain.index(fixturedef) if fixturedef in chain else 0
    return chain[place - 1] if place else None


@contextmanager
def opened(request: pytest.FixtureRequest, world: MockAWS) -> Iterator[MockAWS]:
    """Restore the world's snapshot and open it, with ambient credentials of the marker's principal."""
    seeds = request.config.stash.get(SEEDS, {})
    chain = _chain(request)
    seed = seeds.get(chain[-1]) if chain else None
    if seed is None or seed.world is not world:  # the world does not come from a fixture function
        seed = Seed(world, world.snapshot())
    _restore(seed, _settings(options.for_test(request.node)))
    world.folders = (request.path.parent, request.config.rootpath)
    with Reopened(world):
        if request.node.get_closest_marker("s3_world") is not None:
            from pytest_mocks3 import world_files

            world_files.load(request.node, world, seed.mark)  # it makes calls, which need an open world
        try:
            _set_ambient_credentials(request.node, world)
            yield world
        finally:
            act_as(world, None)


def _set_ambient_credentials(item: pytest.Item, world: MockAWS) -> None:
    """Make the ambient credentials those of the test's principal. A later fixture may create the principal."""
    who = _principal(item)
    if who is None:
        return
    key = _found(world, who)
    if key is None:
        key = world.iam.issue_key(world.settings.account)
        item.stash[LATE_PRINCIPAL] = LatePrincipal(world, key)
    act_as(world, key)


def find_late_principal(item: pytest.Item) -> None:
    """Find the principal after all fixtures have run, and give it the key that earlier clients already use."""
    late = item.stash.get(LATE_PRINCIPAL, None)
    who = _principal(item)
    if late is None or who is None:
        return
    del item.stash[LATE_PRINCIPAL]
    key = _found(late.world, who)
    if key is None:
        pytest.fail(
            f"mocks3: s3_principal: {principal_names.not_found_message(late.world, who)}", pytrace=False
        )
    late.world.iam.put_key(dataclasses.replace(late.key, holder=key.holder))
    act_as(late.world, key)


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

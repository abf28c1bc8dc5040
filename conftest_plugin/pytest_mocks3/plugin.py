"""The fixtures, markers and report section that every test has once mocks3 is installed.

Rule 1: this file is imported by every pytest run on the machine, so it imports nothing beyond pytest;
mocks3 and botocore are imported by the first fixture that needs them.
Rule 2: every fixture is an override point: it takes what it builds on from the fixture below it, so that a
project which redefines one of them changes all that stand on it.

    aws_seed ─► aws ─► s3, s3_anonymous, s3_account ─► s3_user, s3_role, s3_group, s3_bucket
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mocks3 import options

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from mocks3 import MockAWS
    from pytest_mocks3.clock import Clock
    from pytest_mocks3.factories import (
        MakeAccount,
        MakeBucket,
        MakeGroup,
        MakePolicy,
        MakeRole,
        MakeUser,
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    """Ini options and flags."""
    options.add(parser)


def pytest_load_initial_conftests(args: list[str]) -> None:
    """Misspelt flags, before pytest says that it does not know them."""
    options.check_flags(args)


def pytest_configure(config: pytest.Config) -> None:
    """Markers, with their signatures."""
    options.check(config)
    for marker in options.MARKERS:
        config.addinivalue_line("markers", marker)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that is marked runs in an in-memory AWS, whether or not it asks for one by a fixture."""
    witness = sys.modules.get("mocks3.interceptors.refusal_log")
    if witness is not None:
        witness.clear()
    if item.get_closest_marker("s3_principal") or item.get_closest_marker("mocks3"):
        from pytest_mocks3 import worlds

        worlds.ask_for(item)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """A principal that the fixtures have made only now is found now."""
    if item.get_closest_marker("s3_principal"):
        from pytest_mocks3 import worlds

        worlds.act_at_last(item)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """Seeds build on the seed below as it was left; what others would make in a seed, no test would see."""
    is_seed = fixturedef.argname == "aws_seed"
    if not is_seed and (fixturedef.scope == "function" or "aws_seed" not in fixturedef.argnames):
        return (yield)
    from pytest_mocks3 import worlds

    if not is_seed:
        with worlds.untouched(fixturedef, request):
            return (yield)
    with worlds.seeding(fixturedef, request) as keep:
        return keep((yield))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under a failing test, why S3 denied what it denied."""
    report = yield
    if report.failed and "mocks3.interceptors.refusal_log" in sys.modules:
        from pytest_mocks3 import section

        section.attach(item, call, report)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Colours, before the terminal shows the reports."""
    if session.testsfailed:
        from pytest_mocks3 import ending

        ending.decorate(session)


@pytest.fixture(scope="session")
def aws_seed(request: pytest.FixtureRequest) -> MockAWS:
    """What is in every test's AWS before the test begins: nothing, unless a project overrides it.

    Override it, for the session or for a module, to make accounts, principals and buckets once. Each test
    gets its own copy: what it changes, no other test sees::

        @pytest.fixture(scope="session")
        def aws_seed(aws_seed):
            ops = aws_seed.account("111122223333", name="ops")
            ops.create_bucket("uploads", policy="policies/uploads.json")
            ops.create_role("reader", policies="policies/reader.json")
            return aws_seed
    """
    from pytest_mocks3 import worlds

    return worlds.new(request.config)


@pytest.fixture
def aws(request: pytest.FixtureRequest, aws_seed: MockAWS) -> Iterator[MockAWS]:
    """A fresh in-memory AWS for this test; every S3 call the test makes through botocore lands in it.

    It holds what ``aws_seed`` made, and behaves as the marker ``mocks3(...)`` says. Override it to add what depends
    on other fixtures::

        @pytest.fixture
        def aws(aws, tmp_path):
            aws.account().create_bucket("uploads")
            return aws
    """
    from pytest_mocks3 import worlds

    with worlds.opened(request, aws_seed) as world:
        yield world


@pytest.fixture
def s3(aws: MockAWS) -> S3Client:
    """An S3 client whose calls are made by root of the default account.

    Override it to test as somebody else::

        @pytest.fixture
        def s3(aws):
            return aws.account().create_user("app", policies=["policies/app.json"]).client("s3")
    """
    client: S3Client = aws.client("s3")
    return client


@pytest.fixture
def s3_anonymous(aws: MockAWS) -> S3Client:
    """An S3 client without credentials: its calls are not signed."""
    client: S3Client = aws.anonymous.client("s3")
    return client


@pytest.fixture
def s3_account(aws: MockAWS) -> MakeAccount:
    """Get or make an account: ``s3_account()`` the default one, ``s3_account("111122223333", name="ops")``."""
    from pytest_mocks3.factories import MakeAccount

    return MakeAccount(aws)


@pytest.fixture
def s3_user(s3_account: MakeAccount) -> MakeUser:
    """Make an IAM user: ``s3_user("eve", policies=..., groups=["devs"], account="ops")``."""
    from pytest_mocks3.factories import MakeUser

    return MakeUser(s3_account)


@pytest.fixture
def s3_group(s3_account: MakeAccount) -> MakeGroup:
    """Make an IAM group: ``s3_group("devs", policies=..., members=[eve])``."""
    from pytest_mocks3.factories import MakeGroup

    return MakeGroup(s3_account)


@pytest.fixture
def s3_role(s3_account: MakeAccount) -> MakeRole:
    """Make an IAM role: ``s3_role("reader", policies=..., trust=...)``; its sessions call: ``role.assume()``."""
    from pytest_mocks3.factories import MakeRole

    return MakeRole(s3_account)


@pytest.fixture
def s3_bucket(s3_account: MakeAccount) -> MakeBucket:
    """Make a bucket without a call: ``s3_bucket("data", policy=..., versioning=True, objects={"k": b"..."})``."""
    from pytest_mocks3.factories import MakeBucket

    return MakeBucket(s3_account)


@pytest.fixture
def s3_policy(request: pytest.FixtureRequest) -> MakePolicy:
    """A policy's JSON text: of a file beside the test, or from short arguments.

    ``s3_policy("reader.json")``; ``s3_policy(allow="s3:GetObject", on="data/*", when={"Bool": {...}})``.
    """
    from pytest_mocks3.policies import MakePolicy

    return MakePolicy(request.path.parent)


@pytest.fixture
def s3_clock() -> Iterator[Clock]:
    """The time, in the test's hands: ``s3_clock.freeze("2026-01-01")``, ``.move_to(...)``, ``.advance(days=2)``."""
    from pytest_mocks3.clock import Clock

    clock = Clock()
    yield clock
    clock.release()

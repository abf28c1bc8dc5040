"""The fixtures of the plugin, under their own names or with the prefix of the ini option ``mocks3_fixture_prefix``.

Rule 1: this file is imported by every pytest run, so it imports nothing beyond pytest; mocks3 and botocore are imported
by the first fixture that needs them. Rule 2: a project can override each fixture. A fixture requests the fixtures it
builds on, so an override also changes all fixtures that build on it.

    aws_seed ─► aws ─► s3, s3_anonymous, s3_server, s3_account ─► s3_user, s3_role, s3_group, s3_bucket
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from mocks3 import MockAWS
    from mocks3.server import Server
    from pytest_mocks3.clock import Clock
    from pytest_mocks3.factories import (
        MakeAccount,
        MakeBucket,
        MakeGroup,
        MakePolicy,
        MakeRole,
        MakeUser,
    )


@pytest.fixture(scope="session")
def aws_seed(request: pytest.FixtureRequest) -> MockAWS:
    """Return the in-memory AWS that every test starts from: empty, unless a project overrides this fixture.

    Override it for the session or for a module, to create accounts, principals and buckets once. Each test gets its
    own copy; no other test sees what a test changes::

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
    """Yield a fresh in-memory AWS for this test; it answers every S3 call that the test makes through botocore.

    It contains what ``aws_seed`` created and has the settings of the marker ``mocks3(...)``. Override it to add what
    depends on other fixtures::

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
    """Return an S3 client of the root user of the default account.

    Override it to call S3 as another principal::

        @pytest.fixture
        def s3(aws):
            return aws.account().create_user("app", policies=["policies/app.json"]).client("s3")
    """
    client: S3Client = aws.client("s3")
    return client


@pytest.fixture
def s3_anonymous(aws: MockAWS) -> S3Client:
    """Return an S3 client without credentials. Its requests are not signed."""
    client: S3Client = aws.anonymous.client("s3")
    return client


@pytest.fixture
def s3_server(aws: MockAWS) -> Iterator[Server]:
    """Yield an HTTP server of the same in-memory AWS, for pyarrow, polars, DuckDB, the AWS CLI and other programs.

    ``s3_server.url``, ``s3_server.environment()``, ``s3_server.options("pyarrow")``. It listens on a free port.
    """
    from mocks3 import Mocks3Error

    try:
        server = aws.serve()
    except Mocks3Error as error:
        pytest.fail(f"mocks3: s3_server: {error}", pytrace=False)
    with server:
        yield server


@pytest.fixture
def s3_account(aws: MockAWS) -> MakeAccount:
    """Return a function that gets or creates an account.

    ``s3_account()`` is the default account, ``s3_account("111122223333", name="ops")`` another.
    """
    from pytest_mocks3.factories import MakeAccount

    return MakeAccount(aws)


@pytest.fixture
def s3_user(s3_account: MakeAccount) -> MakeUser:
    """Return a function that creates an IAM user: ``s3_user("eve", policies=..., groups=[devs], account="ops")``."""
    from pytest_mocks3.factories import MakeUser

    return MakeUser(s3_account)


@pytest.fixture
def s3_group(s3_account: MakeAccount) -> MakeGroup:
    """Return a function that creates an IAM group: ``s3_group("devs", policies=..., members=[eve])``."""
    from pytest_mocks3.factories import MakeGroup

    return MakeGroup(s3_account)


@pytest.fixture
def s3_role(s3_account: MakeAccount) -> MakeRole:
    """Return a function that creates an IAM role: ``s3_role("reader", policies=..., trust=...)``.

    Sessions of the role make the calls: ``s3_role(...).assume().client("s3")``.
    """
    from pytest_mocks3.factories import MakeRole

    return MakeRole(s3_account)


@pytest.fixture
def s3_bucket(s3_account: MakeAccount) -> MakeBucket:
    """Return a function that creates a bucket without an API call.

    ``s3_bucket("data", policy=..., versioning=True, objects={"k": b"..."})``.
    """
    from pytest_mocks3.factories import MakeBucket

    return MakeBucket(s3_account)


@pytest.fixture
def s3_policy(request: pytest.FixtureRequest) -> MakePolicy:
    """Return a function that returns the JSON text of a policy, from a file or from short arguments.

    ``s3_policy("reader.json")`` reads a file in the folder of the test;
    ``s3_policy(allow="s3:GetObject", on="data/*", when={"Bool": {...}})`` builds a policy.
    """
    from pytest_mocks3.policies import MakePolicy

    return MakePolicy(request.path.parent, str(request.fixturename))


@pytest.fixture
def s3_clock(request: pytest.FixtureRequest) -> Iterator[Clock]:
    """Yield a clock that sets the time: ``.freeze("2026-01-01")``, ``.move_to(...)``, ``.advance(days=2)``."""
    from pytest_mocks3.clock import Clock

    clock = Clock(str(request.fixturename))
    yield clock
    clock.release()


NAMES = (
    "aws_seed", "aws", "s3", "s3_anonymous", "s3_server", "s3_account", "s3_user", "s3_group", "s3_role", "s3_bucket",
    "s3_policy", "s3_clock",
)  # fmt: skip
PLUGIN = "mocks3-fixtures"


def register(config: pytest.Config, prefix: str) -> None:
    """Register the fixtures as a plugin of their own, before the fixtures of all other plugins.

    pytest registers the fixtures of plugins in the order in which it was told of the plugins. Of several fixtures of
    one name the last wins, so a fixture of any other plugin wins over ours, and can request ours by the same name.
    """
    module = renamed(prefix) if prefix else inspect.getmodule(register)
    config.pluginmanager.register(module, PLUGIN)
    history: list[Any] | None = getattr(config.hook.pytest_plugin_registered, "_call_history", None)
    if history:
        history.insert(0, history.pop())


def renamed(prefix: str) -> types.ModuleType:
    """Return a module with all fixtures under names with the prefix. They request each other by these names."""
    module = types.ModuleType(__name__, __doc__)
    for name in NAMES:
        function = _renamed_parameters(inspect.unwrap(globals()[name]), prefix)
        scope: Any = "session" if name == "aws_seed" else "function"
        setattr(module, prefix + name, pytest.fixture(scope=scope, name=prefix + name)(function))
    return module


def _renamed_parameters(function: Callable[..., Any], prefix: str) -> Callable[..., Any]:
    signature = inspect.signature(function)
    names = {prefix + name if name in NAMES else name: name for name in signature.parameters}

    def arguments(given: dict[str, Any]) -> dict[str, Any]:
        return {names[name]: value for name, value in given.items()}

    if inspect.isgeneratorfunction(function):

        @functools.wraps(function)
        def wrapper(**given: Any) -> Any:
            yield from function(**arguments(given))
    else:

        @functools.wraps(function)
        def wrapper(**given: Any) -> Any:
            return function(**arguments(given))

    parameters = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in names]
    wrapper.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return wrapper

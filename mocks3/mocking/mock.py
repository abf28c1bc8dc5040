"""``mock_s3``: activate the interceptors on start and deactivate them on stop, also after an error.

    @mock_s3                         a function, coroutine, generator fixture or class; also @mock_s3(...)
    with mock_s3() as aws: ...
    mock = mock_s3(); aws = mock.start(); ...; mock.stop()

Every entry creates a new world, which answers until it is left; then the world that was open before answers again.
Entering the same mock again while it is open stays in its world.
"""

from __future__ import annotations

import contextlib
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, overload

from mocks3.errors import Mocks3Error
from mocks3.interceptors import refusal_log
from mocks3.lib import locking
from mocks3.mocking.options import MockOptions, checked, signature
from mocks3.model import habits
from mocks3.model.world import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from mocks3.handles.mock_aws import MockAWS
    from mocks3.mocking.environment import SavedEnvironment
    from mocks3.storage.iam import AccessKeyRecord

Target = TypeVar("Target", bound="Callable[..., Any] | classmethod[Any, ..., Any] | property")

_lock = threading.RLock()
locking.across_forks(_lock.acquire, _lock.release, _lock.release)
_mocks: list[Mock] = []
_saved_environment: SavedEnvironment | None = None


class Mock:
    """A mock, as returned by ``mock_s3(...)``: a context manager, a decorator, or ``start()`` and ``stop()``.

    It can be entered again after it was left. It then has a new, empty world.

    Args:
        **options: The options of :func:`mock_s3`.
    """

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._entries = 0
        self._world: MockAWS | None = None
        self._joined: Mock | None = None

    def start(self) -> MockAWS:
        """Start the mock in a new world. If it is started already, stay in its world.

        With ``nested="join"``, a mock that starts while another is open enters that one again.

        Returns:
            The in-memory AWS that answers from now on.
        """
        with _lock:
            if self._world is None:
                if _mocks and self._options.get("nested") == habits.NESTED.value:
                    habits.count(habits.NESTED)
                    self._joined = _mocks[-1]
                    self._world = self._joined.start()
                else:
                    self._world = _open(self, self._make())
            self._entries += 1
            return self._world

    def stop(self) -> None:
        """Stop the mock. After several starts, only the last stop takes effect.

        Raises:
            Mocks3Error: The mock is not started.
        """
        with _lock:
            if self._world is None:
                raise Mocks3Error("stop() was called on a mock that is not started; call start() first")
            self._entries -= 1
            if self._entries == 0:
                world, self._world = self._world, None
                joined, self._joined = self._joined, None
                if joined is None:
                    _close(self, world)
                else:
                    joined.stop()

    def __enter__(self) -> MockAWS:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> MockAWS:
        return self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __call__(self, target: Target) -> Target:
        """Decorate a function, coroutine, generator or class. Each call, or each test, gets a new world.

        Args:
            target: The function or class.

        Returns:
            The decorated function, or the same class.

        Raises:
            Mocks3Error: The target cannot be decorated. The message says what to do instead.
        """
        from mocks3.mocking.decorators import decorate

        decorated: Target = decorate(self._new_mock, target)
        return decorated

    def _new_mock(self, world: MockAWS | None = None) -> Mock:
        return Mock(**self._options) if world is None else Reopened(world)

    def _make(self) -> MockAWS:
        from mocks3.handles.mock_aws import MockAWS

        return MockAWS(Settings(**self._options))


class Reopened(Mock):
    """A mock that opens an existing world with its content, for fixtures that seed once and restore for each test."""

    def __init__(self, world: MockAWS) -> None:
        super().__init__()
        self._kept = world

    def _make(self) -> MockAWS:
        self._kept.ended = False
        return self._kept


@overload
def mock_s3(target: Target, /) -> Target: ...


@overload
def mock_s3(**options: Unpack[MockOptions]) -> Mock: ...


def mock_s3(target: Any = None, /, **options: Any) -> Any:
    """Run Amazon S3 inside this process.

    Use it as ``@mock_s3``, as ``@mock_s3(option=...)`` or as ``with mock_s3() as aws:``. Options take effect when the
    mock is entered.

    Args:
        target: The function or class to decorate, for ``@mock_s3`` without parentheses.
        **options: The options below, as keyword arguments.
        region: The Region of clients and buckets that name none. Default: ``us-east-1``.
        account: The 12-digit id of the default account. Default: ``123456789012``. Clients that find their credentials
            in the environment are the root user of this account.
        strict: True to answer ``InvalidAccessKeyId`` for an access key that mocks3 did not issue. By default such a
            key stands for the default account's root user.
        enforce: ``"deny"`` (default), or ``"report"`` to execute denied calls too and only record their decisions.
        initiator_rule: Who may upload parts and complete an upload: ``"strict"`` (default) for the initiator only (S3
            user guide, "Multipart upload API and permissions"), or ``"account"`` for every principal of the
            initiator's account.
        new_bucket_defaults: ``"2026"`` (default: bucket owner enforced, Block Public Access on) or ``"legacy"``
            (ObjectWriter, Block Public Access off).
        min_part_size: The minimum size in bytes of every part of an upload except the last. Default: 5 MiB. Use 0 in
            tests that should not send megabytes.
        passthrough: The services (boto3 names) and hosts (wildcards allowed) that may be reached at the real AWS while
            the mock is open, such as ``["sqs", "*.execute-api.us-east-1.amazonaws.com"]``. Any other call to AWS
            raises :class:`RealAWSCallBlocked`.
        profiles: The principal of each named profile: a principal, or text like ``"ops:role/reader"``, which may be
            created later. ``aws.profiles["prod"] = role`` does the same. Sessions of other profiles use the ambient
            credentials, and ``aws.notes`` says so. The profiles of the machine are not used.
        nested: ``"fresh"`` (default): a mock that starts while another is open begins with an empty S3. ``"join"``: it
            uses the S3 of the open mock.
        bucket_names: ``"s3"`` (default), or ``"any"`` to accept every bucket name of 3 to 63 characters, such as
            ``My_Bucket``. S3 answers ``InvalidBucketName``.
        regions: ``"aws"`` (default), or ``"any"`` to create buckets in Regions that do not exist, such as ``test-1``.
            S3 answers ``InvalidLocationConstraint``.
        location_constraint: ``"required"`` (default), or ``"optional"`` to create buckets outside us-east-1 without a
            ``LocationConstraint``. S3 answers ``IllegalLocationConstraintException``.
        roles: ``"trusting"`` (default), or ``"any"`` to let every caller assume every role. A role that does not exist
            is then created, with the permissions of AdministratorAccess, and IAM accepts every trust policy.
        ambient_credentials: ``"root"`` (default): an access key in AWS's format. ``"moto"``: the access key id
            ``FOOBARKEY`` and the secret ``FOOBARSECRET``, which moto sets. Both are the default account's root user.
        path: ``"direct"`` (default): a call of a boto3 client to S3 is answered before it is signed and sent, if no
            code in the process can see the difference. ``"wire"``: every call is signed, sent to the mock as HTTP and
            parsed.
        deliver: Which destinations of notifications exist. ``"any"`` (default): every queue, topic and function,
            unless the test declares some. ``"moto"``: those of moto, and those that the test declares. With both, a
            message is delivered to its destination in moto, if a mock of moto is open and has the destination.
        record_limit: The most calls in ``aws.calls``, and the most decisions in ``aws.decisions``, that are kept. The
            oldest are dropped and counted: ``aws.calls.dropped``. Default: 10,000. None keeps all.
        like: ``"moto"`` sets the options that tests written for moto need: ``nested="join"``, ``bucket_names="any"``,
            ``new_bucket_defaults="legacy"``, ``regions="any"``, ``roles="any"`` and ``ambient_credentials="moto"``.
            An option that is given as well has precedence.

    Returns:
        A :class:`Mock`, or the decorated ``target``.

    Raises:
        Mocks3Error: An option is unknown or has an invalid value.
    """
    mock = Mock(**checked(options))
    return mock if target is None else mock(target)


mock_s3.__signature__ = signature()  # type: ignore[attr-defined]


def act_as(world: MockAWS, key: AccessKeyRecord | None) -> None:
    """Change the ambient credentials of a world: in the environment, and for access keys that mocks3 did not issue.

    Args:
        world: The in-memory AWS.
        key: The access key, or None for the default account's root user.
    """
    with _lock:
        world.iam.set_ambient_key(key)
        if _saved_environment is not None and _mocks and _mocks[-1]._world is world:
            _saved_environment.apply(world)


def _open(mock: Mock, world: MockAWS) -> MockAWS:
    """Start to answer with a world. If a step fails, undo the steps before it."""
    global _saved_environment
    from mocks3.interceptors import activation, session_cache
    from mocks3.mocking.environment import SavedEnvironment

    if not _mocks:
        _saved_environment = SavedEnvironment()
        _saved_environment.save()
    assert _saved_environment is not None
    _mocks.append(mock)
    with contextlib.ExitStack() as undo:
        undo.callback(_leave, mock)
        session_cache.share()
        activation.activate(world)
        undo.callback(activation.deactivate, world)
        refusal_log.record_world(world)
        _saved_environment.apply(world)
        undo.pop_all()
    return world


def _close(mock: Mock, world: MockAWS) -> None:
    from mocks3.interceptors import activation

    world.ended = True
    try:
        activation.deactivate(world)
    finally:
        _leave(mock)


def _leave(mock: Mock) -> None:
    """Restore the environment and the sessions as they were before the mock opened."""
    from mocks3.interceptors import session_cache

    _mocks.remove(mock)
    assert _saved_environment is not None
    if _mocks:
        before = _mocks[-1]._world
        assert before is not None
        _saved_environment.apply(before)
    else:
        session_cache.unshare()
        _saved_environment.restore()

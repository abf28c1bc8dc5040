"""``mock_s3``: opens the doors on start, closes them on stop, whatever happens in between.

    @mock_s3                         a function, coroutine, generator fixture or class; also @mock_s3(...)
    with mock_s3() as aws: ...
    mock = mock_s3(); aws = mock.start(); ...; mock.stop()

Every entry makes a fresh world and puts it in front of those already open; leaving brings the one before back.
Entering the same mock again while it is open stays in its world.
"""

from __future__ import annotations

import contextlib
import difflib
import threading
from collections.abc import Iterable, Mapping
from dataclasses import fields
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, overload

from mocks3.errors import Mocks3Error
from mocks3.handles import arguments
from mocks3.interceptors import refusal_log
from mocks3.lib import locking

if TYPE_CHECKING:
    from mocks3.handles.mock_aws import MockAWS
    from mocks3.handles.principals import Principal, Role
    from mocks3.mocking.environment import SavedEnvironment
    from mocks3.storage.iam import AccessKeyRecord

Target = TypeVar("Target")

_lock = threading.RLock()
locking.across_forks(_lock.acquire, _lock.release, _lock.release)
_mocks: list[Mock] = []
_surroundings: SavedEnvironment | None = None


class Mock:
    """One mock: what ``mock_s3(...)`` returns. A context manager, a decorator, and ``start``/``stop``.

    Args: ``options`` as :func:`mock_s3` takes them. Reusable: once it was left, it can be entered again, and then
    holds a fresh world.
    """

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._entries = 0
        self._world: MockAWS | None = None

    def start(self) -> MockAWS:
        """Open the doors on a fresh world, or on the present one if this mock is open already."""
        with _lock:
            if self._world is None:
                self._world = _open(self, self._make())
            self._entries += 1
            return self._world

    def stop(self) -> None:
        """Leave; the last one out closes the doors. Raises :class:`Mocks3Error` if the mock is not open."""
        with _lock:
            if self._world is None:
                raise Mocks3Error("this mock is not started")
            self._entries -= 1
            if self._entries == 0:
                world, self._world = self._world, None
                _close(self, world)

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
        """Decorate a function, coroutine, generator or class; each call, or test, gets a fresh world."""
        from mocks3.mocking.decorators import decorate

        decorated: Target = decorate(self._twin, target)
        return decorated

    def _twin(self, world: MockAWS | None = None) -> Mock:
        return Mock(**self._options) if world is None else Reopened(world)

    def _make(self) -> MockAWS:
        from mocks3.handles.mock_aws import MockAWS
        from mocks3.model.world import Settings

        return MockAWS(Settings(**self._options))


class Reopened(Mock):
    """A mock on a world that was there before, with what is in it: for whoever seeds once and restores."""

    def __init__(self, world: MockAWS) -> None:
        super().__init__()
        self._kept = world

    def _make(self) -> MockAWS:
        self._kept.ended = False
        return self._kept


@overload
def mock_s3(target: Target, /) -> Target: ...


@overload
def mock_s3(
    *,
    region: str = ...,
    account: str = ...,
    strict: bool = ...,
    enforce: str = ...,
    initiator_rule: str = ...,
    new_bucket_defaults: str = ...,
    min_part_size: int = ...,
    passthrough: Iterable[str] = ...,
    profiles: Mapping[str, Principal | Role | str] = ...,
) -> Mock: ...


def mock_s3(target: Any = None, /, **options: Any) -> Any:
    """Put Amazon S3 inside this process.

    Args:
        target: what to decorate, for ``@mock_s3`` without parentheses.
        **options: the following, each acting from the moment the mock is entered.
        region: the Region of clients and buckets that name none (default ``us-east-1``).
        account: the default account's 12-digit id (``123456789012``). Ambient credentials are its root.
        strict: an access key that mocks3 did not issue is ``InvalidAccessKeyId`` instead of that root.
        enforce: ``"deny"``, or ``"report"`` to let refused calls pass and only record their decisions.
        initiator_rule: who may upload parts and complete: ``"strict"``, the initiator only (S3 developer guide,
            "Multipart upload API and permissions"), or ``"account"``, anybody of the initiator's account.
        new_bucket_defaults: ``"2026"`` (bucket owner enforced, Block Public Access on), or ``"legacy"``
            (ObjectWriter, no Block Public Access).
        min_part_size: bytes that every part of an upload but the last must have (5 MiB); 0 takes parts of any size,
            for tests of code that would otherwise have to send megabytes.
        passthrough: what may reach the real AWS while the mock is open, where any other call to AWS raises
            ``RealAWSCallBlocked``: services as boto3 names them, and hosts, with wildcards
            (``["sqs", "*.execute-api.us-east-1.amazonaws.com"]``).
        profiles: whose credentials a session has that names a profile: principals, or text like ``"ops:role/reader"``,
            which may be made later; also ``aws.profiles["prod"] = role``. Other profiles have the ambient credentials,
            with a line in ``aws.notes``. The machine's profiles are not read.

    Returns a :class:`Mock`, or the decorated ``target``. Raises :class:`Mocks3Error` for an option it does not know,
    or a value an option cannot take.
    """
    mock = Mock(**_checked(options))
    return mock if target is None else mock(target)


CHOICES = {
    "enforce": ("deny", "report"),
    "initiator_rule": ("strict", "account"),
    "new_bucket_defaults": ("2026", "legacy"),
}
"""Options with a closed set of values."""


def _checked(options: dict[str, Any]) -> dict[str, Any]:
    """The options as the settings keep them."""
    if not options:
        return options
    from mocks3.model.world import Settings

    known = [field.name for field in fields(Settings)]
    for name, value in options.items():
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {close[0]!r}?" if close else f"; it takes {', '.join(known)}"
            raise Mocks3Error(f"mock_s3 has no option {name!r}{hint}")
        if name in CHOICES and value not in CHOICES[name]:
            raise Mocks3Error(f"{name} is one of {', '.join(map(repr, CHOICES[name]))}, not {value!r}")
    if type(options.get("strict", False)) is not bool:
        raise Mocks3Error(f"strict is True or False, not {options['strict']!r}")
    if "account" in options:
        arguments.check_account_id(options["account"])
    if "region" in options:
        arguments.check_type("region", options["region"], str, "the name of a Region")
    size = options.get("min_part_size", 0)
    if type(size) is not int or size < 0:
        raise Mocks3Error(f"min_part_size is a number of bytes, 0 or more, not {size!r}")
    if "passthrough" in options:
        from mocks3.interceptors import passthrough

        options = {**options, "passthrough": passthrough.checked(options["passthrough"])}
    if "profiles" in options:
        from mocks3.handles import profiles

        options = {**options, "profiles": profiles.checked(options["profiles"])}
    return options


def act_as(world: MockAWS, key: AccessKeyRecord | None) -> None:
    """Let whoever finds credentials in the environment, or brings unknown ones, be the key's holder.

    Args: ``key`` None for the default account's root, which they are otherwise.
    """
    with _lock:
        world.iam.set_ambient_key(key)
        if _surroundings is not None and _mocks and _mocks[-1]._world is world:
            _surroundings.apply(world)


def _open(mock: Mock, world: MockAWS) -> MockAWS:
    """Begin to answer. What has begun is undone if the rest fails."""
    global _surroundings
    from mocks3.interceptors import activation, session_cache
    from mocks3.mocking.environment import SavedEnvironment

    if not _mocks:
        _surroundings = SavedEnvironment()
        _surroundings.save()
    assert _surroundings is not None
    _mocks.append(mock)
    with contextlib.ExitStack() as undo:
        undo.callback(_leave, mock)
        session_cache.share()
        activation.activate(world)
        undo.callback(activation.deactivate, world)
        refusal_log.record_world(world)
        _surroundings.apply(world)
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
    """Put the environment and the sessions back as they were before the mock opened."""
    from mocks3.interceptors import session_cache

    _mocks.remove(mock)
    assert _surroundings is not None
    if _mocks:
        before = _mocks[-1]._world
        assert before is not None
        _surroundings.apply(before)
    else:
        session_cache.unshare()
        _surroundings.restore()

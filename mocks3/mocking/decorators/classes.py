"""Classes: plain ones and ``unittest.TestCase``, with each way to set up.

Rule 1: each test gets its own world. A class that sets up once (``setUpClass``, ``setup_class``) gets a world for the
class. Each of its tests starts in that world as it was set up, by snapshot and restore. Rule 2: a method that is called
by hand is a test. The methods of the class that it calls, also from other threads, use its world. Rule 3: subclasses
and nested classes are decorated together with their class.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import threading
import unittest
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from mocks3.mocking.decorators.functions import Make, MockContext, wrap
from mocks3.mocking.decorators.members import nested_classes, put, wrap_members

if TYPE_CHECKING:
    from mocks3.handles.mock_aws import MockAWS


_MAKE = "_mocks3_make"
_CLASS_MOCK = "_mocks3_class_mock"
_RUNNING = "_mocks3_running"
_AROUND = "_mocks3_around"
_DECORATED = "_mocks3_decorated"
_OPENED_BY = "_mocks3_opened_by"


def decorate_class(make: Make, cls: type) -> type:
    """Decorate a class, its nested classes and its subclasses. For a decorated class, only replace the options."""
    known = hasattr(cls, _MAKE)
    put(cls, _MAKE, staticmethod(make))
    if not known:
        put(cls, _RUNNING, _Running())
        _decorate_subclasses(cls)
        _decorate(cls)
    return cls


class _Running:
    """The world that the methods of a class share while one of them runs.

    The first method to enter opens the world and the last to leave closes it, in any thread and on any instance.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._count = 0
        self._stack = contextlib.ExitStack()
        self._world: MockAWS | None = None

    def enter(self, opened: AbstractContextManager[MockAWS]) -> MockAWS:
        """Enter the world. For the first method, ``opened`` opens it."""
        with self._lock:
            if self._world is None:
                self._world = self._stack.enter_context(opened)
            self._count += 1
            return self._world

    def leave(self) -> None:
        """Leave the world. The last method to leave closes it."""
        with self._lock:
            self._count -= 1
            if self._count == 0:
                self._world = None
                self._stack.close()

    @contextlib.contextmanager
    def inside(self, opened: AbstractContextManager[MockAWS]) -> Iterator[MockAWS]:
        """Enter the world, and leave it also after an error."""
        world = self.enter(opened)
        try:
            yield world
        finally:
            self.leave()


def _running(cls: type) -> _Running:
    running: _Running = getattr(cls, _RUNNING)
    return running


def _test(cls: object) -> Callable[..., AbstractContextManager[MockAWS]]:
    """Return a function that opens the world of one test of the class, or of a subclass."""

    def enter(
        self: object = cls, *args: object, world: MockAWS | None = None
    ) -> AbstractContextManager[MockAWS]:
        own = self if isinstance(self, type) else type(self)
        return _running(own).inside(_world_of_test(own, world))

    return enter


@contextlib.contextmanager
def _world_of_test(cls: object, again: MockAWS | None = None) -> Iterator[MockAWS]:
    """Open the class's world as it was set up, or a new one. If ``again`` is given, open that world again."""
    class_mock = _class_mock(cls)
    if class_mock is None:
        with getattr(cls, _MAKE)(again) as world:
            yield world
        return
    with class_mock as world:
        mark = world.snapshot()
        try:
            yield world
        finally:
            world.restore(mark)


def _class_mock(cls: object) -> MockContext | None:
    """Return the mock that the class's set-up opened; under pytest also that of an enclosing class."""
    while cls is not None:
        mock: MockContext | None = vars(cls).get(_CLASS_MOCK)
        if mock is not None:
            return mock
        cls = getattr(cls, _AROUND, None)
    return None


def _decorate_subclasses(cls: type) -> None:
    inherited = cls.__init_subclass__

    def init_subclass(subclass: type, /, **kwargs: object) -> None:
        if hasattr(inherited, "__func__"):
            inherited.__func__(subclass, **kwargs)
        else:
            inherited(**kwargs)
        _decorate(subclass)

    put(cls, "__init_subclass__", classmethod(init_subclass))


def _decorate(cls: Any) -> None:
    if issubclass(cls, unittest.TestCase):
        _decorate_test_case(cls)
    else:
        _decorate_plain_class(cls)
    for nested in nested_classes(cls):
        if not hasattr(nested, _MAKE):
            put(nested, _MAKE, staticmethod(lambda world: getattr(cls, _MAKE)(world)))
            put(nested, _RUNNING, _running(cls))
            put(nested, _AROUND, cls)
            _decorate_subclasses(nested)
            _decorate(nested)
    put(cls, _DECORATED, True)


@contextlib.contextmanager
def _set_up(cls: Any) -> Iterator[None]:
    """Run a class's set-up or tear-down. Methods of the class that it calls are not tests: their changes stay."""
    with (
        _running(cls).inside(vars(cls)[_CLASS_MOCK]) if _CLASS_MOCK in vars(cls) else contextlib.nullcontext()
    ):
        yield


def _open_class(cls: type, owner: type) -> bool:
    """Open the class's own world. Return False if another of its set-ups, which calls this one, has opened it.

    Args:
        cls: The class.
        owner: The class that defines this set-up. Only its tear-down closes the world.
    """
    if _CLASS_MOCK in vars(cls):
        return False
    mock = getattr(cls, _MAKE)(None)
    mock.start()
    put(cls, _CLASS_MOCK, mock)
    put(cls, _OPENED_BY, owner)
    return True


def _close_class(cls: type) -> None:
    mock = vars(cls)[_CLASS_MOCK]
    delattr(cls, _CLASS_MOCK)
    delattr(cls, _OPENED_BY)
    mock.stop()


def _decorate_test_case(cls: Any) -> None:
    """Wrap ``run`` and ``debug``, which run setUp, the test and its cleanups. Class cleanups always run."""
    for name in ("run", "debug"):
        if name in vars(cls) or not hasattr(cls, _CLASS_MOCK + name):
            put(cls, name, wrap(getattr(cls, name), _test(cls)))
            put(cls, _CLASS_MOCK + name, True)
    set_up = cls.setUpClass.__func__

    @functools.wraps(set_up)
    def set_up_class(cls: Any) -> None:
        if _open_class(cls, cls):
            cls.addClassCleanup(_close_class, cls)
        with _set_up(cls):
            set_up(cls)

    cls.setUpClass = classmethod(set_up_class)


def _decorate_plain_class(cls: type) -> None:
    """Pytest's ``setup_method`` is where a test begins, before its fixtures; called by hand, each method is one."""
    wrap_members(cls, _test(cls), _DECORATED)
    _decorate_methods_set_up(cls)
    if hasattr(cls, "setup_class"):
        _decorate_class_set_up(cls)


def _decorate_methods_set_up(cls: Any) -> None:
    set_up, tear_down = getattr(cls, "setup_method", None), getattr(cls, "teardown_method", None)
    tests: set[int] = set()

    # If a class inherits or overrides these, only the last override opens the world. For a nested class pytest
    # calls them twice: as its own, and as those of the enclosing class.
    def setup_method(self: Any, method: Any) -> None:
        if type(self).setup_method is not setup_method:
            _call(set_up, self, method)
        elif id(self) not in tests:
            running = _running(type(self))
            running.enter(_world_of_test(type(self)))
            try:
                _call(set_up, self, method)
            except BaseException:
                running.leave()
                raise
            tests.add(id(self))

    def teardown_method(self: Any, method: Any) -> None:
        if type(self).teardown_method is not teardown_method:
            _call(tear_down, self, method)
        elif id(self) in tests:
            tests.remove(id(self))
            try:
                _call(tear_down, self, method)
            finally:
                _running(type(self)).leave()

    put(cls, "setup_method", setup_method)
    put(cls, "teardown_method", teardown_method)


def _decorate_class_set_up(owner: Any) -> None:
    set_up, tear_down = owner.setup_class, getattr(owner, "teardown_class", None)

    def setup_class(cls: Any) -> None:
        opened = _open_class(cls, owner)
        try:
            with _set_up(cls):
                _call(getattr(set_up, "__func__", set_up), cls)
        except BaseException:
            if opened:
                _close_class(cls)
            raise

    def teardown_class(cls: Any) -> None:
        try:
            with _set_up(cls):
                _call(getattr(tear_down, "__func__", tear_down), cls)
        finally:
            if vars(cls).get(_OPENED_BY) is owner:
                _close_class(cls)

    put(owner, "setup_class", classmethod(setup_class))
    put(owner, "teardown_class", classmethod(teardown_class))


def _call(function: Any, *args: Any) -> None:
    """Call an xunit function with as many of the arguments as it takes, as pytest does."""
    if function is not None:
        function(*args[: len(inspect.signature(function).parameters)])

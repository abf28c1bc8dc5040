"""``mock_s3`` as a decorator: of functions, coroutines, generators, plain classes and ``unittest.TestCase``.

Rule 1: a decorated function keeps its signature, so that pytest's fixtures still inject. Rule 2: each test gets a
world of its own. A class that sets up once (``setUpClass``, ``setup_class``) gets a world for the class, and each
of its tests starts from that world as set up, by snapshot and restore. Rule 3: subclasses are decorated with their
base.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import unittest
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from mocks3.errors import Mocks3Error

if TYPE_CHECKING:
    from mocks3.mocking.mock import Mock

Make = Callable[[], "Mock"]
Enter = Callable[..., AbstractContextManager[Any]]

_MAKE = "_mocks3_make"
_CLASS_MOCK = "_mocks3_class_mock"
_INSIDE = "_mocks3_inside"


def decorate(make: Make, target: Any) -> Any:
    """Decorate a function or a class with fresh mocks. Raises :class:`Mocks3Error` for anything else."""
    if isinstance(target, type):
        known = hasattr(target, _MAKE)
        setattr(target, _MAKE, staticmethod(make))
        if not known:
            _decorate_subclasses(target)
            _decorate_class(target)
        return target
    if type(target).__module__.startswith("_pytest."):
        raise Mocks3Error("put @mock_s3 below @pytest.fixture, so that it decorates the function")
    if not callable(target):
        raise Mocks3Error(f"@mock_s3 decorates functions and classes, not {target!r}")
    return _wrap(target, lambda *args: make())


def _wrap(function: Any, enter: Enter) -> Any:
    """The function, run inside what ``enter`` makes of its positional arguments; its kind and signature stay."""
    if inspect.isasyncgenfunction(function):

        @functools.wraps(function)
        async def stream(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
            with enter(*args):
                async with contextlib.aclosing(function(*args, **kwargs)) as items:
                    async for item in items:
                        yield item

        return stream
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def coroutine(*args: Any, **kwargs: Any) -> Any:
            with enter(*args):
                return await function(*args, **kwargs)

        return coroutine
    if inspect.isgeneratorfunction(function):

        @functools.wraps(function)
        def generator(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
            with enter(*args):
                result = yield from function(*args, **kwargs)
                return result

        return generator

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with enter(*args):
            return function(*args, **kwargs)

    return call


def _decorate_subclasses(cls: Any) -> None:
    inherited = cls.__init_subclass__

    def init_subclass(subclass: Any, /, **kwargs: Any) -> None:
        if hasattr(inherited, "__func__"):
            inherited.__func__(subclass, **kwargs)
        else:
            inherited(**kwargs)
        _decorate_class(subclass)

    cls.__init_subclass__ = classmethod(init_subclass)


def _decorate_class(cls: type) -> None:
    if issubclass(cls, unittest.TestCase):
        _decorate_test_case(cls)
    else:
        _decorate_plain_class(cls)


@contextlib.contextmanager
def _test(self: Any) -> Generator[None, None, None]:
    """One test of an instance: the class's world as it was set up, or a fresh one; nothing new inside another."""
    if self.__dict__.get(_INSIDE):
        yield
        return
    self.__dict__[_INSIDE] = True
    try:
        mock = type(self).__dict__.get(_CLASS_MOCK)
        if mock is None:
            with getattr(type(self), _MAKE)():
                yield
        else:
            with mock as world:
                mark = world.snapshot()
                try:
                    yield
                finally:
                    world.restore(mark)
    finally:
        del self.__dict__[_INSIDE]


def _open_class(cls: type) -> bool:
    """Open the class's own world. False where an overriding ``setUpClass`` has done so and calls its base's."""
    if _CLASS_MOCK in cls.__dict__:
        return False
    mock = getattr(cls, _MAKE)()
    mock.start()
    setattr(cls, _CLASS_MOCK, mock)
    return True


def _close_class(cls: type) -> None:
    mock = cls.__dict__[_CLASS_MOCK]
    delattr(cls, _CLASS_MOCK)
    mock.stop()


def _decorate_test_case(cls: Any) -> None:
    """``run`` and ``debug`` hold setUp, the test and its cleanups; class cleanups run whatever setUpClass does."""
    for name in ("run", "debug"):
        if name in cls.__dict__ or not hasattr(cls, _CLASS_MOCK + name):
            setattr(cls, name, _wrap(getattr(cls, name), lambda self, *args: _test(self)))
            setattr(cls, _CLASS_MOCK + name, True)
    set_up = cls.setUpClass.__func__

    @functools.wraps(set_up)
    def set_up_class(cls: Any) -> None:
        if _open_class(cls):
            cls.addClassCleanup(_close_class, cls)
        set_up(cls)

    cls.setUpClass = classmethod(set_up_class)


def _decorate_plain_class(cls: Any) -> None:
    """Pytest's ``setup_method`` is where a test begins, before its fixtures; called by hand, each method is one."""
    xunit = ("setup_method", "teardown_method", "setup_class", "teardown_class")
    for name, member in list(vars(cls).items()):
        if inspect.isfunction(member) and not name.startswith("__") and name not in xunit:
            setattr(cls, name, _wrap(member, lambda self, *args: _test(self)))
    _decorate_methods_set_up(cls)
    if hasattr(cls, "setup_class"):
        _decorate_class_set_up(cls)


def _decorate_methods_set_up(cls: Any) -> None:
    set_up, tear_down = getattr(cls, "setup_method", None), getattr(cls, "teardown_method", None)

    def setup_method(self: Any, method: Any) -> None:
        if self.__dict__.get(_INSIDE):
            _call(set_up, self, method)
            return
        with contextlib.ExitStack() as stack:
            stack.enter_context(_test(self))
            _call(set_up, self, method)
            self._mocks3_stack = stack.pop_all()

    def teardown_method(self: Any, method: Any) -> None:
        stack = self.__dict__.pop("_mocks3_stack", contextlib.ExitStack())
        with stack:
            _call(tear_down, self, method)

    cls.setup_method, cls.teardown_method = setup_method, teardown_method


def _decorate_class_set_up(cls: Any) -> None:
    set_up, tear_down = cls.setup_class, getattr(cls, "teardown_class", None)

    def setup_class(cls: Any) -> None:
        opened = _open_class(cls)
        try:
            _call(getattr(set_up, "__func__", set_up), cls)
        except BaseException:
            if opened:
                _close_class(cls)
            raise

    def teardown_class(cls: Any) -> None:
        try:
            _call(getattr(tear_down, "__func__", tear_down), cls)
        finally:
            if _CLASS_MOCK in cls.__dict__:
                _close_class(cls)

    cls.setup_class, cls.teardown_class = classmethod(setup_class), classmethod(teardown_class)


def _call(function: Any, *args: Any) -> None:
    """Call an xunit function with as many of the arguments as it takes, as pytest does."""
    if function is not None:
        function(*args[: len(inspect.signature(function).parameters)])

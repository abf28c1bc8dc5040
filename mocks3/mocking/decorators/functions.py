"""Functions, coroutines, generators and other callables, each run while a mock is open."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from mocks3.errors import Mocks3Error

if TYPE_CHECKING:
    from types import TracebackType

    from mocks3.handles.mock_aws import MockAWS


class MockContext(Protocol):
    """A :class:`mocks3.mocking.mock.Mock`, as far as decorators need one."""

    def start(self) -> MockAWS: ...

    def stop(self) -> None: ...

    def __enter__(self) -> MockAWS: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


Make: TypeAlias = Callable[["MockAWS | None"], MockContext]
"""Returns a new mock. If it is given a world, the mock opens that world again."""

Function: TypeAlias = Callable[..., Any]
"""A function, method or other callable of the code under test."""

Enter: TypeAlias = Callable[..., AbstractContextManager["MockAWS"]]
"""Opens the mock for one call. Takes the positional arguments of the call, and ``world=`` to open that world again."""


def fresh(make: Make) -> Enter:
    """Return a function that opens a new world for each call."""

    def enter(*args: object, world: MockAWS | None = None) -> MockContext:
        return make(world)

    return enter


def refuse(target: object) -> None:
    """Raise Mocks3Error for a target that ``mock_s3`` cannot decorate. The message says what to do instead."""
    # Before pytest 8.4, a fixture is a function with a mark.
    if type(target).__module__.startswith("_pytest.") or hasattr(target, "_pytestfixturefunction"):
        raise Mocks3Error("put @mock_s3 below @pytest.fixture, so that it decorates the function")
    if not callable(target):
        raise Mocks3Error(
            f"@mock_s3 can only decorate a function or a class, not {target!r}; give options by name, such as "
            'mock_s3(region="eu-west-1")'
        )
    function = inspect.unwrap(target)
    yields = inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)
    # contextmanager and asynccontextmanager return an object that runs the generator later.
    if yields and getattr(target, "__globals__", None) is vars(contextlib):
        raise Mocks3Error(
            "put @mock_s3 below the decorator of contextlib, so that it decorates the generator"
        )


def wrap(function: Function, enter: Enter, like: Function | None = None) -> Function:
    """Return the function, wrapped to run inside the mock that ``enter`` opens. It keeps its kind and signature.

    Args:
        function: The function to call.
        enter: Opens the mock.
        like: The function whose kind and signature the result gets. Default: ``function``.
    """
    like = function if like is None else like
    # An object is called through its class.
    called = like if inspect.isroutine(like) or _is_partial(like) else type(like).__call__
    wrapped = functools.wraps(like)(_kind_of(called)(function, enter))
    if hasattr(like, "cache_clear"):  # of functools.cache, whose attributes functools.wraps does not copy
        for name in ("cache_info", "cache_clear", "cache_parameters"):
            setattr(wrapped, name, getattr(like, name))
    return wrapped


def _kind_of(function: Function) -> Callable[[Function, Enter], Function]:
    if inspect.isasyncgenfunction(function):
        return _wrap_async_generator
    if inspect.iscoroutinefunction(function):
        return _wrap_coroutine
    return _wrap_generator if _is_generator_function(function) else _wrap_call


def _is_partial(function: Function) -> bool:
    return isinstance(function, functools.partial)


def _is_generator_function(function: Function) -> bool:
    """Whether calls return a generator. Functions of ``types.coroutine`` return an awaitable instead."""
    code = getattr(function, "__code__", None)
    awaitable = code is not None and code.co_flags & inspect.CO_ITERABLE_COROUTINE
    return inspect.isgeneratorfunction(function) and not awaitable


def _wrap_async_generator(function: Function, enter: Enter) -> Function:
    async def stream(*args: object, **kwargs: object) -> AsyncGenerator[Any, Any]:
        with enter(*args):
            # An async generator cannot "yield from" (PEP 525), so what is sent and thrown is passed on here.
            async with contextlib.aclosing(function(*args, **kwargs)) as items:
                with contextlib.suppress(StopAsyncIteration):
                    item = await anext(items)
                    while True:
                        try:
                            sent = yield item
                        except GeneratorExit:
                            raise
                        except BaseException as error:
                            item = await items.athrow(error)
                        else:
                            item = await items.asend(sent)

    return stream


def _wrap_coroutine(function: Function, enter: Enter) -> Function:
    async def coroutine(*args: object, **kwargs: object) -> object:
        with enter(*args):
            return await function(*args, **kwargs)

    return coroutine


def _wrap_generator(function: Function, enter: Enter) -> Function:
    def generator(*args: object, **kwargs: object) -> Generator[Any, Any, Any]:
        with enter(*args):
            result = yield from function(*args, **kwargs)
            return result

    return generator


def _wrap_call(function: Function, enter: Enter) -> Function:
    def call(*args: object, **kwargs: object) -> object:
        with contextlib.ExitStack() as stack:
            world = stack.enter_context(enter(*args))
            result = function(*args, **kwargs)
            if callable(getattr(result, "add_done_callback", None)):
                # A future or task continues after the call: the mock stays open until it is done.
                kept = stack.pop_all()
                result.add_done_callback(lambda done: kept.close())
        return _continued(result, functools.partial(enter, *args, world=world))

    return call


def _continued(result: object, again: Enter) -> Any:
    """Return the result of a call. If it is code that has not run yet, it will run in the world of the call.

    Args:
        result: What the function returned.
        again: Opens that world again.
    """
    if isinstance(result, AsyncGenerator):
        return _wrap_async_generator(lambda: result, again)()
    if callable(getattr(result, "add_done_callback", None)):
        return result
    if inspect.isawaitable(result):
        return _wrap_coroutine(lambda: result, again)()
    if isinstance(result, Generator):
        return _wrap_generator(lambda: result, again)()
    return result

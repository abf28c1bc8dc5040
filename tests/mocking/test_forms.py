"""``mock_s3`` on each form of Python callable: all of its code is mocked, or it is refused when it is decorated."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import functools
import inspect
import threading
import types

import boto3
import pytest

from mocks3 import Mocks3Error, mock_s3
from mocks3.interceptors import open_worlds


def is_mocked():
    return open_worlds.current() is not None


def names():
    return [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]]


@pytest.fixture(autouse=True)
def nothing_stays_open():
    yield
    assert not is_mocked()


def ordinary(function):
    """A decorator as people write them: its wrapper is no coroutine function."""

    @functools.wraps(function)
    def call(*args, **kwargs):
        return function(*args, **kwargs)

    return call


def test_async_generators_get_what_is_sent_and_thrown():
    seen = []

    @mock_s3
    async def talk():
        try:
            seen.append(((yield "ready"), is_mocked()))
        except ValueError as error:
            seen.append((str(error), is_mocked()))
            yield "handled"
        yield "last"

    async def main():
        items = talk()
        assert await anext(items) == "ready"
        assert await items.asend("hi") == "last"
        await items.aclose()
        items = talk()
        await anext(items)
        assert await items.athrow(ValueError("no")) == "handled"
        assert await anext(items) == "last"
        with pytest.raises(StopAsyncIteration):
            await anext(items)

    asyncio.run(main())
    assert seen == [("hi", True), ("no", True)]


def test_generators_get_what_is_sent_and_thrown_and_return():
    @mock_s3
    def talk():
        try:
            sent = yield is_mocked()
        except ValueError:
            sent = yield "handled"
        return sent

    for act, shown in ((lambda items: items.throw(ValueError), "handled"), (None, None)):
        items = talk()
        assert next(items) is True
        if act is not None:
            assert act(items) == shown
        with pytest.raises(StopIteration) as stop:
            items.send("kept")
        assert stop.value.value == "kept"


def test_closing_closes_the_generator_inside_the_mock():
    closed = []

    @mock_s3
    async def stream():
        try:
            yield
        finally:
            closed.append(is_mocked())

    @mock_s3
    def generator():
        try:
            yield
        finally:
            closed.append(is_mocked())

    async def main():
        items = stream()
        await anext(items)
        await items.aclose()

    asyncio.run(main())
    items = generator()
    next(items)
    items.close()
    assert closed == [True, True]


def test_context_managers_roll_back():
    log = []

    @contextlib.asynccontextmanager
    @mock_s3
    async def unit_of_work():
        try:
            yield names()
        except ValueError:
            log.append(("rolled back", is_mocked()))

    @contextlib.contextmanager
    @mock_s3
    def work():
        try:
            yield names()
        except ValueError:
            log.append(("rolled back", is_mocked()))

    async def main():
        async with unit_of_work() as found:
            assert found == []
            raise ValueError

    asyncio.run(main())
    with work() as found:
        assert found == []
        raise ValueError
    assert log == [("rolled back", True)] * 2


@pytest.mark.parametrize("decorator", [contextlib.contextmanager, contextlib.asynccontextmanager])
def test_above_contextlib_is_refused(decorator):
    async def stream():
        yield

    def generator():
        yield

    with pytest.raises(Mocks3Error, match="below the decorator of contextlib"):
        mock_s3(decorator(generator if decorator is contextlib.contextmanager else stream))


class AsyncJob:
    async def __call__(self, *names_):
        return await work(*names_)


async def work(*given):
    await asyncio.sleep(0)
    for name in given:
        boto3.client("s3").create_bucket(Bucket=name)
    return names()


class Awaitable:
    def __await__(self):
        return work("bkt").__await__()


@types.coroutine
def generator_based():
    return (yield from work("bkt").__await__())


COROUTINES = {
    "behind an ordinary decorator": lambda: ordinary(work)("bkt"),
    "returned by a function": lambda: work("bkt"),
    "an object with __await__": lambda: Awaitable(),
    "of types.coroutine": generator_based,
    "a task": lambda: asyncio.get_running_loop().create_task(work("bkt")),
}


@pytest.mark.parametrize("form", COROUTINES)
def test_what_returns_an_awaitable_is_mocked_until_it_is_done(form):
    async def main():
        result = mock_s3(COROUTINES[form])()
        assert is_mocked() is (form == "a task")
        return await result

    assert asyncio.run(main()) == ["bkt"]


def test_a_task_that_nobody_awaits_keeps_the_mock_open_until_it_is_done():
    async def main():
        gate = asyncio.Event()

        async def later():
            await gate.wait()
            return names()

        task = mock_s3(lambda: asyncio.get_running_loop().create_task(later()))()
        assert is_mocked()
        gate.set()
        while not task.done():
            await asyncio.sleep(0)
        assert task.result() == []

    asyncio.run(main())


def test_a_future_of_another_thread_keeps_the_mock_open_until_it_is_done():
    gate = threading.Event()

    def later():
        gate.wait(30)
        return names()

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        future = mock_s3(lambda: pool.submit(later))()
        assert is_mocked()
        gate.set()
        assert future.result(30) == []


def test_what_was_made_before_the_coroutine_is_there_when_it_runs():
    @mock_s3
    def start():
        boto3.client("s3").create_bucket(Bucket="early")
        return work("late")

    async def main():
        return await start()

    assert asyncio.run(main()) == ["early", "late"]


def test_generators_returned_by_a_function_are_mocked():
    def generator():
        yield names()

    async def stream():
        yield names()

    async def main():
        return [each async for each in mock_s3(ordinary(stream))()]

    assert list(mock_s3(ordinary(generator))()) == [[]]
    assert asyncio.run(main()) == [[]]


@pytest.mark.parametrize("target", [AsyncJob(), functools.partial(work, "bkt"), AsyncJob().__call__, work])
def test_coroutine_functions_of_any_form_stay_coroutine_functions(target):
    decorated = mock_s3(target)
    assert inspect.iscoroutinefunction(decorated)
    given = () if isinstance(target, functools.partial) else ("bkt",)
    assert asyncio.run(decorated(*given)) == ["bkt"]


def test_cached_functions_keep_their_cache():
    @mock_s3
    @functools.cache
    def found():
        return is_mocked()

    assert found() is found() is True
    assert found.cache_info().hits == 1
    found.cache_clear()
    assert found.cache_info().currsize == 0


def test_methods_decorated_one_by_one():
    class Job:
        @mock_s3
        @staticmethod
        def static():
            return is_mocked()

        @mock_s3
        @classmethod
        def of_class(cls):
            return cls, is_mocked()

        @mock_s3
        @property
        def shown(self):
            return is_mocked()

    assert Job().static() is Job.static() is True
    assert Job.of_class() == (Job, True)
    assert Job().shown is True


class Base:
    """Undecorated; what a decorated class inherits from it is mocked."""

    def run(self):
        return is_mocked()

    async def wait(self):
        return is_mocked()

    @classmethod
    def made(cls):
        return cls.__name__, is_mocked()

    @staticmethod
    def static():
        return is_mocked()

    @property
    def shown(self):
        return is_mocked()


@mock_s3
class Job(Base):
    seen = functools.partial(is_mocked)

    def __init__(self):
        self.at_start = is_mocked()

    def __call__(self):
        return is_mocked()

    def __iter__(self):
        yield is_mocked()

    @staticmethod
    def own_static():
        return is_mocked()

    @classmethod
    def own_made(cls, value=None):
        return cls.__name__, is_mocked()

    @functools.cached_property
    def kept(self):
        return is_mocked()

    @functools.lru_cache  # noqa: B019 -- of a test's instance
    def cached(self):
        return is_mocked()

    def _with(self, value, expected):
        return value == expected and is_mocked()

    one = functools.partialmethod(_with, 1, expected=1)

    @functools.singledispatchmethod
    def dispatched(self, given):
        return "object", is_mocked()

    @dispatched.register
    def _(self, given: int):
        return "int", is_mocked()

    @property
    def settable(self):
        return self._settable

    @settable.setter
    def settable(self, value):
        self._settable = value, is_mocked()

    class Inner:
        def run(self):
            return is_mocked()


MEMBERS = {
    "inherited": lambda: Job().run(),
    "an inherited coroutine": lambda: asyncio.run(Job().wait()),
    "an inherited class method": lambda: Job.made() == ("Job", True),
    "an inherited static method": lambda: Job.static(),
    "an inherited property": lambda: Job().shown,
    "__init__": lambda: Job().at_start,
    "__call__": lambda: Job()(),
    "__iter__": lambda: next(iter(Job())),
    "a static method": lambda: Job.own_static() and Job().own_static(),
    "a class method": lambda: Job.own_made() == Job().own_made() == ("Job", True),
    "a cached property": lambda: Job().kept,
    "a cached method": lambda: Job().cached(),
    "a partial method": lambda: Job().one(),
    "a partial function": lambda: Job().seen() and Job.seen(),
    "a dispatched method": lambda: (
        [Job().dispatched(""), Job().dispatched(1)] == [("object", True), ("int", True)]
    ),
    "a nested class": lambda: Job.Inner().run(),
}


@pytest.mark.parametrize("member", MEMBERS)
def test_members_of_a_decorated_class_called_by_hand(member):
    assert MEMBERS[member]() is True
    assert not is_mocked()


def test_awaitable_objects_of_a_decorated_class():
    @mock_s3
    class Work(Awaitable):
        pass

    async def main(made):
        return await made

    assert asyncio.run(main(Work())) == ["bkt"]
    assert asyncio.run(main(mock_s3(type("Own", (Awaitable,), dict(vars(Awaitable))))())) == ["bkt"]


def test_setters_are_mocked():
    job = Job()
    job.settable = 3
    assert job.settable == (3, True)


def test_kinds_of_inherited_members_stay():
    assert inspect.iscoroutinefunction(Job.wait)
    assert list(inspect.signature(Job.own_made).parameters) == ["value"]
    assert Base().run() is False, "the base itself is not decorated"


def test_inheritance_keeps_its_order():
    @mock_s3
    class Left(Base):
        pass

    class Right(Base):
        def run(self):
            return "right"

    class Both(Left, Right):
        pass

    assert Both().run() == "right"


def test_methods_share_the_world_of_the_one_that_was_called_first():
    @mock_s3
    class Work:
        @classmethod
        def make(cls, name):
            boto3.client("s3").create_bucket(Bucket=name)

        @staticmethod
        def found():
            return names()

        def run(self):
            self.make("one")
            Work().make("two")
            return self.found()

    assert Work().run() == ["one", "two"]
    assert Work.found() == []


def test_classes_with_slots():
    @mock_s3
    class Slotted:
        __slots__ = ()

        def run(self):
            return is_mocked()

    assert Slotted().run() is True
    slotted = Slotted()
    slotted.setup_method(None)
    assert is_mocked()
    slotted.teardown_method(None)


def test_a_second_thread_on_one_instance_stays_mocked_when_the_first_leaves():
    entered, left, seen = threading.Event(), threading.Event(), []

    @mock_s3
    class Two:
        def first(self):
            boto3.client("s3").create_bucket(Bucket="bkt")
            assert entered.wait(30)

        def second(self):
            entered.set()
            assert left.wait(30)
            seen.append((is_mocked(), names()))

    two = Two()
    first, second = threading.Thread(target=two.first), threading.Thread(target=two.second)
    first.start()
    while not is_mocked():
        pass
    second.start()
    first.join(30)
    left.set()
    second.join(30)
    assert seen == [(True, ["bkt"])]


def test_what_helpers_of_the_set_up_make_stays():
    @mock_s3
    class Case:
        @classmethod
        def setup_class(cls):
            cls.make()

        @classmethod
        def make(cls):
            boto3.client("s3").create_bucket(Bucket="bkt")

        def test_one(self):
            return names()

    Case.setup_class()
    try:
        assert Case().test_one() == ["bkt"]
    finally:
        Case.teardown_class()


@pytest.mark.parametrize("target", [int, dict])
def test_classes_that_cannot_be_changed_are_refused(target):
    with pytest.raises(Mocks3Error, match="cannot decorate .* decorate a subclass"):
        mock_s3(target)


NESTED = """
    import boto3
    from mocks3 import mock_s3

    def names():
        return [each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]]

    @mock_s3
    class TestOuter:
        @classmethod
        def setup_class(cls):
            boto3.client("s3").create_bucket(Bucket="of-the-class")

        @classmethod
        def teardown_class(cls):
            assert names() == ["of-the-class"]

        def test_outer(self):
            assert names() == ["of-the-class"]

        class TestInner:
            def setup_method(self):
                boto3.client("s3").create_bucket(Bucket="set-up")

            def teardown_method(self):
                assert "set-up" in names()

            def test_inner(self):
                assert names() == ["of-the-class", "set-up"]

            def test_again(self):
                boto3.client("s3").create_bucket(Bucket="mine")
                assert names() == ["mine", "of-the-class", "set-up"]
"""


def test_nested_test_classes(pytester):
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    pytester.makepyfile(NESTED)
    pytester.runpytest("-p", "no:randomly").assert_outcomes(passed=3)


def test_one_nested_test_class_alone(pytester):
    """Then pytest calls the set-up of the class around it for the nested class."""
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    pytester.makepyfile(NESTED)
    pytester.runpytest("-p", "no:randomly", "-k", "TestInner").assert_outcomes(passed=2)

"""Clients share what is expensive and never changes. What a client can change is its own."""

from __future__ import annotations

import copy
import functools
import inspect
import ssl
import threading

import boto3
import botocore.endpoint_provider
import botocore.handlers
import botocore.hooks
import botocore.httpsession
import botocore.session
import pytest
from botocore.compat import accepts_kwargs
from botocore.config import Config
from botocore.httpsession import URLLib3Session
from hypothesis import given
from hypothesis import strategies as st

from mocks3 import mock_s3
from mocks3.interceptors import session_cache

EVENT = "provide-client-params.s3.ListBuckets"


@pytest.fixture(autouse=True)
def aws():
    with mock_s3() as world:
        yield world


def new_client(**options):
    return boto3.Session().client("s3", **options)


def handled(client):
    """Return the names of the clients whose handlers a call of this client runs."""
    seen.clear()
    client.list_buckets()
    return list(seen)


seen: list[str] = []


def note(name):
    return functools.partial(lambda name, **_: seen.append(name), name)


def test_handlers_of_one_client_are_not_called_for_another(aws):
    session = boto3.Session()
    first, second, third = session.client("s3"), session.client("s3"), new_client()
    bound = aws.client("s3", region_name="eu-west-1")
    clients = {"first": first, "second": second, "third": third, "bound": bound}
    for name, client in clients.items():
        client.meta.events.register(EVENT, note(name))
    assert {name: handled(client) for name, client in clients.items()} == {name: [name] for name in clients}
    assert handled(new_client()) == handled(session.client("s3")) == []
    session.events.register(EVENT, note("session"))
    assert handled(session.client("s3")) == ["session"]
    assert handled(first) == ["first"]
    assert handled(new_client()) == []


def test_a_handler_that_is_removed_from_one_client_stays_on_the_others():
    event = "before-parameter-build.s3.PutObject"

    def handlers(client):
        return list(client.meta.events._emitter._handlers.prefix_search(event))

    first, second = new_client(), new_client()
    removed = handlers(first)[0]
    first.meta.events.unregister(event, removed)
    assert removed not in handlers(first)
    assert removed in handlers(second)
    assert removed in handlers(new_client())


def test_a_new_session_has_the_handlers_that_were_built_in_since(monkeypatch):
    new_client()
    monkeypatch.setattr(
        botocore.handlers, "BUILTIN_HANDLERS", [*botocore.handlers.BUILTIN_HANDLERS, (EVENT, note("new"))]
    )
    assert handled(new_client()) == ["new"]
    monkeypatch.undo()
    assert handled(new_client()) == []


def test_the_order_of_the_built_in_handlers_is_botocores():
    def order(session):
        emitter = session.get_component("event_emitter")._emitter
        events = [spec[0] for spec in botocore.handlers.BUILTIN_HANDLERS]
        return {event: list(emitter._handlers.prefix_search(event)) for event in events}

    new_client()
    copied = order(botocore.session.Session())
    session_cache.unshare()
    try:
        assert order(botocore.session.Session()) == copied
    finally:
        session_cache.share()


@pytest.mark.parametrize("first", ["bound", "plain"])
def test_sessions_of_a_world_register_the_handler_of_moto_in_their_own_way(aws, first):
    """A world's session gives moto what the world does not answer, also while the world is not open; others do not."""
    stubber = pytest.importorskip("moto.core.botocore_stubber")

    def moto_handler(session):
        handlers = session.get_component("event_emitter")._emitter._handlers.prefix_search("before-send")
        return next(each for each in handlers if "moto" in type(each).__module__)

    session_cache.unshare()
    session_cache.share()  # with nothing to share yet
    make = {"bound": lambda: aws.session()._session, "plain": botocore.session.Session}
    order = [first, *(make.keys() - {first})]
    found = {name: moto_handler(make[name]()) for name in order}
    assert type(found["bound"]).__name__ == "OtherRequests"
    assert type(found["plain"]) is stubber.BotocoreStubber


def test_a_session_that_registers_in_its_own_way_is_asked_for_each_handler():
    class Own(botocore.session.Session):
        def register(self, event_name, *args, **kwargs):
            seen.append(event_name)
            super().register(event_name, *args, **kwargs)

    new_client()
    seen.clear()
    Own()
    assert len(seen) == len([spec for spec in botocore.handlers.BUILTIN_HANDLERS if len(spec) == 2])


def test_a_changed_class_of_one_client_is_not_another_clients():
    first, second = new_client(), new_client()
    type(first).list_buckets = lambda self: "mine"
    assert first.list_buckets() == "mine"
    assert second.list_buckets()["Buckets"] == []
    assert new_client().list_buckets()["Buckets"] == []


def test_configurations_and_regions_do_not_leak():
    first = new_client(region_name="eu-west-1", config=Config(s3={"addressing_style": "path"}))
    second = new_client(region_name="us-west-2")
    urls = [
        each.generate_presigned_url("get_object", Params={"Bucket": "amzn-b", "Key": "k"})
        for each in (first, second)
    ]
    assert urls[0].startswith("https://s3.eu-west-1.amazonaws.com/amzn-b/k?")
    assert urls[1].startswith("https://amzn-b.s3.amazonaws.com/k?")
    assert [first.meta.region_name, second.meta.region_name] == ["eu-west-1", "us-west-2"]


def count(monkeypatch, owner, name):
    made = []
    original = getattr(owner, name)

    def counted(*args, **kwargs):
        made.append(name)
        return original(*args, **kwargs)

    monkeypatch.setattr(owner, name, counted)
    return made


def test_a_second_client_compiles_and_resolves_nothing_again(monkeypatch, aws):
    """Also one of the user's own sessions, and one of a principal of the world."""
    new_client().list_buckets()
    rules = count(monkeypatch, botocore.endpoint_provider.RuleSet, "__init__")
    shapes = count(monkeypatch, botocore.model.ShapeResolver, "get_shape_by_name")
    contexts = count(monkeypatch, botocore.httpsession, "create_urllib3_context")
    clients = [boto3.client("s3"), new_client(), aws.account().create_user("eve").client("s3")]
    of_sessions = len(contexts)  # of the sources of credentials, which are made once a session
    for client in clients[:2]:
        client.list_buckets()
    assert not rules
    assert not shapes
    boto3.client("s3")
    assert len(contexts) == of_sessions
    assert len({id(each.meta.service_model) for each in clients}) == 1


def test_a_session_with_models_of_its_own_shares_none(monkeypatch, tmp_path):
    shared = new_client().meta.service_model
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    assert new_client().meta.service_model is not shared


def test_most_results_are_forgotten():
    shared = session_cache._Shared()
    sources = [{"n": n} for n in range(1_000)]
    for each in sources:
        assert shared.get((each, "s3"), lambda each=each: each["n"]) == each["n"]
    assert len(shared._kept) == session_cache._MOST_SHARED
    assert shared.get((sources[0], "s3"), lambda: "again") == "again"
    assert shared.get((sources[-1], "s3"), lambda: "again") == 999


def test_an_http_session_gets_its_tls_context_when_it_is_used():
    session = new_client()._endpoint.http_session
    assert isinstance(session, URLLib3Session)
    manager = session._manager
    assert isinstance(manager.connection_pool_kw["ssl_context"], ssl.SSLContext)
    assert session._manager is manager
    other = new_client()._endpoint.http_session
    assert other._manager.connection_pool_kw["ssl_context"] is not manager.connection_pool_kw["ssl_context"]
    with pytest.raises(AttributeError, match="has no attribute '_nothing'"):
        session._nothing  # noqa: B018
    new_client().close()


def test_an_invalid_timeout_is_refused_when_the_client_is_created():
    with pytest.raises(ValueError, match="Timeout value connect"):
        new_client(config=Config(connect_timeout="long"))


class _Callable:
    def __call__(self, **_):
        pass

    def narrow(self, request):
        pass

    def wide(self, request, **_):
        pass


def _signed(request):
    pass


_signed.__signature__ = inspect.signature(lambda **_: None)


@pytest.mark.parametrize(
    "handler",
    [
        lambda **_: None,
        lambda request: None,
        lambda *, request: None,
        _Callable(),
        _Callable().narrow,
        _Callable().wide,
        functools.partial(_Callable.wide, None),
        functools.wraps(_Callable.wide)(lambda request: None),
        _signed,
    ],
)
def test_the_check_of_handlers_is_botocores(handler):
    assert session_cache.takes_keywords(handler) is bool(accepts_kwargs(handler))


def test_a_handler_without_keywords_is_refused():
    with pytest.raises(ValueError, match="must accept keyword arguments"):
        new_client().meta.events.register(EVENT, lambda request: None)


SECTIONS = (botocore.hooks._FIRST, botocore.hooks._MIDDLE, botocore.hooks._LAST)
KEYS = ("a", "a.b", "a.b.c", "a.*.c", "b", "b.b", "*.b")


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(KEYS), st.sampled_from((*SECTIONS, None))), max_size=40
    )
)
def test_tries_that_share_nodes_are_equal_to_botocores_copies(steps):
    """Append an item to one of the copies, remove it, or copy; the twin is botocore's trie."""
    ours, theirs = [session_cache.SharedTrie()], [botocore.hooks._PrefixTrie()]
    for number, (which, key, section) in enumerate(steps):
        which %= len(ours)
        if section is None and number % 2:
            ours.append(copy.copy(ours[which]))
            theirs.append(copy.copy(theirs[which]))
        elif section is None:
            found = list(theirs[which].prefix_search(key))
            errors = []
            for trie in (ours[which], theirs[which]):
                try:
                    trie.remove_item(key, found[0] if found else "absent")
                except (ValueError, AttributeError, TypeError) as error:
                    errors.append(repr(error))
            assert len(errors) != 1
            assert len(set(errors)) < 2
        else:
            for trie in (ours[which], theirs[which]):
                trie.append_item(key, number, section)
        assert [trie._root for trie in ours] == [trie._root for trie in theirs]


def test_threads_create_clients():
    found = []

    def create():
        session = boto3.Session()
        found.extend(session.client("s3").list_buckets()["Buckets"] for _ in range(5))

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[]] * 40


def test_clients_work_after_the_mock_is_closed(monkeypatch):
    """A client that was created in a mock later signs and sends with botocore alone."""
    with mock_s3():
        client = new_client()
    session_cache.unshare()
    try:
        url = client.generate_presigned_url("get_object", Params={"Bucket": "amzn-b", "Key": "k"})
        assert url.startswith("https://amzn-b.s3.amazonaws.com/k?")
        assert client._endpoint.http_session._manager.pools is not None
    finally:
        session_cache.share()

"""Share the expensive parts of new botocore sessions and clients within the process.

A test that creates its own client spends most of its time in botocore, on results that are the same every time: the
service model and its shapes, the compiled endpoint rules, the trie of the built-in handlers, the aliases of event
names. While a mock is open, sessions and clients share what never changes. What a client can change is its own: each
has its own class, configuration, emitter and handlers, HTTP session and signer. Each session has its own loader,
because boto3 appends to its search paths.

Rule: botocore's own function runs wherever the installed release differs from what is expected here.
"""

from __future__ import annotations

import copy
import functools
import inspect
import types
from collections.abc import Callable
from typing import Any

import botocore.client
import botocore.endpoint
import botocore.handlers
import botocore.hooks
import botocore.httpsession
import botocore.loaders
import botocore.regions
import botocore.session
from botocore.compat import accepts_kwargs
from botocore.hooks import EVENT_ALIASES, EventAliaser, HierarchicalEmitter
from botocore.httpsession import URLLib3Session
from botocore.model import ServiceModel
from botocore.session import Session

from mocks3.interceptors.patching import Function, Patch
from mocks3.wire import models

_MOST_SHARED = 64
"""How many results of one kind are kept. A suite uses a few services; a session with its own loader shares nothing."""


def loader(search_path: str | None = None) -> Any:
    """Return a loader like the one of ``botocore.loaders.create_loader``.

    Args:
        search_path: The user's own ``AWS_DATA_PATH``. With one, nothing is shared.
    """
    made = botocore.loaders.create_loader(search_path)
    if search_path is None:
        models.service_model("s3")  # ours is loaded first, because clients change the shared model
        made._cache = models.loader()._cache
    return made


class Aliaser(EventAliaser):  # type: ignore[misc]
    """botocore's aliaser of event names, with a cache that all sessions share."""

    _names: dict[str, str] = {}  # noqa: RUF012 - shared on purpose

    def __init__(self, emitter: object, aliases: dict[str, str] | None = None) -> None:
        super().__init__(emitter, aliases)
        if aliases is None or aliases is EVENT_ALIASES:
            self._alias_name_cache = Aliaser._names

    def __copy__(self) -> Aliaser:
        return type(self)(copy.copy(self._emitter), self._event_aliases)


def takes_keywords(handler: object) -> bool:
    """Whether a handler accepts ``**kwargs``, like ``botocore.compat.accepts_kwargs``, but read from its code."""
    function = handler.__func__ if type(handler) is types.MethodType else handler
    if type(function) is not types.FunctionType or "__signature__" in function.__dict__:
        return bool(accepts_kwargs(handler))
    return bool(function.__code__.co_flags & inspect.CO_VARKEYWORDS)


class _Shared:
    """Results by the identity of their sources: parsed JSON files, and names."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], tuple[object, Any]] = {}

    def get(self, sources: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """Return the result that was made from these sources. Make it if there is none."""
        key = tuple(each if isinstance(each, str) else id(each) for each in sources)
        found = self._kept.get(key)
        if found is None:
            while len(self._kept) >= _MOST_SHARED:
                self._kept.pop(next(iter(self._kept)), None)
            found = self._kept[key] = sources, make()
        return found[1]


_models = _Shared()
_providers = _Shared()


def _loading_model(load: Function) -> Function:
    """Wrap the function that makes the ``ServiceModel`` of a client: all get one, whose shapes are resolved once."""

    def loaded(creator: Any, *args: object, **kwargs: object) -> Any:
        model = load(creator, *args, **kwargs)
        described = getattr(model, "_service_description", None)
        if type(model) is not ServiceModel or not _is_shared(creator._loader):
            return model
        return _models.get((described, model.service_name), lambda: model)

    return loaded


def _is_shared(loader: Any) -> bool:
    return getattr(loader, "_cache", None) is models.loader()._cache


def _providing(provider: Function) -> Function:
    """Wrap the class of endpoint providers: those of one service share the compiled rules and resolved endpoints."""

    def provided(*args: Any, **kwargs: Any) -> Any:
        sources = (*args, *kwargs, *kwargs.values())
        return _providers.get(sources, lambda: provider(*args, **kwargs))

    return provided


_Trie: Any = getattr(botocore.hooks, "_PrefixTrie", object)


class SharedTrie(_Trie):  # type: ignore[misc]
    """botocore's trie of handlers, whose copies share all nodes. A change first copies the nodes on its path."""

    _root: dict[str, Any]

    def __copy__(self) -> SharedTrie:
        made = SharedTrie()
        made._root = self._root
        return made

    def append_item(self, key: str, *args: object, **kwargs: object) -> None:
        """Add an item to a key."""
        self._own(key)
        super().append_item(key, *args, **kwargs)

    def remove_item(self, key: str, value: object) -> None:
        """Remove an item of a key."""
        self._own(key)
        super().remove_item(key, value)

    def _own(self, key: str) -> None:
        node = root = _copied(self._root)
        for part in key.split("."):
            child = node["children"].get(part)
            if child is None:
                break
            node["children"][part] = node = _copied(child)
        self._root = root


def _copied(node: dict[str, Any]) -> dict[str, Any]:
    return {**node, "children": node["children"].copy(), "values": copy.copy(node["values"])}


def _registering(register: Function) -> Function:
    """Wrap the function that registers the built-in handlers of a session: sessions share their trie.

    Each class of emitters has a trie of its own, because those of a world's sessions register moto's handler otherwise.
    """
    known: dict[type, tuple[list[object], SharedTrie]] = {}

    def registered(session: Session, events: Any) -> None:
        emitter = getattr(events, "_emitter", events)
        if not _is_plain(session, emitter):
            register(session, events)
            return
        handlers, trie = known.get(type(emitter), ([], None))
        if trie is not None and handlers == botocore.handlers.BUILTIN_HANDLERS:
            emitter._handlers = copy.copy(trie)
        else:
            emitter._handlers = SharedTrie()
            register(session, events)
            known[type(emitter)] = list(botocore.handlers.BUILTIN_HANDLERS), copy.copy(emitter._handlers)

    return registered


def _is_plain(session: Session, emitter: Any) -> bool:
    """Whether a session and its emitter register as botocore's do, and no handler is registered yet."""
    return (
        isinstance(emitter, HierarchicalEmitter)
        and (
            type(emitter).__module__.startswith("mocks3.")
            or _is_own(emitter, HierarchicalEmitter, "register")
        )
        and _is_own(session, Session, "register")
        and _is_own(emitter, HierarchicalEmitter, "_verify_and_register")
        and _is_own(emitter, HierarchicalEmitter, "_register_section")
        and type(emitter._handlers) is _Trie
        and emitter._handlers._root == _EMPTY
        and not emitter._unique_id_handlers
    )


def _is_own(given: object, base: type, method: str) -> bool:
    """Whether the method of an object is the one of botocore's class."""
    return getattr(type(given), method, None) is getattr(base, method, given)


_EMPTY: dict[str, object] = {"chunk": None, "children": {}, "values": None}
"""The root of a trie without handlers."""


class UnusedHttpSession(URLLib3Session):  # type: ignore[misc]
    """botocore's HTTP session, which creates its TLS context when it is first used. A mocked client never uses it."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        self._is_made = False
        super().__init__(*args, **kwargs)
        self._is_made = True
        self._unused = self.__dict__.pop("_manager", None)

    def _get_ssl_context(self) -> object:
        return super()._get_ssl_context() if self._is_made else None

    def __getattr__(self, name: str) -> object:
        if name != "_manager" or self.__dict__.get("_unused") is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self._unused.connection_pool_kw["ssl_context"] = self._get_ssl_context()
        self._manager = self._unused
        return self._manager


def _creating_endpoint(create: Function) -> Function:
    """Wrap the function that creates the endpoint of a client: its HTTP session is an ``UnusedHttpSession``."""
    names = list(inspect.signature(create).parameters)
    before = names.index("http_session_cls") if "http_session_cls" in names else 0

    def created(creator: object, *args: object, **kwargs: object) -> object:
        if 1 + len(args) <= before:
            kwargs.setdefault("http_session_cls", UnusedHttpSession)
        return create(creator, *args, **kwargs)

    return created


PATCHES = tuple(
    Patch(owner, name, wrap)
    for owner, name, wrap in (
        (botocore.session, "create_loader", lambda _: functools.partial(loader)),
        (botocore.session, "EventAliaser", lambda _: Aliaser),
        (botocore.hooks, "accepts_kwargs", lambda _: functools.partial(takes_keywords)),
        (botocore.session.Session, "_register_builtin_handlers", _registering),
        (botocore.client.ClientCreator, "_load_service_model", _loading_model),
        (botocore.regions, "EndpointProvider", _providing),
        (botocore.endpoint.EndpointCreator, "create_endpoint", _creating_endpoint),
    )
    if hasattr(owner, name)
)


def share() -> None:
    """Make new sessions and clients share."""
    for patch in PATCHES:
        patch.apply()


def unshare() -> None:
    """Restore botocore's own functions."""
    for patch in PATCHES:
        patch.remove()

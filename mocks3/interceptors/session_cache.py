"""What making a session costs, paid once a process instead of once a session.

A test that makes its own client spends most of its time in botocore, on three things that come out the same every
time: reading S3's service model, finding the aliases of event names, and inspecting the built-in handlers. While a
mock is open, sessions share the results. Each keeps its own loader (boto3 appends to its search paths), its own
emitter and its own handlers.
"""

from __future__ import annotations

import copy
import types
import weakref
from typing import Any

import botocore.hooks
import botocore.loaders
import botocore.session
from botocore.compat import accepts_kwargs
from botocore.hooks import EVENT_ALIASES, EventAliaser

from mocks3.wire import models

_create_loader = botocore.session.create_loader
_accepted: weakref.WeakKeyDictionary[types.FunctionType, bool] = weakref.WeakKeyDictionary()


def loader(search_path: str | None = None) -> Any:
    """A loader like the one that ``botocore.loaders.create_loader`` makes.

    Args: ``search_path`` the user's own ``AWS_DATA_PATH``; with one nothing is shared.
    """
    made = botocore.loaders.create_loader(search_path)
    if search_path is None:
        models.service_model("s3")  # ours first: clients write on what they share
        made._cache = models.loader()._cache
    return made


class Aliaser(EventAliaser):  # type: ignore[misc]
    """botocore's aliaser of event names, remembering across sessions what a name's alias is."""

    _names: dict[str, str] = {}  # noqa: RUF012 - shared on purpose

    def __init__(self, emitter: Any, aliases: dict[str, str] | None = None) -> None:
        super().__init__(emitter, aliases)
        if aliases is None or aliases is EVENT_ALIASES:
            self._alias_name_cache = Aliaser._names

    def __copy__(self) -> Aliaser:
        return type(self)(copy.copy(self._emitter), self._event_aliases)


def takes_keywords(handler: Any) -> bool:
    """Whether a handler accepts ``**kwargs``, as ``botocore.compat.accepts_kwargs`` finds it; asked once a function."""
    if type(handler) is not types.FunctionType:
        return bool(accepts_kwargs(handler))
    known = _accepted.get(handler)
    if known is None:
        known = _accepted[handler] = bool(accepts_kwargs(handler))
    return known


def share() -> None:
    """Let sessions made from now on share."""
    botocore.session.create_loader = loader
    botocore.session.EventAliaser = Aliaser
    botocore.hooks.accepts_kwargs = takes_keywords


def unshare() -> None:
    """Put botocore's own functions back."""
    botocore.session.create_loader = _create_loader
    botocore.session.EventAliaser = EventAliaser
    botocore.hooks.accepts_kwargs = accepts_kwargs

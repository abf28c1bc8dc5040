"""Share the expensive parts of new botocore sessions within the process.

A test that creates its own client spends most of its time in botocore, on three results that are the same every time:
S3's service model, the aliases of event names, and the inspection of the built-in handlers. While a mock is open,
sessions share these. Each still has its own loader (boto3 appends to its search paths), emitter and handlers.
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
    """Whether a handler accepts ``**kwargs``, like ``botocore.compat.accepts_kwargs``, but cached for each function."""
    if type(handler) is not types.FunctionType:
        return bool(accepts_kwargs(handler))
    known = _accepted.get(handler)
    if known is None:
        known = _accepted[handler] = bool(accepts_kwargs(handler))
    return known


def share() -> None:
    """Make new sessions share."""
    botocore.session.create_loader = loader
    botocore.session.EventAliaser = Aliaser
    botocore.hooks.accepts_kwargs = takes_keywords


def unshare() -> None:
    """Restore botocore's own functions."""
    botocore.session.create_loader = _create_loader
    botocore.session.EventAliaser = EventAliaser
    botocore.hooks.accepts_kwargs = accepts_kwargs

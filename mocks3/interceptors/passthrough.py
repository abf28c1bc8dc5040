"""Decide what may reach the real AWS: ``mock_s3(passthrough=[...])``.

A name with a dot or a colon, or ``localhost``, is a host and may contain wildcards
(``*.execute-api.us-east-1.amazonaws.com``). Any other name is a boto3 service.
"""

from __future__ import annotations

import difflib
import fnmatch
import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mocks3.errors import Mocks3Error
from mocks3.wire import hosts, models
from mocks3.wire.hostname import normalized

if TYPE_CHECKING:
    from mocks3.model.world import Settings


def checked(names: object) -> tuple[str, ...]:
    """Return the names as ``Settings`` stores them. Raise Mocks3Error if one is neither a host nor a service."""
    if isinstance(names, str | bytes) or not isinstance(names, Iterable):
        raise Mocks3Error(f"passthrough must be a list of hosts and services, not {names!r}")
    found = tuple(names)
    for name in found:
        if not isinstance(name, str) or not name:
            raise Mocks3Error(f"passthrough must contain hosts and services as strings, not {name!r}")
        if not _is_host(name):
            _check_service(name)
    return found


def _is_host(name: str) -> bool:
    return "." in name or ":" in name or name == "localhost"


def _check_service(name: str) -> None:
    services = models.loader().list_available_services("service-2")
    if name not in services:
        close = difflib.get_close_matches(name, services, 1)
        hint = f"; did you mean {close[0]!r}?" if close else "; the name of a host must contain a dot"
        raise Mocks3Error(f"passthrough: AWS has no service {name!r}{hint}")
    if name == "s3":
        raise Mocks3Error(
            "passthrough: mock_s3 mocks the service s3; give the hosts that should be real instead"
        )


def allows(settings: Settings, host: str, service: str | None = None) -> bool:
    """Whether a call to this host, and of this service if it is known, is passed through."""
    return bool(settings.passthrough) and _named(settings.passthrough, normalized(host), service)


@functools.lru_cache(maxsize=512)
def _named(names: tuple[str, ...], host: str, service: str | None) -> bool:
    known = {service, hosts.service(host)}
    return any(
        fnmatch.fnmatchcase(host, normalized(name))
        if _is_host(name)
        else not known.isdisjoint(_spellings(name))
        for name in names
    )


@functools.cache
def _spellings(name: str) -> frozenset[str]:
    """Return a service's names in boto3, in botocore's events and in hosts (``logs`` is ``cloudwatch-logs``)."""
    model = models.service_model(name)
    return frozenset({name, model.service_id.hyphenize(), model.endpoint_prefix.rpartition(".")[2]})

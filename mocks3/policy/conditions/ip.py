"""IP operators (C-28, C-29): CIDR blocks of IPv4 and IPv6. An address without a mask is a block of one address.

An address of one version is never in a block of the other (C-40). Host bits of a block are ignored.
"""

# ruff: noqa: SIM110 -- a loop takes half the time of any() and all(), and this is asked in every decision

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from .operator import Operator, ValueTest

if TYPE_CHECKING:
    from mocks3.policy.request import Request


@lru_cache(maxsize=1024)
def address(text: str) -> tuple[int, int] | None:
    """Return the version and the number of an address, or None if it is not an address."""
    try:
        parsed = ip_address(text)
    except ValueError:
        return None
    return None if "%" in text else (parsed.version, int(parsed))


@lru_cache(maxsize=1024)
def block(text: str) -> IPv4Network | IPv6Network | None:
    """Return the block of a CIDR or of an address, or None if it is neither. Dotted masks are not CIDR."""
    host, slash, width = text.partition("/")
    if address(host) is None or (slash and not (width.isascii() and width.isdigit())):
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _inside(values: tuple[str, ...], variables: bool) -> ValueTest:
    blocks = [_bounds(found) for found in map(block, values) if found is not None]

    def matches(value: str, request: Request) -> bool:
        seen = address(value)
        if seen is None:
            return False
        for first, last in blocks:
            if first <= seen <= last:
                return True
        return False

    return matches


def _bounds(found: IPv4Network | IPv6Network) -> tuple[tuple[int, int], tuple[int, int]]:
    version = found.version
    return (version, int(found.network_address)), (version, int(found.broadcast_address))


def _problem(value: str) -> str | None:
    return "bad-ip-address" if block(value) is None else None


OPERATORS: Final[dict[str, Operator]] = {
    "IpAddress": Operator(_inside, problem=_problem),
    "NotIpAddress": Operator(_inside, negated=True, problem=_problem),
}

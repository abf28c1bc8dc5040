"""Which names a bucket may have (user guide, "General purpose bucket naming rules")."""

from __future__ import annotations

import ipaddress
import re

_SHAPE = re.compile(r"[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]")
_RESERVED_STARTS = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
_OWN_NAMESPACE = "-an"
"""The end of names in an account's own namespace: ``PREFIX-ACCOUNT-REGION-an`` (F-71)."""


def is_valid(name: str) -> bool:
    """Whether a general purpose bucket may be called so.

    3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit at both ends, no two dots in a row, not
    an IP address, none of the reserved beginnings and ends.
    """
    return (
        _SHAPE.fullmatch(name) is not None
        and ".." not in name
        and not name.startswith(_RESERVED_STARTS)
        and not name.endswith(_RESERVED_ENDS)
        and not _is_address(name)
    )


def is_in_namespace(name: str, namespace: str | None, account: str, region: str) -> bool:
    """Whether a name belongs where ``x-amz-bucket-namespace`` puts it: only an account's own end in ``-an``."""
    if namespace == "account-regional":
        own = f"-{account}-{region}{_OWN_NAMESPACE}"
        return name.endswith(own) and len(name) > len(own)
    return not name.endswith(_OWN_NAMESPACE)


def _is_address(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True

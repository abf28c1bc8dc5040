"""Bucket names (user guide, "General purpose bucket naming rules")."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from mocks3.model import habits

if TYPE_CHECKING:
    from mocks3.model.world import Settings

_SHAPE = re.compile(r"[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]")
_RESERVED_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
_NAMESPACE_SUFFIX = "-an"
"""The end of names in an account's regional namespace: ``PREFIX-ACCOUNT-REGION-an`` (F-71)."""
_OF_A_NAMESPACE = re.compile(r".+-\d{12}-[a-z]{2,4}(?:-[a-z]+)+-\d+-an", re.ASCII)


def is_valid(name: str) -> bool:
    """Return whether a general purpose bucket may have this name.

    A name has 3 to 63 lower-case letters, digits, dots and hyphens. It begins and ends with a letter or digit, has no
    two adjacent dots, is not an IP address, and has no reserved prefix or suffix.
    """
    return (
        _SHAPE.fullmatch(name) is not None
        and ".." not in name
        and not name.startswith(_RESERVED_PREFIXES)
        and not name.endswith(_RESERVED_SUFFIXES)
        and not _is_address(name)
    )


def is_accepted(settings: Settings, name: str) -> bool:
    """Return whether CreateBucket accepts a name: it is valid, or ``bucket_names="any"`` allows others.

    The length of a name is always checked.
    """
    return is_valid(name) or (3 <= len(name) <= 63 and habits.allows(settings, habits.BUCKET_NAMES))


def is_refused_by_s3(name: str) -> bool:
    """Return whether S3 refuses the name: it is not valid, or its ending is that of an account's namespace."""
    return not is_valid(name) or (has_namespace_ending(name) and not is_of_a_namespace(name))


def note_on(name: str) -> str:
    """Return the note on the error for a name that S3 refuses: what is wrong with it, and what to do."""
    return (
        f'S3 refuses the bucket name {name!r}: {_fault(name)} (user guide, "General purpose bucket naming rules"). '
        f"Choose another name; {habits.BUCKET_NAMES.hint}"
    )


def _fault(name: str) -> str:
    wrong = sorted(set(re.findall(r"[^a-z0-9.-]", name)))
    if not 3 <= len(name) <= 63:
        return f"its length is {len(name)}, and a name has 3 to 63 characters"
    if wrong:
        return f"it contains {', '.join(map(repr, wrong))}, and a name has lower-case letters, digits, dots and hyphens"
    if not (name[0].isalnum() and name[-1].isalnum()):
        return "a name begins and ends with a letter or a digit"
    if ".." in name:
        return "it has two dots in a row"
    if _is_address(name):
        return "it is an IP address"
    return "its beginning or its end is reserved"


def namespace_suffix(account: str, region: str) -> str:
    """Return the suffix of the names in an account's regional namespace (F-71)."""
    return f"-{account}-{region}{_NAMESPACE_SUFFIX}"


def is_of_a_namespace(name: str) -> bool:
    """Return whether the name has the form of a name in an account's regional namespace, of whatever account."""
    return _OF_A_NAMESPACE.fullmatch(name) is not None


def has_namespace_ending(name: str) -> bool:
    """Return whether the name ends as only names in an account's regional namespace may end."""
    return name.endswith(_NAMESPACE_SUFFIX)


def _is_address(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True

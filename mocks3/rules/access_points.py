"""Names and aliases of access points, which S3 Control and the Python handles create.

Source: user guide, "Access points naming rules, restrictions, and limitations", "Access point aliases".
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from collections.abc import Iterator

from mocks3.storage import ALIAS_SUFFIX, OBJECT_LAMBDA_ALIAS_SUFFIX

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,48}[a-z0-9]", re.ASCII)
_RESERVED_ENDINGS = (ALIAS_SUFFIX, "-s3-alias", OBJECT_LAMBDA_ALIAS_SUFFIX)
_METADATA = 34
"""Characters between the name and the suffix of an alias. A whole alias is at most as long as a bucket name."""
_LONGEST_ALIAS = 63


def is_valid_name(name: str) -> bool:
    """Return whether an access point can have this name."""
    return _NAME.fullmatch(name) is not None and not name.endswith(_RESERVED_ENDINGS)


def multi_region_aliases(name: str, account: str) -> Iterator[str]:
    """Return aliases of one Multi-Region Access Point after another: 13 letters and digits, and ``.mrap``.

    The first one that was never used is the alias of a new one, because S3 does not use an alias again (user guide,
    "Multi-Region Access Point restrictions and limitations").
    """
    for number in itertools.count():
        digest = hashlib.sha256(f"mrap/{account}/{name}{f'/{number}' if number else ''}".encode()).digest()
        yield f"m{base64.b32encode(digest).decode().lower()[:12]}.mrap"


def alias(name: str, region: str, account: str, suffix: str = ALIAS_SUFFIX) -> str:
    """Return the alias: the name, cut to the room there is, and characters that are the same in every run."""
    digest = hashlib.sha256(f"{account}/{region}/{name}".encode()).digest()
    metadata = base64.b32encode(digest).decode().lower()[:_METADATA]
    room = _LONGEST_ALIAS - len(suffix) - _METADATA - 1
    return f"{name[:room]}-{metadata}{suffix}"

"""Identifiers in AWS's format. They are computed from their arguments, so they are the same in every run.

Rule: an identifier reveals nothing about its owner that is not known already. None is a secret outside this process.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import itertools
import re
from collections.abc import Callable, Iterator


def _digest(*what: object) -> bytes:
    return hashlib.sha256("\0".join(map(str, what)).encode()).digest()


def canonical_id(account: str) -> str:
    """Return the canonical user id of an account: 64 lower-case hex digits (P-15)."""
    return hashlib.sha256(f"canonical\0{account}".encode()).hexdigest()


@functools.lru_cache(maxsize=256)
def unique_id(prefix: str, *what: object) -> str:
    """Return ``AIDA…``, ``AROA…``, ``AKIA…`` or ``ASIA…``: the prefix and 17 letters or digits (16 for access keys)."""
    length = 16 if prefix in ("AKIA", "ASIA") else 17
    return prefix + base64.b32encode(_digest(prefix, *what)).decode()[:length]


def lower_id(*what: object) -> str:
    """Return eight lower-case letters and digits, as in ``ou-ab12-11111111``."""
    return base64.b32encode(_digest(*what)).decode()[:8].lower()


def lower_ids(*what: object) -> Iterator[str]:
    """Return ids for one thing after another, for those that are deleted and created again."""
    yield lower_id(*what)
    for number in itertools.count(1):
        yield lower_id(*what, number)


def secret(*what: object) -> str:
    """Return a secret access key: 40 characters."""
    return base64.b64encode(_digest("secret", *what)).decode()[:40]


def session_token(*what: object) -> str:
    """Return a session token: opaque text."""
    return "FwoGZXIvYXdzE" + base64.b64encode(_digest("token", *what) * 4).decode()


_KEY_ID = re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{12,124}")
"""An access key id (IAM user guide, "Understanding unique ID prefixes"; API_AccessKey: 16 to 128 characters)."""
_STARS = "*" * 16


def mask_key(key_id: str) -> str:
    """Return the masked form of an access key id that mocks3 did not issue: only its prefix remains."""
    return (key_id[:4] if key_id.startswith(("AKIA", "ASIA")) else "") + _STARS


def mask_keys(text: str, is_ours: Callable[[str], bool]) -> str:
    """Mask the access key ids in a text that mocks3 did not issue. If there is one, mask session tokens too."""
    if "AKIA" not in text and "ASIA" not in text:
        return text
    shown = _KEY_ID.sub(lambda found: found[0] if is_ours(found[0]) else mask_key(found[0]), text)
    return text if shown == text else _TOKEN.sub(lambda found: found[1] + _STARS, shown)


_TOKEN = re.compile(r"(X-Amz-Security-Token[=:]\s*)[^&\s]+", re.IGNORECASE)

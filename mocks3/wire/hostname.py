"""Normalize host names: if DNS and TLS treat two spellings as the same host, the result is the same text.

Rule: the interceptors, the network guard and the settings only compare hosts that :func:`normalized` returned.
"""

from __future__ import annotations

import functools
import ipaddress
import re
import socket
import unicodedata
from encodings import idna
from urllib.parse import unquote

_BRACKETED = re.compile(r"\[(?P<address>[^\]]*)\](?::\d*)?")
_PORT = re.compile(r":\d*$")
_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")
"""Characters that IDNA treats as a dot (RFC 3490, 3.1)."""
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+)){0,3}")
"""IPv4 addresses as ``getaddrinfo`` accepts them: one to four numbers, decimal, octal or hexadecimal."""


@functools.lru_cache(maxsize=1024)
def normalized(host: str) -> str:
    """Return a host in lower case, without userinfo, brackets, zone, port and final dot.

    Percent-encoding is decoded. Full stops of other scripts become dots. Letters are mapped as IDNA does (RFC 3490). An
    IP address gets its canonical form; an IPv4 address that is mapped into IPv6 becomes the IPv4 address.
    """
    text = unquote(host).strip().rpartition("@")[2]
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed:
        text = bracketed["address"]
    elif text.count(":") == 1:
        text = _PORT.sub("", text)
    name = _ascii(text.partition("%")[0]).rstrip(".")
    return _address(name) or name


def in_url(host: str) -> str:
    """Return a host as URLs write it: an IPv6 address in brackets (RFC 3986, 3.2.2)."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _ascii(text: str) -> str:
    if text.isascii():
        return text.lower()
    labels = unicodedata.normalize("NFKC", text).translate(_DOTS).split(".")
    return ".".join(map(_label, labels))


def _label(label: str) -> str:
    try:
        prepared = idna.nameprep(label)
    except UnicodeError:  # no resolver accepts it
        return label.lower()
    return prepared.lower()


def _address(name: str) -> str | None:
    """Return the canonical form of an IP address, or None for a name."""
    if _NUMERIC.fullmatch(name):
        try:
            return socket.inet_ntoa(socket.inet_aton(name))
        except OSError:
            return None
    if ":" not in name:
        return None
    try:
        address = ipaddress.IPv6Address(name)
    except ValueError:
        return None
    return str(address.ipv4_mapped or address)

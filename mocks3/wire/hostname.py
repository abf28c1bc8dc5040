"""The one spelling of a host: what DNS and TLS take for the same host is the same text here.

Rule: every comparison of hosts, in the interceptors, in the network guard and in the settings, is of texts that
:func:`normalized` made.
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
"""What IDNA takes for a dot (RFC 3490, 3.1)."""
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+)){0,3}")
"""How ``getaddrinfo`` accepts IPv4 addresses: one to four numbers, decimal, octal or hexadecimal."""


@functools.lru_cache(maxsize=1024)
def normalized(host: str) -> str:
    """Return a host in lower case, without userinfo, brackets, zone, port and final dot, as ASCII where it has one.

    Percent-encoding is decoded, full stops of other scripts are dots, letters are mapped as IDNA maps them (RFC 3490),
    and an IP address has its canonical form; an IPv4 address mapped into IPv6 is the IPv4 address.
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
    """Return a host as it stands in a URL: an IPv6 address in brackets (RFC 3986, 3.2.2)."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _ascii(text: str) -> str:
    if text.isascii():
        return text.lower()
    labels = unicodedata.normalize("NFKC", text).translate(_DOTS).split(".")
    return ".".join(map(_label, labels))


def _label(label: str) -> str:
    try:
        prepared = idna.nameprep(label)
    except UnicodeError:  # no resolver takes it
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

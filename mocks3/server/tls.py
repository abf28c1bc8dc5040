"""The server's certificates for https. A new certificate authority signs them; clients must trust that authority.

A client that names a bucket in the host gets a certificate for exactly that name: OpenSSL does not accept
``*.localhost``, and a wildcard does not match a bucket's name with a dot (RFC 6125, 6.4.3).
"""

from __future__ import annotations

import contextlib
import functools
import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from mocks3.errors import Mocks3Error
from mocks3.lib.certificates import prepare_cryptography

_MOST_NAMES = 256
"""How many certificates for the names of buckets are kept."""


class Certificate(NamedTuple):
    """A TLS context for the server, and the file that clients trust."""

    context: ssl.SSLContext
    authority: Path


def certificate(host: str, domains: Iterable[str], folder: Path) -> Certificate:
    """Return a certificate for a host and this machine. Names below the domains get certificates on demand.

    Args:
        host: The name or address that the server listens on.
        domains: Names such as ``localhost``.
        folder: Where the authority's certificate is written, as ``ca.pem``.

    Raises:
        Mocks3Error: trustme is not installed, or the host is not the name of a host.
    """
    try:
        import trustme
    except ImportError:
        raise Mocks3Error("https needs trustme: pip install 'mocks3[server]'") from None
    prepare_cryptography()
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    names = dict.fromkeys((*filter(None, (host,)), *domains, "127.0.0.1", "::1"))
    try:
        authority.issue_cert(*names).configure_cert(context)
    except ValueError as error:  # also IDNA's
        raise Mocks3Error(
            f"no certificate can have the names {', '.join(map(repr, names))}: {error}"
        ) from None
    below = tuple(f".{domain}" for domain in domains)

    @functools.lru_cache(maxsize=_MOST_NAMES)
    def context_for(name: str) -> ssl.SSLContext:
        own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(own)
        return own

    def choose(sock: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name is not None and name.endswith(below):
            with contextlib.suppress(ValueError):  # no certificate can have the name that the client sent
                sock.context = context_for(name)

    context.sni_callback = choose
    file = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return Certificate(context, file)

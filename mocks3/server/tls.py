"""The server's certificate for https. A new certificate authority signs it; clients must trust that authority."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import NamedTuple

from mocks3.errors import Mocks3Error
from mocks3.lib.certificates import prepare_cryptography


class Certificate(NamedTuple):
    """A TLS context for the server, and the file that clients trust."""

    context: ssl.SSLContext
    authority: Path


def certificate(host: str, folder: Path) -> Certificate:
    """Return a certificate for a host, for ``localhost`` and for the names below it.

    Args:
        host: The name or address that the server listens on.
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
    names = dict.fromkeys((*filter(None, (host,)), "localhost", "*.localhost", "127.0.0.1", "::1"))
    try:
        authority.issue_cert(*names).configure_cert(context)
    except ValueError as error:  # also IDNA's
        raise Mocks3Error(f"no certificate can have the name {host!r}: {error}") from None
    file = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return Certificate(context, file)

"""The signing keys of identity providers whose tokens mocks3 issues: an elliptic-curve key for each name.

A key is derived from the provider's name, so that it is the same in every process and needs no storage. It signs tokens
for tests and protects nothing.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
from typing import TYPE_CHECKING

from mocks3.errors import Mocks3Error
from mocks3.lib.certificates import prepare_cryptography

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the NIST curve with 256 bits (FIPS 186-5; RFC 5480)."""

MISSING = (
    "tokens of identity providers need PyJWT, cryptography and signxml: pip install 'mocks3[federation]'"
)


@functools.lru_cache(maxsize=64)
def private_key(*names: str) -> EllipticCurvePrivateKey:
    """Return the private key of a provider.

    Raises:
        Mocks3Error: ``cryptography`` is not installed.
    """
    try:
        from cryptography.hazmat.primitives.asymmetric import ec
    except ImportError:
        raise Mocks3Error(MISSING) from None
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return ec.derive_private_key(int.from_bytes(digest) % (_ORDER - 1) + 1, ec.SECP256R1())


@functools.lru_cache(maxsize=64)
def p384_key(issuer: str) -> EllipticCurvePrivateKey:
    """Return the key of an issuer for the algorithm ES384. It is another one in each process.

    Raises ``Mocks3Error`` if ``cryptography`` is not installed.
    """
    try:
        from cryptography.hazmat.primitives.asymmetric import ec
    except ImportError:
        raise Mocks3Error(MISSING) from None
    return ec.generate_private_key(ec.SECP384R1())


@functools.lru_cache(maxsize=64)
def rsa_key(issuer: str) -> RSAPrivateKey:
    """Return the key of an issuer for the algorithm RS256. It is another one in each process.

    Raises ``Mocks3Error`` if ``cryptography`` is not installed.
    """
    try:
        from cryptography.hazmat.primitives.asymmetric import rsa
    except ImportError:
        raise Mocks3Error(MISSING) from None
    return rsa.generate_private_key(65537, 2048)


@functools.lru_cache(maxsize=64)
def certificate(*names: str) -> Certificate:
    """Return a certificate of the provider's key, which the key signs itself. It is valid from 2000 to 9999."""
    key = private_key(*names)
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    prepare_cryptography()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[-1][:64])])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC))
        .sign(key, hashes.SHA256())
    )

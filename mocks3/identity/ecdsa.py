"""The elliptic-curve keys of Signature Version 4A: one for each access key, derived from its secret.

    K = HMAC-SHA256("AWS4A" + secret, 1 || "AWS4-ECDSA-P256-SHA256" || 0 || access key id || counter || 256)

The private key is K + 1, for the first counter whose K is at most the curve's order less 2 (NIST SP 800-108, KDF in
counter mode; AWS publishes it with aws-c-auth, ``key_derivation.c``). Version 4 is verified by computing the signature
again. Version 4A is verified with the public key.

Rule: mocks3 does not implement elliptic curves; it uses ``cryptography``. awscrt, which signs for botocore, needs the
public key along with the private one, and cannot compute it.
"""

from __future__ import annotations

import functools
import hmac
from collections.abc import Callable

from mocks3.errors import NotSupported

ALGORITHM = "AWS4-ECDSA-P256-SHA256"

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_COUNTERS = range(1, 255)


def private_key(access_key_id: str, secret: str) -> int:
    """Return the private key of an access key."""
    key = b"AWS4A" + secret.encode()
    for counter in _COUNTERS:
        info = ALGORITHM.encode() + b"\0" + access_key_id.encode() + counter.to_bytes(1)
        derived = int.from_bytes(hmac.digest(key, (1).to_bytes(4) + info + (256).to_bytes(4), "sha256"))
        if derived <= _ORDER - 2:
            return derived + 1
    raise AssertionError("one in 2 ** 8128")


@functools.lru_cache(maxsize=64)
def verifier(access_key_id: str, secret: str) -> Callable[[bytes, bytes], bool]:
    """Return the function that verifies a signature (DER) of a message for an access key.

    Raises :class:`NotSupported` if ``cryptography`` is not installed.
    """
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.hashes import SHA256
    except ImportError:
        raise NotSupported(
            f"mocks3 needs the package cryptography to verify Signature Version 4A ({ALGORITHM}): "
            "pip install mocks3[sigv4a]"
        ) from None
    public_key = ec.derive_private_key(private_key(access_key_id, secret), ec.SECP256R1()).public_key()
    algorithm = ec.ECDSA(SHA256())

    def verified(signature: bytes, message: bytes) -> bool:
        try:
            public_key.verify(signature, message, algorithm)
        except InvalidSignature:
            return False
        return True

    return verified

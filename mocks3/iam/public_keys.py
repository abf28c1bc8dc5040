"""Read certificates and public keys in calls to IAM. They need the package cryptography."""

from __future__ import annotations

import base64
import datetime
import hashlib
from typing import TYPE_CHECKING, Any

from mocks3.errors import NotSupported, Row
from mocks3.lib.certificates import prepare_cryptography

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

# API_UploadServerCertificate, API_UploadSSHPublicKey, "Errors"; the sentence about certificates as users of IAM report
# it, the others are inferred.
MALFORMED_CERTIFICATE = Row("MalformedCertificate", 400, "{message}")
MISMATCH = Row("KeyPairMismatch", 400, "The certificate and the private key do not match.")
INVALID_PUBLIC_KEY = Row("InvalidPublicKey", 400, "The public key is not valid.")

LEAST_BITS = 2048
"""The smallest RSA key (API_UploadSSHPublicKey: the key must be at least 2048 bits)."""


def _libraries() -> tuple[Any, Any]:
    """Return ``cryptography.x509`` and ``cryptography.hazmat.primitives.serialization``."""
    try:
        prepare_cryptography()
        from cryptography import x509
        from cryptography.hazmat.primitives import serialization
    except ImportError:
        raise NotSupported(
            "mocks3 needs the package cryptography to read certificates and SSH keys: pip install 'mocks3[federation]'"
        ) from None
    return x509, serialization


def read_certificate(body: str, what: str = "certificate") -> Any:
    """Return the certificate in a PEM text, whose key can be read. Raises ``MalformedCertificate``."""
    x509, _ = _libraries()
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        certificate = x509.load_pem_x509_certificate(body.encode())
        certificate.public_key()
        return certificate
    except (UnsupportedAlgorithm, ValueError):
        raise MALFORMED_CERTIFICATE(
            message=f"Unable to parse {what}. Please ensure the {what} is in PEM format."
        ) from None


def check_private_key(certificate: Any, private_key: str) -> None:
    """Raise ``MalformedCertificate`` for a text that is no private key, ``KeyPairMismatch`` for another one's."""
    _, serialization = _libraries()
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        key = serialization.load_pem_private_key(private_key.encode(), None)
    except (TypeError, UnsupportedAlgorithm, ValueError):  # TypeError: it is encrypted
        raise MALFORMED_CERTIFICATE(
            message="Unable to parse key. Please ensure the key is in PEM format."
        ) from None
    if key.public_key() != certificate.public_key():
        raise MISMATCH()


def expiration(certificate: Any) -> datetime.datetime:
    """Return the time at which a certificate expires."""
    moment: datetime.datetime = certificate.not_valid_after_utc
    return moment


def read_ssh_key(body: str) -> str:
    """Return an RSA public key in the format ``ssh-rsa``.

    Args:
        body: The key in that format, or in PEM format.

    Raises:
        S3Error: ``InvalidPublicKey``.
    """
    _, serialization = _libraries()
    load = (
        serialization.load_ssh_public_key
        if body.lstrip().startswith("ssh-")
        else serialization.load_pem_public_key
    )
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    try:
        key = load(body.strip().encode())
    except (UnsupportedAlgorithm, ValueError):
        raise INVALID_PUBLIC_KEY() from None
    if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_BITS:
        raise INVALID_PUBLIC_KEY()
    return _written(key, ssh=True)


def shown_ssh_key(body: str, encoding: str) -> str:
    """Return a key of :func:`read_ssh_key` in an encoding: ``SSH`` or ``PEM``."""
    _, serialization = _libraries()
    return _written(serialization.load_ssh_public_key(body.encode()), ssh=encoding == "SSH")


def _written(key: RSAPublicKey, *, ssh: bool) -> str:
    _, serialization = _libraries()
    encoding, form = serialization.Encoding, serialization.PublicFormat
    if ssh:
        return key.public_bytes(encoding.OpenSSH, form.OpenSSH).decode()
    return key.public_bytes(encoding.PEM, form.SubjectPublicKeyInfo).decode()


def fingerprint(body: str) -> str:
    """Return the MD5 fingerprint of a key in the format ``ssh-rsa`` (API_SSHPublicKey)."""
    digest = hashlib.md5(base64.b64decode(body.split()[1]), usedforsecurity=False)
    return ":".join(f"{byte:02x}" for byte in digest.digest())

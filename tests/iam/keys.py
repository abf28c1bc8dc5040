"""A certificate with its private key, and RSA public keys, for calls of IAM."""

from __future__ import annotations

import datetime
import functools

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from mocks3.lib.certificates import prepare_cryptography

EXPIRES = datetime.datetime(2030, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)


@functools.cache
def certificate(name: str = "web.example.com") -> tuple[str, str]:
    """Return a certificate that its own key signs, and the key, both in PEM format."""
    prepare_cryptography()
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    built = x509.CertificateBuilder(subject, subject, key.public_key(), 1, start, EXPIRES)
    return (
        built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode(),
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
    )


@functools.cache
def ssh_key(number: int = 0, bits: int = 2048) -> str:
    """Return an RSA public key in the format ``ssh-rsa``."""
    key = rsa.generate_private_key(65537, bits).public_key()
    return key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()


def dsa_key() -> str:
    """Return a DSA public key in PEM format."""
    key = dsa.generate_private_key(2048).public_key()
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()

"""Certificates while the time is frozen.

The package cryptography keeps the class ``datetime.datetime`` that it finds when it is first used. If freezegun has
replaced the class then, cryptography refuses the real one for the rest of the process.
"""

from __future__ import annotations

import datetime
import functools


@functools.cache
def prepare_cryptography() -> None:
    """Use cryptography once with the real class. Call it before the first certificate.

    Raises:
        ImportError: cryptography is not installed.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256

    present = datetime.datetime
    datetime.datetime = _real_class()  # type: ignore[misc]
    try:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([])
        day = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
        unsigned = x509.CertificateBuilder(name, name, key.public_key(), 1, day, day)
        unsigned.sign(key, SHA256())
    finally:
        datetime.datetime = present  # type: ignore[misc]


def _real_class() -> type[datetime.datetime]:
    """Return Python's class. The class of freezegun inherits from it."""
    return next(each for each in datetime.datetime.__mro__ if each.__module__ == "datetime")

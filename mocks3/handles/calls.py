"""The record of the calls that the mock answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mocks3.model.exchange import UNSIGNED
from mocks3.model.parsed import Params
from mocks3.model.signature import Signature
from mocks3.model.world import AccessKeyUse

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was answered, as listed in ``aws.calls``.

    Attributes:
        service: The service, such as ``s3``.
        operation: The operation, such as ``GetObject``.
        principal: The caller's ARN, ``anonymous``, or ``unknown`` if the request could not be authenticated.
        params: The parameters in the URL and the headers, without those in the body.
        error: The error code of the answer, or None.
        signature: How the request was signed.
    """

    service: str
    operation: str
    principal: str
    params: Params
    error: str | None
    signature: Signature = field(default=UNSIGNED, repr=False, compare=False)


def last_use(calls: Sequence[Call], key_id: str) -> AccessKeyUse | None:
    """Return the last call that was signed with an access key, or None. Its time is that of the signature."""
    for call in reversed(calls):
        signed = call.signature
        if signed.access_key_id == key_id and signed.signed_at is not None:
            return AccessKeyUse(signed.signed_at, call.service, signed.region or "us-east-1")
    return None

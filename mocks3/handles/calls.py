"""The record of the calls that the mock answered."""

from __future__ import annotations

from dataclasses import dataclass

from mocks3.model.parsed import Params


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was answered, as listed in ``aws.calls``.

    Attributes:
        service: The service, such as ``s3``.
        operation: The operation, such as ``GetObject``.
        principal: The caller's ARN, ``anonymous``, or ``unknown`` if the request could not be authenticated.
        params: The parameters in the URL and the headers, without those in the body.
        error: The error code of the answer, or None.
    """

    service: str
    operation: str
    principal: str
    params: Params
    error: str | None

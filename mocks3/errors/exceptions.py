"""The exceptions of mocks3, and the type of the rows of the catalogue of S3's errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class Mocks3Error(Exception):
    """The base class of all errors that mocks3 raises about itself. botocore does not retry them."""


class NotSupported(Mocks3Error):
    """mocks3 does not support this operation or option. The message names it."""


class RealAWSCallBlocked(Mocks3Error):
    """A call to the real AWS was blocked while a mock was active.

    ``url`` is its URL; ``service`` and ``operation`` are None if only the URL is known.
    """

    def __init__(
        self, message: str, *, url: str = "", service: str | None = None, operation: str | None = None
    ) -> None:
        super().__init__(message)
        self.url = url
        self.service = service
        self.operation = operation


class S3Error(Exception):
    """An error of S3, before it becomes a response.

    Attributes:
        code, status, message: The error code, HTTP status and message of AWS.
        extra: Further elements of ``<Error>``, in order.
        headers: Headers of the response (``x-amz-delete-marker``…).
        decision: Why a call was denied, for the person who reads the exception; it is not part of the response.
    """

    def __init__(
        self,
        code: str,
        status: int,
        message: str,
        extra: Mapping[str, str | None] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.status = status
        self.message = message
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})
        self.decision: object = None


@dataclass(frozen=True, slots=True)
class Row:
    """One error of the catalogue. Call it to make the exception, then raise that."""

    code: str
    status: int
    message: str

    def __call__(self, _headers: Mapping[str, str] | None = None, /, **values: object) -> S3Error:
        message = self.message
        extra: dict[str, str | None] = {}
        for name, value in values.items():
            placeholder = "{" + name + "}"
            if placeholder in message:
                message = message.replace(placeholder, str(value))
            else:
                extra[name] = None if value is None else str(value)
        return S3Error(self.code, self.status, message, extra, _headers)

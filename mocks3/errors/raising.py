"""How an error is made: the exception, and the rows that make it.

    raise NO_SUCH_KEY(Key=key)
    raise OBJECT_LOCKED(Why("object-lock", "the version has a legal hold", "F-42", ("remove the legal hold",)))

Rule: an error with which S3 refuses a call is a :class:`RefusalRow`, and every 403 is one. It cannot be raised without
the reason, which a person reads; S3 itself sends only the row's message. A denial by policies has a
:class:`DenialRow`, to which ``access.refusing`` adds the decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

By = Literal[
    "access-grant",
    "access-point",
    "account-status",
    "acl-owner",
    "block-public-access",
    "body-signature",
    "bucket-session",
    "cors",
    "customer-key",
    "expected-bucket-owner",
    "form-policy",
    "iam-caller",
    "kms-key",
    "lambda-function",
    "logging",
    "method",
    "mfa-delete",
    "mfa-device",
    "object-lock",
    "organizations-caller",
    "requester-pays",
    "role",
    "saml-assertion",
    "signature",
    "storage-class",
    "sts-caller",
    "unsigned",
    "web-identity",
]
"""What refuses a call, apart from policies: a value of ``aws.denied(by=...)``."""


class Why(NamedTuple):
    """Why S3 refuses a call by a rule that no policy can change.

    Attributes:
        by: What refuses the call.
        text: The reason in one sentence, with the values of this call.
        rules: The ids of the rules, such as ``F-42``, or the name of AWS's page.
        fixes: What would allow the call.
        unfixable: Why nothing would allow it, if ``fixes`` is empty.
        action: The IAM action that is refused. Default: the first one of the operation's permission row.
        resource: The ARN on which it is refused. Default: the ARN that the request names.
    """

    by: By
    text: str
    rules: str
    fixes: tuple[str, ...] = ()
    unfixable: str = ""
    action: str | None = None
    resource: str | None = None


class S3Error(Exception):
    """An error of S3, before it becomes a response.

    Attributes:
        code, status, message: The error code, HTTP status and message of AWS.
        extra: Further elements of ``<Error>``, in order.
        headers: Headers of the response (``x-amz-delete-marker``…).
        why: Why a rule refused the call; None for a denial by policies, and for an error that is no refusal.
        decision: The decision behind a refusal, for the person who reads the exception; not part of the response.
    """

    def __init__(
        self,
        code: str,
        status: int,
        message: str,
        extra: Mapping[str, str | None] | None = None,
        headers: Mapping[str, str] | None = None,
        why: Why | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.status = status
        self.message = message
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})
        self.why = why
        self.decision: object = None

    def with_note(self, note: str) -> S3Error:
        """Return the error with a note for the person who reads the exception; not part of the response."""
        self.add_note(note)
        return self


@dataclass(frozen=True, slots=True)
class Row:
    """One error of the catalogue. Call it to make the exception, then raise that."""

    code: str
    status: int
    message: str

    def __call__(self, _headers: Mapping[str, str] | None = None, /, **values: object) -> S3Error:
        return _error(self, None, _headers, values)


@dataclass(frozen=True, slots=True)
class RefusalRow:
    """An error of the catalogue with which S3 refuses a call. Its first argument is the reason."""

    code: str
    status: int
    message: str

    def __call__(self, why: Why, _headers: Mapping[str, str] | None = None, /, **values: object) -> S3Error:
        return _error(self, why, _headers, values)


@dataclass(frozen=True, slots=True)
class DenialRow:
    """An error with which a service denies a call by policies. ``access.refusing`` adds the decision."""

    code: str
    status: int
    message: str

    def __call__(self, _headers: Mapping[str, str] | None = None, /, **values: object) -> S3Error:
        return _error(self, None, _headers, values)


def _error(
    row: Row | RefusalRow | DenialRow,
    why: Why | None,
    headers: Mapping[str, str] | None,
    values: Mapping[str, object],
) -> S3Error:
    message = row.message
    extra: dict[str, str | None] = {}
    for name, value in values.items():
        placeholder = "{" + name + "}"
        if placeholder in message:
            message = message.replace(placeholder, str(value))
        else:
            extra[name] = None if value is None else str(value)
    return S3Error(row.code, row.status, message, extra, headers, why)

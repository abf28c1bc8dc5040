"""Checks of the arguments of mocks3's own functions.

Rule: a value that could be read as something else than its writer meant raises :class:`Mocks3Error` with its name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar

from mocks3.errors import Mocks3Error, S3Error

Record = TypeVar("Record")

_NAME = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)
_PATH = re.compile(r"/|/[!-~]{1,510}/")


class NewBucketDefault(Enum):
    """The default of a parameter for which None has a meaning of its own."""

    DEFAULT = "what new buckets have"


DEFAULT = NewBucketDefault.DEFAULT


def check_account_id(value: object) -> str:
    """Return the account id. It must be text, because a number loses its leading zeros."""
    if not (isinstance(value, str) and len(value) == 12 and value.isascii() and value.isdigit()):
        raise Mocks3Error(f'an account id must be a string of 12 digits, like "123456789012", not {value!r}')
    return value


def check_iam_name(kind: str, value: object, longest: int = 64) -> str:
    """Return the name of a user, group or role [IAM user guide, "IAM and AWS STS quotas"]."""
    if not (isinstance(value, str) and _NAME.fullmatch(value) and len(value) <= longest):
        raise Mocks3Error(
            f"the name of a {kind} must have 1 to {longest} letters, digits or characters of +=,.@_-, not {value!r}"
        )
    return value


def check_session_name(value: object, longest: int = 64) -> str:
    """Return the name of a role session or of a federated user.

    One character is enough here: STS requires two of its callers (API_AssumeRole), but AWS services name their own
    sessions.
    """
    if not (isinstance(value, str) and _NAME.fullmatch(value) and len(value) <= longest):
        raise Mocks3Error(
            f"the name of a session must have 1 to {longest} letters, digits or characters of +=,.@_-, not {value!r}"
        )
    return value


def check_session_limit(value: object) -> int:
    """Return the longest session of a role, in seconds [API_CreateRole, ``MaxSessionDuration``]."""
    if isinstance(value, bool) or not isinstance(value, int) or not 3600 <= value <= 43_200:
        raise Mocks3Error(f"max_session_duration must be 3600 to 43200 seconds, not {value!r}")
    return value


def check_iam_path(value: object) -> str:
    """Return an IAM path [API_CreateUser]."""
    if not (isinstance(value, str) and _PATH.fullmatch(value)):
        raise Mocks3Error(f"a path must begin and end with /, like /team/, not {value!r}")
    return value


def check_block(value: object) -> None:
    """Reject bools and plain dicts: only a PublicAccessBlock, or None, is unambiguous."""
    if value is not None:
        from mocks3.storage import PublicAccessBlock  # a mock starts without it

        wanted = "mocks3.PublicAccessBlock(...), or None to turn all settings off"
        check_type("public_access_block", value, PublicAccessBlock, wanted)


def check_tags(value: object) -> dict[str, str]:
    """Return the tags of a principal or session: text keys to text values."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(
        isinstance(each, str) for pair in value.items() for each in pair
    ):
        raise Mocks3Error(f"tags must be a dict of strings, like {{'team': 'blue'}}, not {value!r}")
    return dict(value)


def check_type(what: str, value: object, kind: Any, like: str) -> None:
    """Raise Mocks3Error if a value has the wrong type.

    Args:
        what: The name of the argument.
        value: The argument.
        kind: The type.
        like: What the argument must be, in words.
    """
    if not isinstance(value, kind):
        raise Mocks3Error(f"{what} must be {like}, not {value!r}")


def check_destination(value: object) -> None:
    """Raise Mocks3Error unless the value is the ARN of a notification destination."""
    if not (
        isinstance(value, str) and re.fullmatch(r"arn:aws[a-z-]*:(sqs|sns|lambda):[^:]+:\d{12}:.+", value)
    ):
        raise Mocks3Error(
            "a notification destination must be the ARN of a queue, topic or function, like "
            f"arn:aws:sqs:us-east-1:123456789012:uploads, not {value!r}"
        )


def check_action(value: object) -> None:
    """Raise Mocks3Error unless the value is an IAM action. The name of an operation is not."""
    if not (isinstance(value, str) and re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", value)):
        raise Mocks3Error(f"an action must be an IAM action like s3:GetObject, not {value!r}")


def aws_answer(error: S3Error) -> str:
    """Return AWS's message and code of an error, and the notes on it, which say what is wrong and what to do."""
    return "; ".join((f"{error.message} ({error.code})", *getattr(error, "__notes__", ())))


def stored(record: Record | None, what: str) -> Record:
    """Return the stored state of a handle. Raise Mocks3Error if it is gone, because a snapshot was restored."""
    if record is None:
        raise Mocks3Error(f"{what} was created after the snapshot that was restored")
    return record

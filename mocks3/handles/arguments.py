"""What is handed to mocks3's own functions: what cannot be meant is refused at once, and by its name.

Rule: a value that would be read as something else than its writer meant raises :class:`Mocks3Error`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mocks3.errors import Mocks3Error

_NAME = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)
_PATH = re.compile(r"/|/[!-~]{1,510}/")


def check_account_id(value: object) -> str:
    """An account's 12 digits, as text: a number loses the zeros that it begins with."""
    if not (isinstance(value, str) and len(value) == 12 and value.isascii() and value.isdigit()):
        raise Mocks3Error(f"an account id is a text of 12 digits, not {value!r}")
    return value


def check_iam_name(kind: str, value: object, longest: int = 64) -> str:
    """The name of a user, group or role [IAM user guide, "IAM and AWS STS quotas"]."""
    if not (isinstance(value, str) and _NAME.fullmatch(value) and len(value) <= longest):
        raise Mocks3Error(
            f"a {kind}'s name has 1 to {longest} letters, digits and characters of +=,.@_-, not {value!r}"
        )
    return value


def check_session_name(value: object, longest: int = 64) -> str:
    """Return the name of a role's session or of a federated user.

    One letter is enough here: STS asks for two of its callers (API_AssumeRole), and AWS services name their sessions.
    """
    if not (isinstance(value, str) and _NAME.fullmatch(value) and len(value) <= longest):
        raise Mocks3Error(
            f"a session's name has 1 to {longest} letters, digits and characters of +=,.@_-, not {value!r}"
        )
    return value


def check_iam_path(value: object) -> str:
    """A path of IAM [API_CreateUser]."""
    if not (isinstance(value, str) and _PATH.fullmatch(value)):
        raise Mocks3Error(f"a path begins and ends with /, like /team/, not {value!r}")
    return value


def check_tags(value: object) -> dict[str, str]:
    """Tags of a principal or session: keys to values, both text."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(
        isinstance(each, str) for pair in value.items() for each in pair
    ):
        raise Mocks3Error(f"tags are a dict of texts, like {{'team': 'blue'}}, not {value!r}")
    return dict(value)


def check_type(what: str, value: object, kind: Any, like: str) -> None:
    """Refuse a value of another type. Args: ``what`` its name, ``like`` what it looks like instead."""
    if not isinstance(value, kind):
        raise Mocks3Error(f"{what} is {like}, not {value!r}")


def check_destination(value: object) -> None:
    """Refuse what is no ARN of what notifications go to."""
    if not (
        isinstance(value, str) and re.fullmatch(r"arn:aws[a-z-]*:(sqs|sns|lambda):[^:]+:\d{12}:.+", value)
    ):
        raise Mocks3Error(
            "notifications go to the ARN of a queue, topic or function, like "
            f"arn:aws:sqs:us-east-1:123456789012:uploads, not to {value!r}"
        )


def check_action(value: object) -> None:
    """Refuse what is no action of IAM: an operation's name, above all."""
    if not (isinstance(value, str) and re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", value)):
        raise Mocks3Error(f"an action is written like s3:GetObject, not {value!r}")

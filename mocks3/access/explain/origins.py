"""Say why S3 checks a permission that has another name than the operation, such as s3:PutObjectAcl in PutObject."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mocks3.model.operation import REGISTER
from mocks3.model.permissions import (
    BODY_KMS_KEY,
    KMS_KEYS,
    NEW_KMS_KEY,
    OBJECT_KMS_KEY,
    PER_KEY,
    REQUIRED,
    SOURCE_KMS_KEY,
    UPLOAD_KMS_KEY,
    Need,
    On,
)

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.model.parsed import Parsed

_KEYS: Mapping[On, str] = {
    OBJECT_KMS_KEY: "the object is encrypted with this key",
    SOURCE_KMS_KEY: "the copy source is encrypted with this key",
    UPLOAD_KMS_KEY: "the upload is encrypted with this key",
    BODY_KMS_KEY: "the request names this key",
}
_RULES: Mapping[str, str] = {
    "s3:BypassGovernanceRetention": "F-41",
    "s3:GetObjectTagging": "F-1",
    "s3:GetObjectVersionTagging": "F-1",
    "s3:PutObjectAcl": "F-21",
    "s3:PutObjectLegalHold": "F-22",
    "s3:PutObjectRetention": "F-22",
    "s3:PutObjectTagging": "F-20",
}
_ANY_GIVEN = re.compile(r"any of ([\w, ]+) is given")
_NO_VERSION = "no version is named"


def origin(decision: Decision) -> tuple[str, str] | None:
    """Return why S3 checks this permission, and the rule; None for the operation's own permission."""
    parsed = decision.question.request_info.parsed
    row = None if parsed is None else REGISTER.get((parsed.service, parsed.operation))
    if parsed is None or row is None:
        return None
    needs = [need for need in row.needs if need.action == decision.action]
    if row.service == "s3" and decision.action.startswith("kms:"):
        return _of_key(decision, needs, parsed)
    target = decision.question.target
    for need in needs:
        applies = need.when is not None and target is not None and need.when.applies(parsed, target)
        if need.when is not None and applies and need.mode in (REQUIRED, PER_KEY):
            reason = _reason(need.when.text, parsed)
            rule = _RULES.get(decision.action, "F-50" if "version" in reason else f"API_{row.name}")
            return (f"S3 checks {decision.action} because {reason}", rule) if reason else None
    return None


def _reason(text: str, parsed: Parsed) -> str:
    """Return the condition of a permission as a reason: only the parameters that were sent."""
    text = text.removeprefix(f"{_NO_VERSION} and ")
    if text == _NO_VERSION:
        return ""

    def sent(found: re.Match[str]) -> str:
        names = [name for name in found[1].split(", ") if name in parsed.head]
        return f"{' and '.join(names) or found[1]} {'are' if len(names) > 1 else 'is'} given"

    return _ANY_GIVEN.sub(sent, text)


def _of_key(decision: Decision, needs: list[Need], parsed: Parsed) -> tuple[str, str] | None:
    """Return why S3 uses a KMS key with the caller's credentials (F-60)."""
    on = next((need.on for need in needs if need.on in KMS_KEYS), None)
    if on is None:
        return None
    if on is NEW_KMS_KEY:
        asked = "SSEKMSKeyId" in parsed.head or "ServerSideEncryption" in parsed.head
        why = (
            "the request asks for this encryption"
            if asked
            else "the bucket encrypts new objects with this key by default"
        )
    else:
        why = _KEYS[on]
    return f"S3 uses the KMS key with the caller's permissions ({decision.action}), because {why}", "F-60"

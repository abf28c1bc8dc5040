"""What a bucket's lifecycle rules say of an object or an upload: when it will expire, and by which rule.

Rule: this only tells. Nothing expires by itself.

Source: user guide "Lifecycle configuration elements" (how days are counted) and "Managing the lifecycle" (of several
rules the one that ends an object first); API_PutObject ``x-amz-expiration``, API_CreateMultipartUpload
``x-amz-abort-date``; answers.md "Other".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mocks3.operations.archive import expiry
from mocks3.operations.configurations.filters import predicates

if TYPE_CHECKING:
    from mocks3.storage import Bucket, Upload, Version

DOCUMENT = "lifecycle"
Rule = dict[str, Any]


def expiration(bucket: Bucket, version: Version) -> str | None:
    """``x-amz-expiration`` of a current object; None where no rule ends it."""
    if DOCUMENT not in bucket.documents:
        return None
    ends = [
        (end, rule["ID"])
        for rule in _enabled(bucket)
        if _matches(rule, version) and (end := _end(rule.get("Expiration", {}), version.last_modified))
    ]
    if not ends or bucket.current(version.key) is not version:
        return None
    end, rule_id = min(ends)
    return f'expiry-date="{format_datetime(end, usegmt=True)}", rule-id="{quote(rule_id)}"'


def abortion(bucket: Bucket, upload: Upload) -> dict[str, Any]:
    """``AbortDate`` and ``AbortRuleId`` of an upload; nothing where no rule ends it."""
    if DOCUMENT not in bucket.documents:
        return {}
    ends = [
        (expiry(upload.initiated, rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]), rule["ID"])
        for rule in _enabled(bucket)
        if "DaysAfterInitiation" in rule.get("AbortIncompleteMultipartUpload", {})
        and upload.key.startswith(_prefix(rule))
    ]
    if not ends:
        return {}
    end, rule_id = min(ends)
    return {"AbortDate": end, "AbortRuleId": rule_id}


def _enabled(bucket: Bucket) -> Iterator[Rule]:
    document: Mapping[str, Any] = bucket.documents[DOCUMENT]
    return (rule for rule in document["Rules"] if rule["Status"] == "Enabled")


def _matches(rule: Rule, version: Version) -> bool:
    asked = predicates(rule)
    return (
        version.key.startswith(_prefix(rule))
        and all(version.tags.get(tag["Key"]) == tag["Value"] for tag in asked.get("Tags", ()))
        and version.size > asked.get("ObjectSizeGreaterThan", -1)
        and version.size < asked.get("ObjectSizeLessThan", version.size + 1)
    )


def _prefix(rule: Rule) -> str:
    """The prefix of either generation of rules."""
    prefix: str = rule.get("Prefix") or predicates(rule).get("Prefix") or ""
    return prefix


def _end(action: Rule, start: datetime) -> datetime | None:
    if "Days" in action:
        return expiry(start, action["Days"])
    return action.get("Date")

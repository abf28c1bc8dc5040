"""The permission rows on the operations against AWS's own table of what each operation needs.

A row and the table that disagree fail here, or stand in EXCEPTIONS with the reason.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mocks3.access import acl
from mocks3.model.operation import Operation
from mocks3.model.permissions import Mode, Need, On
from mocks3.operations import registered

FACTS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "facts" / "permissions.json").read_text(encoding="utf-8")
)["operations"]
FACTS["PostObject"] = FACTS["PutObject"]  # F-110: by another door

ON = {
    On.ACCOUNT: "service",
    On.NEW_BUCKET: "bucket",
    On.BUCKET: "bucket",
    On.OBJECT: "object",
    On.EACH_KEY: "object",
    On.SOURCE: "copy-source",
    On.ANSWERED: "object-lambda",
}

GRANTS = "GrantFullControl, GrantRead, GrantReadACP, GrantWrite, GrantWriteACP"
RETENTION = (
    "any of ObjectLockMode, ObjectLockRetainUntilDate, ObjectLockEventHold, ObjectLockEventHoldDurationDays, "
    "ObjectLockEventHoldDurationYears is given"
)
BYPASS = "BypassGovernanceRetention is True"
VERSION, NO_VERSION = "a version is named", "no version is named"
COPIED = "tags are copied from the source"

WHEN = {
    "always": {None},
    "query:versionId": {VERSION},
    "no-query:versionId": {NO_VERSION},
    "copy-source:versionId": {VERSION},
    "copy-source:no-versionId": {NO_VERSION},
    "entry:VersionId": {VERSION},
    "entry:no-VersionId": {NO_VERSION},
    "header:x-amz-tagging": {"Tagging is given"},
    "header:x-amz-tagging|state:tags copied from source": {f"Tagging is given or {COPIED}"},
    "header:x-amz-acl|header-prefix:x-amz-grant-": {f"any of ACL, {GRANTS} is given"},
    "header:x-amz-acl(!=private)|header-prefix:x-amz-grant-": {
        f"ACL is given and not 'private' or any of {GRANTS} is given"
    },
    "header:x-amz-object-lock-legal-hold": {"ObjectLockLegalHoldStatus is given"},
    "header:x-amz-object-lock-mode|header:x-amz-object-lock-retain-until-date"
    "|header-prefix:x-amz-object-lock-event-hold": {RETENTION},
    "header:x-amz-object-ownership": {"ObjectOwnership is given"},
    "header:x-amz-bucket-object-lock-enabled=true": {"ObjectLockEnabledForBucket is True"},
    "body:CreateBucketConfiguration.Tags": {"CreateBucketConfiguration.Tags is given"},
    "copy-source:versionId and header:x-amz-tagging-directive=COPY(default) and state:source has tags": {
        f"{VERSION} and {COPIED}"
    },
    "copy-source:no-versionId and header:x-amz-tagging-directive=COPY(default) and state:source has tags": {
        f"{NO_VERSION} and {COPIED}"
    },
    "query:versionId and header:x-amz-bypass-governance-retention=true and state:Object Lock enabled bucket": {
        f"{VERSION} and {BYPASS} and the bucket has Object Lock"
    },
    "entry:VersionId and header:x-amz-bypass-governance-retention=true and state:Object Lock enabled bucket": {
        f"{VERSION} and {BYPASS} and the bucket has Object Lock"
    },
    "header:x-amz-bypass-governance-retention=true "
    "and state:shortening/removing/altering GOVERNANCE retention": {
        f"{BYPASS} and GOVERNANCE retention is shortened, removed or altered"
    },
    "header:x-amz-object-annotation-directive=COPY(default) and state:source has annotations": {
        "annotations are copied from the source"
    },
    "header:x-amz-bypass-governance-retention=true and state:GOVERNANCE retention": {
        f"{BYPASS} and the object has GOVERNANCE retention"
    },
    "query:fetch-owner=true": {"FetchOwner is True"},
    # What a need of mode response-filter guards is asked for only where the object or answer has it.
    "state:object has retention": {None},
    "state:object has legal hold": {None},
    "state:object has tags": {None},
    "body:owner returned": {None},
}
"""How the table words a condition, and how the needs do."""

EXCEPTIONS: dict[str, str] = {}
"""Operation to the reason why its row differs from the table."""

COMES_WITH_A_WRITE = {"s3:PutObjectAcl": "PutObjectAcl", "s3:PutBucketAcl": "PutBucketAcl"}
"""What no ACL grants when it is a header of another call: the object or bucket is yet to be (A-43)."""

ANONYMOUS_EXCEPTIONS = dict.fromkeys(
    ("GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"),
    "OQ-29: 405 only where a policy lets everybody in, as for any foreign caller (X-14)",
)

KMS_EXCEPTIONS = {
    "CreateMultipartUpload": "OQ-18: only GenerateDataKey is asked when an upload begins",
    "UpdateObjectEncryption": "kms:ReEncrypt* is asked as ReEncryptFrom on the old key and ReEncryptTo on the new",
}

OTHERS_EXCEPTIONS = {
    "UpdateObjectEncryption": "F-66: S3 asks organizations:DescribeAccount with a role of its own",
}

BEYOND_THE_TABLE = {
    "IfMatch is given": "OQ-22: who compares an ETag must be allowed to read it",
    "the entry gives an ETag": "OQ-22",
}
"""Conditions of needs that AWS's guides ask for and its table does not."""

PLAYED = sorted(
    (operation for (service, _), operation in registered().items() if service == "s3"),
    key=lambda each: each.name,
)
IDS = [operation.name for operation in PLAYED]


OURS = ("s3:", "s3express:", "s3-object-lambda:")
"""Whose actions S3's own are."""


def on(need: Need) -> str:
    """What a need is about, as the table calls it."""
    zonal = need.action.startswith("s3express:") and need.on is On.BUCKET
    return "directory-bucket" if zonal else ON[need.on]


def s3_needs(operation: Operation) -> list[Need]:
    return [
        need
        for need in operation.needs
        if need.mode is not Mode.REVEAL
        and need.action.startswith(OURS)
        and not (need.when and need.when.text in BEYOND_THE_TABLE)
    ]


@pytest.mark.parametrize("operation", PLAYED, ids=IDS)
def test_actions_resources_and_modes(operation):
    rows = {(need.action, on(need), need.mode.value) for need in s3_needs(operation)}
    table = {(fact["action"], fact["on"], fact["mode"]) for fact in FACTS[operation.name]["needs"]}
    assert (rows == table) != (operation.name in EXCEPTIONS), rows ^ table


@pytest.mark.parametrize("operation", PLAYED, ids=IDS)
def test_conditions(operation):
    said = {
        (need.action, on(need)): None if need.when is None else need.when.text for need in s3_needs(operation)
    }
    for fact in FACTS[operation.name]["needs"]:
        key = fact["action"], fact["on"]
        if key in said:
            assert said[key] in WHEN[fact["when"]], key


@pytest.mark.parametrize("operation", PLAYED, ids=IDS)
def test_the_acl_permission_that_can_grant_it(operation):
    """A-10."""
    for fact in FACTS[operation.name]["needs"]:
        if COMES_WITH_A_WRITE.get(fact["action"], operation.name) != operation.name:
            assert "acl" not in fact
            continue
        on_bucket, on_object = acl.ON_BUCKET.get(fact["action"]), acl.ON_OBJECT.get(fact["action"])
        granted = f"bucket {on_bucket}" if on_bucket else f"object {on_object}" if on_object else None
        assert granted == fact.get("acl"), fact["action"]


def is_of_kms(need: Need) -> bool:
    """Whether a need is about a key that S3 uses for its caller."""
    return need.action.startswith("kms:") and need.mode is not Mode.LATER


@pytest.mark.parametrize("operation", PLAYED, ids=IDS)
def test_what_is_asked_of_other_services(operation):
    asked = sorted(
        need.action for need in operation.needs if not need.action.startswith(OURS) and not is_of_kms(need)
    )
    assert (asked == FACTS[operation.name].get("others", [])) != (operation.name in OTHERS_EXCEPTIONS)


@pytest.mark.parametrize("operation", PLAYED, ids=IDS)
def test_what_is_asked_of_kms(operation):
    asked = sorted({need.action for need in operation.needs if is_of_kms(need)})
    assert (asked == FACTS[operation.name].get("kms", [])) != (operation.name in KMS_EXCEPTIONS)


@pytest.mark.parametrize("operation", PLAYED, ids=IDS)
def test_the_rule_for_missing_keys(operation):
    reveals = any(need.mode is Mode.REVEAL for need in operation.needs)
    assert reveals == FACTS[operation.name]["missing_key"]


@pytest.mark.parametrize("operation", PLAYED, ids=IDS)
def test_fixed_refusals_of_unsigned_callers(operation):
    """OQ-29."""
    sentence = FACTS[operation.name].get("anonymous")
    if sentence not in (None, "Access Denied") and operation.name not in ANONYMOUS_EXCEPTIONS:
        assert operation.anonymous == sentence

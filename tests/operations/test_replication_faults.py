"""What a replication configuration may not say. Source: API_ReplicationRule, API_Destination, API_Metrics; reports of
callers (crossplane-contrib/provider-aws #1117, hashicorp/terraform-provider-aws #43746, #26241,
cloudformation-coverage-roadmap #730, rust-lang/simpleinfra #468).
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3 import NotSupported

GUIDE = "Please refer to S3 Developer Guide for more information."
OLDER = "cannot be used for this version of Cross Region Replication configuration schema. " + GUIDE
ENABLED, DISABLED = {"Status": "Enabled"}, {"Status": "Disabled"}
FIFTEEN, TEN = {"Minutes": 15}, {"Minutes": 10}
TIMED = {
    "ReplicationTime": {**ENABLED, "Time": FIFTEEN},
    "Metrics": {**ENABLED, "EventThreshold": FIFTEEN},
}
XML = (
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
)
TAG = {"Key": "a", "Value": "b"}
RELATED_UNUSED = {"UseSourceMultiRegionKey": DISABLED}
KEYS = {"SourceSelectionCriteria": {"SseKmsEncryptedObjects": ENABLED}}


@pytest.fixture(autouse=True)
def buckets(aws: Any) -> None:
    for name in ("amzn-src", "amzn-dst", "amzn-dst2"):
        aws.account().create_bucket(name, versioning=True)
    aws.account().create_role("r")


def first(n: int = 1, to: str = "amzn-dst", **more: Any) -> dict[str, Any]:
    """A rule of the first generation."""
    target = {"Bucket": f"arn:aws:s3:::{to}", **more.pop("Destination", {})}
    return {"ID": f"r{n}", "Status": "Enabled", "Prefix": f"{n}", "Destination": target, **more}


def second(n: int = 1, to: str = "amzn-dst", **more: Any) -> dict[str, Any]:
    """One of the second."""
    rule = first(n, to, Priority=n, Filter={}, DeleteMarkerReplication=DISABLED)
    del rule["Prefix"]
    target = {**rule["Destination"], **more.pop("Destination", {})}
    return {**rule, **more, "Destination": target}


def put(s3: Any, *rules: dict[str, Any]) -> None:
    content = {"Role": "arn:aws:iam::123456789012:role/r", "Rules": list(rules)}
    s3.put_bucket_replication(Bucket="amzn-src", ReplicationConfiguration=content)


def without(rule: dict[str, Any], *members: str) -> dict[str, Any]:
    return {name: value for name, value in rule.items() if name not in members}


REFUSED = {
    "neither a prefix nor a filter": ([without(first(), "Prefix")], *XML),
    "a priority without a filter": ([without(second(), "Filter")], *XML),
    "existing objects": ([second(ExistingObjectReplication=ENABLED)], *XML),
    "priority in the first generation": ([first(Priority=1)], "InvalidRequest", f"Priority {OLDER}"),
    "markers in the first generation": (
        [first(DeleteMarkerReplication=ENABLED)],
        "InvalidRequest",
        f"DeleteMarkerReplication {OLDER}",
    ),
    "modifications in the first generation": (
        [first(SourceSelectionCriteria={"ReplicaModifications": ENABLED})],
        "InvalidRequest",
        f"ReplicaModifications {OLDER}",
    ),
    "two destinations in the first generation": (
        [first(1), first(2, "amzn-dst2")],
        "InvalidRequest",
        "Number of distinct destination bucket ARNs cannot exceed 1",
    ),
    "markers by tags": (
        [second(Filter={"Tag": {"Key": "a", "Value": "b"}}, DeleteMarkerReplication=ENABLED)],
        "InvalidRequest",
        f"Delete marker replication is not supported if any Tag filter is specified. {GUIDE}",
    ),
    **{
        f"markers by tags that are excluded: {number}": (
            [second(Filter=asked, DeleteMarkerReplication=ENABLED)],
            "InvalidRequest",
            f"Delete marker replication is not supported if any Tag filter is specified. {GUIDE}",
        )
        for number, asked in enumerate(
            (
                {"Not": {"Tag": TAG}},
                {"Not": {"Or": {"Tags": [TAG]}}},
                {"And": {"Prefix": "a", "Not": {"Or": {"Prefixes": ["b"], "Tags": [TAG]}}}},
            )
        )
    },
    **{
        f"an exclusion of another form: {number}": ([second(Filter=asked)], *XML)
        for number, asked in enumerate(
            (
                {"Prefix": "a", "Not": {"Prefix": "b"}},
                {"Not": {}},
                {"Not": {"Prefix": "b", "Tag": TAG}},
                {"Not": {"Prefix": "b", "Or": {"Prefixes": ["c"]}}},
                {"Not": {"Or": {}}},
                {"And": {"Not": {"Prefix": "b"}}},
                {"And": {"Prefix": "a", "Not": {}}},
                {"And": {"Prefix": "a", "Not": {"Prefix": "b", "Tag": TAG}}},
            )
        )
    },
    "a threshold without time control": (
        [second(Destination={"Metrics": {**ENABLED, "EventThreshold": FIFTEEN}})],
        "InvalidArgument",
        "Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled",
    ),
    "time control without metrics": (
        [second(Destination={"ReplicationTime": {**ENABLED, "Time": FIFTEEN}})],
        "InvalidRequest",
        f"ReplicationTime and Metrics must have same status. {GUIDE}",
    ),
    "another time": (
        [second(Destination={**TIMED, "ReplicationTime": {**ENABLED, "Time": TEN}})],
        "InvalidArgument",
        "ReplicationTime:Time:Minutes can only have 15 as a valid value.",
    ),
    "another threshold": (
        [second(Destination={**TIMED, "Metrics": {**ENABLED, "EventThreshold": TEN}})],
        "InvalidArgument",
        "Metrics:EventThreshold:Minutes can only have 15 as a valid value.",
    ),
    "a key for nothing": (
        [second(Destination={"EncryptionConfiguration": {"ReplicaKmsKeyID": "k"}})],
        "InvalidRequest",
        "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.",
    ),
    "no key": (
        [second(**KEYS)],
        "InvalidRequest",
        "EncryptionConfiguration must be specified if SseKmsEncryptedObjects is present.",
    ),
    "an owner without account": (
        [second(Destination={"AccessControlTranslation": {"Owner": "Destination"}})],
        "InvalidRequest",
        "Account must be specified if AccessControlTranslation is present.",
    ),
    "one id twice": (
        [second(1), second(2, ID="r1")],
        "InvalidArgument",
        "Rule Id must be unique. Found same Id for more than one rule",
    ),
    "a long id": (
        [second(ID="x" * 256)],
        "InvalidArgument",
        "ID length should not exceed allowed limit of 255",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_is_not_kept(s3: Any, what: str) -> None:
    """R-121 for rules without a filter."""
    rules, code, message = REFUSED[what]
    with pytest.raises(ClientError) as caught:
        put(s3, *rules)
    error = caught.value.response["Error"]
    assert (error["Code"], error["Message"]) == (code, message)
    with pytest.raises(ClientError, match="ReplicationConfigurationNotFound"):
        s3.get_bucket_replication(Bucket="amzn-src")


@pytest.mark.parametrize(
    "rules",
    [
        [first(1), first(2)],
        [second(1), second(2, "amzn-dst2")],
        [second(Destination=TIMED)],
        [second(Destination={"Metrics": ENABLED})],
        [second(Destination={"Metrics": DISABLED, "ReplicationTime": {**DISABLED, "Time": FIFTEEN}})],
        [second(Filter={"Prefix": "a"}, DeleteMarkerReplication=ENABLED)],
        [second(**KEYS, Destination={"EncryptionConfiguration": {"ReplicaKmsKeyID": "k"}})],
        [second(Filter={"Not": {"Prefix": "a"}}, DeleteMarkerReplication=ENABLED)],
        [second(Filter={"Not": {"Or": {"Prefixes": ["a"]}}})],
        [second(Filter={"Not": {"Or": {"Prefixes": ["a", "b"], "Tags": [TAG, {"Key": "a", "Value": "c"}]}}})],
        [second(Filter={"And": {"Tags": [TAG], "Not": {"Tag": {"Key": "a", "Value": "c"}}}})],
        [second(**KEYS, Destination={"EncryptionConfiguration": {"ReplicaKmsKeyID": "k", **RELATED_UNUSED}})],
    ],
)
def test_what_goes_together(s3: Any, rules: list[dict[str, Any]]) -> None:
    put(s3, *rules)
    kept = s3.get_bucket_replication(Bucket="amzn-src")["ReplicationConfiguration"]["Rules"]
    assert kept == rules


def test_related_keys_of_other_regions_are_not_supported(s3: Any) -> None:
    """API_EncryptionConfiguration: mocks3 has no multi-Region keys, and says so."""
    configured = {"ReplicaKmsKeyID": "k", "UseSourceMultiRegionKey": ENABLED}
    with pytest.raises(NotSupported, match="UseSourceMultiRegionKey of s3:PutBucketReplication"):
        put(s3, second(**KEYS, Destination={"EncryptionConfiguration": configured}))
    with pytest.raises(ClientError, match="ReplicationConfigurationNotFound"):
        s3.get_bucket_replication(Bucket="amzn-src")

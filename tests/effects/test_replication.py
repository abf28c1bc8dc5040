"""Replication: the copied versions, the rules, the role, and the results.

Source: user guide, "Replicating objects within and across Regions"; F-130, F-131.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from .replicating import configure, permissions, role, rule


@pytest.fixture(autouse=True)
def buckets(aws):
    for name in ("amzn-src", "amzn-dst", "amzn-dst2"):
        aws.account().create_bucket(name, versioning=True)


def status(s3, bucket="amzn-src", key="k", **version):
    return s3.head_object(Bucket=bucket, Key=key, **version).get("ReplicationStatus")


def keys(s3, bucket="amzn-dst"):
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def put(s3, key="k", **more):
    return s3.put_object(Bucket="amzn-src", Key=key, Body=b"body", **more)


def test_a_replica_is_the_same_version(aws, s3):
    configure(aws, role(aws), rule())
    done = put(s3, Metadata={"m": "1"}, ContentType="text/x", Tagging="a=b")
    copy = s3.get_object(Bucket="amzn-dst", Key="k", VersionId=done["VersionId"])
    original = s3.get_object(Bucket="amzn-src", Key="k")
    assert copy["Body"].read() == b"body"
    for name in ("ETag", "LastModified", "VersionId", "Metadata", "ContentType", "TagCount", "ChecksumCRC32"):
        assert copy[name] == original[name], name
    assert (original["ReplicationStatus"], copy["ReplicationStatus"]) == ("COMPLETED", "REPLICA")
    (tried,) = aws.replications
    assert (tried.destination, tried.rule, tried.status, tried.why) == ("amzn-dst", "r1", "COMPLETED", None)


def test_older_and_unmatched_objects_are_not_replicated(aws, s3):
    put(s3, "old")
    configure(aws, role(aws), rule(Filter={"Prefix": "in/"}), rule(n=2, Status="Disabled"))
    put(s3, "out/k")
    put(s3, "in/k")
    assert keys(s3) == ["in/k"]
    assert status(s3, key="old") is status(s3, key="out/k") is None


@pytest.mark.parametrize(
    ("asked", "copied"),
    [
        ({"Prefix": "a"}, ["a1", "a2"]),
        ({"Tag": {"Key": "t", "Value": "1"}}, ["a1", "b1"]),
        ({"And": {"Prefix": "a", "Tags": [{"Key": "t", "Value": "1"}]}}, ["a1"]),
        ({"Not": {"Prefix": "a"}}, ["b1", "b2"]),
        ({"Not": {"Prefix": ""}}, []),
        ({"Not": {"Tag": {"Key": "t", "Value": "1"}}}, ["a2", "b2"]),
        ({"Not": {"Tag": {"Key": "u", "Value": "1"}}}, ["a1", "a2", "b1", "b2"]),
        ({"Not": {"Or": {"Prefixes": ["a1", "b"]}}}, ["a2"]),
        ({"Not": {"Or": {"Prefixes": ["b"], "Tags": [{"Key": "t", "Value": "1"}]}}}, ["a2"]),
        ({"Not": {"Or": {"Tags": [{"Key": "t", "Value": "1"}, {"Key": "t", "Value": "2"}]}}}, []),
        ({"And": {"Prefix": "a", "Not": {"Tag": {"Key": "t", "Value": "1"}}}}, ["a2"]),
        ({"And": {"Tags": [{"Key": "t", "Value": "1"}], "Not": {"Or": {"Prefixes": ["b"]}}}}, ["a1"]),
    ],
)
def test_filters(aws, s3, asked, copied):
    """API_ReplicationRuleFilter; API_ReplicationRuleNotOperator: objects that match one of the filters are excluded."""
    configure(aws, role(aws), rule(Filter=asked))
    for key in ("a1", "a2", "b1", "b2"):
        put(s3, key, Tagging=f"t={key[1]}")
    assert keys(s3) == copied


def test_an_excluded_object_is_not_replicated_and_its_delete_marker_is_not(aws, s3):
    """API_ReplicationRuleNotOperator."""
    rules = rule(Filter={"Not": {"Prefix": "secret/"}}, DeleteMarkerReplication={"Status": "Enabled"})
    configure(aws, role(aws), rules)
    for key in ("open/k", "secret/k"):
        put(s3, key)
        s3.delete_object(Bucket="amzn-src", Key=key)
    listed = s3.list_object_versions(Bucket="amzn-dst")
    assert [each["Key"] for each in listed["Versions"]] == ["open/k"]
    assert [each["Key"] for each in listed["DeleteMarkers"]] == ["open/k"]
    assert [each.key for each in aws.replications] == ["open/k", "open/k"]
    (secret,) = s3.list_object_versions(Bucket="amzn-src", Prefix="secret/")["Versions"]
    assert status(s3, key="secret/k", VersionId=secret["VersionId"]) is None


def test_the_rule_with_the_highest_priority_counts_for_a_destination(aws, s3):
    cold = {"StorageClass": "STANDARD_IA"}
    configure(aws, role(aws), rule(n=1), rule(n=2, Destination=cold), rule("amzn-dst2", n=3))
    put(s3)
    assert s3.head_object(Bucket="amzn-dst", Key="k")["StorageClass"] == "STANDARD_IA"
    assert "StorageClass" not in s3.head_object(Bucket="amzn-dst2", Key="k")
    assert [tried.rule for tried in aws.replications] == ["r2", "r3"]


def test_delete_markers_are_replicated_if_configured_deletions_never(aws, s3):
    marked = {"DeleteMarkerReplication": {"Status": "Enabled"}}
    configure(aws, role(aws), rule(n=1, **marked), rule("amzn-dst2", n=2))
    version = put(s3)["VersionId"]
    marker = s3.delete_object(Bucket="amzn-src", Key="k")["VersionId"]
    s3.delete_object(Bucket="amzn-src", Key="k", VersionId=version)
    assert keys(s3, "amzn-dst") == []
    assert keys(s3, "amzn-dst2") == ["k"]
    listed = s3.list_object_versions(Bucket="amzn-dst")
    assert [m["VersionId"] for m in listed["DeleteMarkers"]] == [marker]
    assert [v["VersionId"] for v in listed["Versions"]] == [version]


def test_rules_of_the_first_generation_copy_delete_markers(aws, s3):
    first = {
        "ID": "v1",
        "Status": "Enabled",
        "Prefix": "",
        "Destination": {"Bucket": "arn:aws:s3:::amzn-dst"},
    }
    configure(aws, role(aws), first)
    put(s3)
    s3.delete_object(Bucket="amzn-src", Key="k")
    assert keys(s3) == []


def test_lifecycle_actions_are_not_replicated(aws, s3):
    configure(aws, role(aws), rule(DeleteMarkerReplication={"Status": "Enabled"}))
    expires = {"ID": "e", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket="amzn-src", LifecycleConfiguration={"Rules": [expires]})
    put(s3)
    aws.clock.advance(days=3)
    assert (keys(s3, "amzn-src"), keys(s3)) == ([], ["k"])


def test_replicas_are_not_replicated_again(aws, s3):
    replicator = role(aws)
    configure(aws, replicator, rule())
    configure(aws, replicator, rule("amzn-src"), bucket="amzn-dst")
    put(s3)
    assert len(aws.replications) == 1
    s3.put_object(Bucket="amzn-dst", Key="back", Body=b"")
    assert keys(s3, "amzn-src") == ["back", "k"]
    assert status(s3, key="back") == "REPLICA"


def test_versions_keep_their_order_whenever_they_arrive(aws, s3):
    configure(aws, role(aws), rule())
    with aws.replication_paused():
        old = put(s3)["VersionId"]
        assert status(s3) == "PENDING"
        assert keys(s3) == []
        new = s3.put_object(Bucket="amzn-dst", Key="k")["VersionId"]
    assert status(s3) == "COMPLETED"
    listed = s3.list_object_versions(Bucket="amzn-dst")["Versions"]
    assert [(v["VersionId"], v["IsLatest"]) for v in listed] == [(new, True), (old, False)]
    s3.delete_object(Bucket="amzn-dst", Key="k", VersionId=new)
    assert s3.head_object(Bucket="amzn-dst", Key="k")["VersionId"] == old


def test_multipart_objects_and_copies_are_replicated(aws, s3):
    configure(aws, role(aws), rule())
    target = {"Bucket": "amzn-src", "Key": "big"}
    upload = s3.create_multipart_upload(**target)["UploadId"]
    part = s3.upload_part(**target, UploadId=upload, PartNumber=1, Body=b"x")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(**target, UploadId=upload, MultipartUpload=parts)
    s3.copy_object(Bucket="amzn-src", Key="copy", CopySource="amzn-src/big")
    assert keys(s3) == ["big", "copy"]
    assert s3.head_object(Bucket="amzn-dst", Key="big")["ETag"].endswith('-1"')


def tags(s3, bucket):
    return s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"]


def test_later_tags_are_replicated_and_those_of_replicas_if_configured(aws, s3):
    replicator = role(aws)
    configure(aws, replicator, rule())
    put(s3)
    one, two = [{"Key": "a", "Value": "1"}], [{"Key": "a", "Value": "2"}]
    s3.put_object_tagging(Bucket="amzn-src", Key="k", Tagging={"TagSet": one})
    assert tags(s3, "amzn-dst") == one
    s3.put_object_tagging(Bucket="amzn-dst", Key="k", Tagging={"TagSet": two})
    assert tags(s3, "amzn-src") == one
    both = {"SourceSelectionCriteria": {"ReplicaModifications": {"Status": "Enabled"}}}
    configure(aws, replicator, rule("amzn-src", **both), bucket="amzn-dst")
    s3.put_object_tagging(Bucket="amzn-dst", Key="k", Tagging={"TagSet": two})
    assert tags(s3, "amzn-src") == two


REQUIRED = [
    ("s3:GetReplicationConfiguration", "arn:aws:s3:::amzn-src"),
    ("s3:ListBucket", "arn:aws:s3:::amzn-src"),
    ("s3:GetObjectVersionForReplication", "arn:aws:s3:::amzn-src/k"),
    ("s3:GetObjectVersionAcl", "arn:aws:s3:::amzn-src/k"),
    ("s3:ReplicateObject", "arn:aws:s3:::amzn-dst/k"),
]


@pytest.mark.parametrize(("action", "resource"), REQUIRED)
def test_a_missing_permission_of_the_role_fails_with_a_reason(aws, s3, action, resource):
    """F-130."""
    replicator = role(aws, action)
    configure(aws, replicator, rule())
    put(s3)
    assert status(s3) == "FAILED"
    assert keys(s3) == []
    (tried,) = aws.replications
    assert tried.status == "FAILED"
    assert tried.decision in aws.decisions
    assert (tried.decision.action, tried.decision.resource) == (action, resource)
    assert "assumed-role/replicator/s3-replication" in tried.why
    explained = aws.explain(replicator.assume(), action, resource)
    assert not explained.allowed
    assert "no identity policy" in str(explained)


def test_delete_markers_need_replicate_delete(aws, s3):
    configure(aws, role(aws, "s3:ReplicateDelete"), rule(DeleteMarkerReplication={"Status": "Enabled"}))
    put(s3)
    s3.delete_object(Bucket="amzn-src", Key="k")
    assert keys(s3) == ["k"]
    assert aws.replications[-1].decision.action == "s3:ReplicateDelete"


@pytest.mark.parametrize("lacking", ["s3:GetObjectVersionTagging", "s3:ReplicateTags"])
def test_without_permission_for_tags_they_are_not_copied(aws, s3, lacking):
    configure(aws, role(aws, lacking), rule())
    put(s3, Tagging="a=b")
    assert status(s3) == "COMPLETED"
    assert tags(s3, "amzn-dst") == []


def test_a_bucket_policy_may_deny_the_role(aws, s3):
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:ReplicateObject",
        "Resource": "arn:aws:s3:::amzn-dst/*",
    }
    s3.put_bucket_policy(
        Bucket="amzn-dst", Policy=str({"Version": "2012-10-17", "Statement": [deny]}).replace("'", '"')
    )
    configure(aws, role(aws), rule())
    put(s3)
    assert status(s3) == "FAILED"
    assert aws.replications[0].decision.layer == "resource"


def test_the_role_must_trust_s3(aws, s3):
    configure(aws, role(aws, trust=None), rule())
    put(s3)
    assert status(s3) == "FAILED"
    assert aws.replications[0].decision.action == "sts:AssumeRole"


def test_deleted_destinations(aws, s3):
    configure(aws, role(aws), rule(), rule("amzn-dst2", n=2))
    s3.delete_bucket(Bucket="amzn-dst2")
    put(s3)
    assert status(s3) == "FAILED"
    assert [(tried.status, tried.why) for tried in aws.replications] == [
        ("COMPLETED", None),
        ("FAILED", "there is no bucket amzn-dst2"),
    ]
    s3.put_bucket_versioning(Bucket="amzn-dst", VersioningConfiguration={"Status": "Suspended"})
    put(s3, "later")
    assert aws.replications[2].why == "versioning is not enabled in amzn-dst"


FAR = "222222222222"


def far_bucket(aws, replicator=None, **more):
    allowed = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": replicator.arn} if replicator else "*",
            "Action": ["s3:ReplicateObject", "s3:ReplicateTags", "s3:ObjectOwnerOverrideToBucketOwner"],
            "Resource": "arn:aws:s3:::amzn-far/*",
        },
    }
    policy = allowed if replicator else None
    aws.account(FAR).create_bucket("amzn-far", versioning=True, policy=policy, **more)


def test_across_accounts_the_bucket_policy_must_allow_the_role(aws, s3):
    replicator = role(aws)
    far_bucket(aws)
    configure(aws, replicator, rule("amzn-far"))
    put(s3)
    assert status(s3) == "FAILED"
    assert aws.replications[0].decision.layer == "resource"


@pytest.mark.parametrize(
    ("ownership", "override", "owner"),
    [
        ("BucketOwnerEnforced", False, FAR),
        ("ObjectWriter", False, "123456789012"),
        ("ObjectWriter", True, FAR),
    ],
)
def test_who_owns_a_replica(aws, s3, ownership, override, owner):
    """F-131."""
    replicator = role(aws)
    far_bucket(aws, replicator, ownership=ownership)
    to = {"Account": FAR, "AccessControlTranslation": {"Owner": "Destination"}} if override else {}
    configure(aws, replicator, rule("amzn-far", Destination=to))
    put(s3)
    assert status(s3) == "COMPLETED"
    listed = aws.account(FAR).client().list_object_versions(Bucket="amzn-far")["Versions"]
    assert listed[0]["Owner"]["ID"] == aws.iam.canonical_id(owner)


def test_changing_the_owner_needs_object_owner_override(aws, s3):
    replicator = role(aws, "s3:ObjectOwnerOverrideToBucketOwner")
    far_bucket(aws, replicator, ownership="ObjectWriter")
    to = {"Account": FAR, "AccessControlTranslation": {"Owner": "Destination"}}
    configure(aws, replicator, rule("amzn-far", Destination=to))
    put(s3)
    assert aws.replications[0].decision.action == "s3:ObjectOwnerOverrideToBucketOwner"


def test_kms_objects_are_copied_where_selected_with_both_keys(aws, s3):
    here, there = aws.account().create_kms_key(), aws.account().create_kms_key()
    kms = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": here.arn}
    replicator = role(aws)
    configure(aws, replicator, rule())
    put(s3, "left", **kms)
    assert (keys(s3), status(s3, key="left")) == ([], None)
    selected = rule(
        SourceSelectionCriteria={"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        Destination={"EncryptionConfiguration": {"ReplicaKmsKeyID": there.arn}},
    )
    configure(aws, replicator, selected)
    put(s3, "refused", **kms)
    assert aws.replications[-1].decision.action == "kms:Decrypt"
    uses = {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:Encrypt"], "Resource": "*"}
    replicator.put_policy({"Version": "2012-10-17", "Statement": uses}, "kms")
    put(s3, "k", **kms)
    assert s3.head_object(Bucket="amzn-dst", Key="k")["SSEKMSKeyId"] == there.arn
    there.disable()
    put(s3, "disabled", **kms)
    assert aws.replications[-1].reason == "DstKmsKeyInvalidState"


def test_the_role_may_use_keys_through_s3_alone(aws, s3):
    """User guide, "Replicating encrypted objects": kms:ViaService, kms:EncryptionContext; a key by its alias."""
    here, there = aws.account().create_kms_key(), aws.account().create_kms_key()
    kms = aws.client("kms")
    kms.create_alias(AliasName="alias/there", TargetKeyId=there.arn)
    replicator = role(aws)
    selected = rule(
        SourceSelectionCriteria={"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        Destination={
            "EncryptionConfiguration": {"ReplicaKmsKeyID": "arn:aws:kms:us-east-1:123456789012:alias/there"}
        },
    )
    configure(aws, replicator, selected)

    def uses(action, key, bucket):
        through = {
            "kms:ViaService": "s3.us-east-1.amazonaws.com",
            "kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{bucket}/*",
        }
        condition = {"StringLike": through}
        return {"Effect": "Allow", "Action": action, "Resource": key.arn, "Condition": condition}

    statements = [uses("kms:Decrypt", here, "amzn-src"), uses("kms:Encrypt", there, "amzn-dst")]
    replicator.put_policy({"Version": "2012-10-17", "Statement": statements}, "kms")
    put(s3, ServerSideEncryption="aws:kms", SSEKMSKeyId=here.arn)
    assert aws.replications[-1].why is None
    assert s3.head_object(Bucket="amzn-dst", Key="k")["SSEKMSKeyId"] == there.arn


def test_destinations_send_events(aws, s3):
    replicator = role(aws)
    configure(aws, replicator, rule())
    s3.put_bucket_notification_configuration(
        Bucket="amzn-dst", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    put(s3)
    assert [(event.name, event.key) for event in aws.events] == [("s3:ObjectCreated:Put", "k")]


def test_snapshots_contain_waiting_versions_and_attempts(aws, s3):
    configure(aws, role(aws), rule())
    mark = aws.snapshot()
    put(s3)
    aws.restore(mark)
    assert (aws.replications, keys(s3)) == ([], [])


@pytest.fixture
def locked(aws, s3):
    for name in ("amzn-locked", "amzn-vault"):
        s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    replicator = role(aws)
    configure(aws, replicator, rule("amzn-vault"), bucket="amzn-locked")
    return replicator


def may_read_locks(replicator, *actions):
    reads = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    replicator.put_policy({"Version": "2012-10-17", "Statement": reads}, "locks")


LOCK = {
    "ObjectLockLegalHoldStatus": "ON",
    "ObjectLockMode": "GOVERNANCE",
    "ObjectLockRetainUntilDate": datetime(2026, 4, 1, tzinfo=UTC),
    "ChecksumAlgorithm": "CRC32",
}


def test_replicas_have_the_lock_of_their_original(s3, locked):
    may_read_locks(locked, "s3:GetObjectRetention", "s3:GetObjectLegalHold")
    s3.put_object(Bucket="amzn-locked", Key="k", Body=b"", **LOCK)
    copy = s3.head_object(Bucket="amzn-vault", Key="k")
    for name in ("ObjectLockLegalHoldStatus", "ObjectLockMode", "ObjectLockRetainUntilDate"):
        assert copy[name] == LOCK[name]


@pytest.mark.parametrize(
    ("allowed", "reason"),
    [
        ("s3:GetObjectLegalHold", "SrcGetRetentionNotPermitted"),
        ("s3:GetObjectRetention", "SrcGetLegalHoldNotPermitted"),
    ],
)
def test_reading_locks_needs_permissions(aws, s3, locked, allowed, reason):
    may_read_locks(locked, allowed)
    s3.put_object(Bucket="amzn-locked", Key="k", Body=b"", **LOCK)
    assert aws.replications[-1].reason == reason


def test_without_retention_the_destinations_default_applies(s3, locked):
    default = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 10}}
    s3.put_object_lock_configuration(
        Bucket="amzn-vault", ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": default}
    )
    s3.put_object(Bucket="amzn-locked", Key="k", Body=b"", ChecksumAlgorithm="CRC32")
    until = datetime(2026, 3, 11, 12, tzinfo=UTC)
    assert s3.head_object(Bucket="amzn-vault", Key="k")["ObjectLockRetainUntilDate"] == until
    s3.put_object_tagging(Bucket="amzn-locked", Key="k", Tagging={"TagSet": []})
    assert s3.head_object(Bucket="amzn-vault", Key="k")["ObjectLockRetainUntilDate"] == until
    assert "ObjectLockMode" not in s3.head_object(Bucket="amzn-locked", Key="k")


def test_object_lock_buckets_need_destinations_with_object_lock(aws, s3, locked):
    configure(aws, locked, rule("amzn-dst"), bucket="amzn-locked")
    s3.put_object(Bucket="amzn-locked", Key="k", Body=b"", ChecksumAlgorithm="CRC32")
    assert aws.replications[-1].reason == "DstBucketObjectLockConfigMissing"


def test_archives_are_not_copied(aws, s3):
    configure(aws, role(aws), rule())
    put(s3, "cold", StorageClass="GLACIER")
    put(s3, "cool", StorageClass="GLACIER_IR")
    assert keys(s3) == ["cool"]
    assert status(s3, key="cold") is None


def test_the_destinations_default_encryption_does_not_count(aws, s3):
    configure(aws, role(aws), rule())
    by_default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.put_bucket_encryption(Bucket="amzn-dst", ServerSideEncryptionConfiguration={"Rules": [by_default]})
    put(s3)
    assert s3.head_object(Bucket="amzn-dst", Key="k")["ServerSideEncryption"] == "AES256"


def may_configure(*statements):
    replication = {"Effect": "Allow", "Action": "s3:PutReplicationConfiguration", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [replication, *statements]}


def test_configuring_replication_needs_pass_role(aws):
    replicator = role(aws)
    document = {"Role": replicator.arn, "Rules": [rule()]}
    eve = aws.account().create_user("eve", policies=may_configure())
    with pytest.raises(ClientError) as caught:
        eve.client().put_bucket_replication(Bucket="amzn-src", ReplicationConfiguration=document)
    assert caught.value.response["Error"]["Message"] == (
        f'User: {eve.arn} is not authorized to perform: iam:PassRole on resource: "{replicator.arn}" because no '
        "identity-based policy allows the iam:PassRole action"
    )
    passes = {
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": replicator.arn,
        "Condition": {"StringEquals": {"iam:PassedToService": "s3.amazonaws.com"}},
    }
    eve.put_policy(may_configure(passes))
    eve.client().put_bucket_replication(Bucket="amzn-src", ReplicationConfiguration=document)


def test_lifecycle_waits_for_replication(aws, s3):
    """User guide, "Amazon S3 Inventory list", "Lifecycle Expiration Date"."""
    replicator = role(aws, "s3:ReplicateObject")
    configure(aws, replicator, rule())
    expires = {"ID": "e", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket="amzn-src", LifecycleConfiguration={"Rules": [expires]})
    put(s3, "failed")
    assert status(s3, key="failed") == "FAILED"
    with aws.replication_paused():
        replicator.put_policy(permissions(), "all")
        put(s3, "late")
        aws.clock.advance(days=5)
        assert keys(s3, "amzn-src") == ["failed", "late"]
    aws.clock.advance(days=5)
    assert keys(s3, "amzn-src") == ["failed"]

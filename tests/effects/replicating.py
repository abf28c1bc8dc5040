"""Helpers for replication: the role, its permissions, and rules."""

from __future__ import annotations

from typing import Any

TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}
SOURCE_ACTIONS = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
ORIGINAL_ACTIONS = [
    "s3:GetObjectVersionForReplication",
    "s3:GetObjectVersionAcl",
    "s3:GetObjectVersionTagging",
]
REPLICA_ACTIONS = [
    "s3:ReplicateObject",
    "s3:ReplicateDelete",
    "s3:ReplicateTags",
    "s3:ObjectOwnerOverrideToBucketOwner",
]


def permissions(*without: str) -> dict[str, Any]:
    """Return the role's policy of the user guide without some actions."""
    actions = [*SOURCE_ACTIONS, *ORIGINAL_ACTIONS, *REPLICA_ACTIONS]
    wanted = [action for action in actions if action not in without]
    return {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": wanted, "Resource": "*"},
    }


def role(aws: Any, *without: str, trust: Any = TRUST) -> Any:
    return aws.account().create_role("replicator", trust=trust, policies=permissions(*without))


def rule(destination: str = "amzn-dst", n: int = 1, **more: Any) -> dict[str, Any]:
    """Return a rule of the second generation that applies to all objects."""
    target = {"Bucket": f"arn:aws:s3:::{destination}", **more.pop("Destination", {})}
    return {
        "ID": f"r{n}",
        "Priority": n,
        "Status": "Enabled",
        "Filter": {},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": target,
        **more,
    }


def configure(aws: Any, role: Any, *rules: dict[str, Any], bucket: str = "amzn-src") -> None:
    aws.client().put_bucket_replication(
        Bucket=bucket, ReplicationConfiguration={"Role": role.arn, "Rules": list(rules)}
    )

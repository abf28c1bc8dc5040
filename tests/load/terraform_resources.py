"""Resources of a state as Terraform prints them, for the tests of several files."""

from __future__ import annotations

from typing import Any

from .terraform_documents import Document, policy, trust

ACCOUNT, OTHER, PARTNER = "111122223333", "444455556666", "777788889999"
NO_BLOCK = dict.fromkeys(
    ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), False
)
CANONICAL = "a" * 64


def state(region: str = "eu-west-1") -> Document:
    document = Document(state=True)
    document.data("aws_caller_identity.current", account_id=ACCOUNT, id=ACCOUNT)
    document.data("aws_region.current", name=region, region=region, id=region)
    return document


def bucket(document: Document, name: str, partition: str = "aws", **values: Any) -> None:
    document.add(
        f"aws_s3_bucket.{name.replace('-', '_')}",
        arn=f"arn:{partition}:s3:::{name}",
        bucket=name,
        bucket_domain_name=f"{name}.s3.amazonaws.com",
        force_destroy=False,
        hosted_zone_id="Z1BKCTXD74EZPE",
        id=name,
        **values,
    )


def role(
    document: Document, name: str, *statements: dict[str, Any], partition: str = "aws", **values: Any
) -> None:
    document.add(
        f"aws_iam_role.{name}",
        arn=f"arn:{partition}:iam::{ACCOUNT}:role/{name}",
        assume_role_policy=trust(Service="ec2.amazonaws.com"),
        create_date="2026-01-05T10:00:00Z",
        force_detach_policies=False,
        id=name,
        name=name,
        path="/",
        max_session_duration=3600,
        unique_id="AROA" + name.upper().ljust(17, "X")[:17],
        **values,
    )
    if statements:
        document.add(
            f"aws_iam_role_policy.{name}", id=f"{name}:own", name="own", role=name, policy=policy(*statements)
        )


def allow(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": resource, **more}


def bucket_policy(document: Document, name: str, *statements: dict[str, Any]) -> None:
    document.add(
        f"aws_s3_bucket_policy.{name.replace('-', '_')}", bucket=name, id=name, policy=policy(*statements)
    )

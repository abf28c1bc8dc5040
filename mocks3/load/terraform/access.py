"""Read access points and VPC endpoints."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mocks3.load.descriptions import AccessPointDescription, Description, VpcEndpointDescription
from mocks3.load.terraform.block import Block
from mocks3.load.terraform.buckets import blocked
from mocks3.load.terraform.derived import BUCKETS, own_name
from mocks3.load.terraform.documents import policy_document

_S3_SERVICE = re.compile(r"(?:[\w-]+\.)*\.?(?:s3|s3express|s3-global\.accesspoint)")


def access_point(block: Block) -> Iterator[Description]:
    """Read ``aws_s3_access_point``."""
    terraform, resource = block.terraform, block.resource
    block.taken.add("name")
    bucket = block.referred("bucket", BUCKETS, "bucket")
    vpc = next((each.reference("vpc_id") for each in block.blocks("vpc_configuration")), None)
    block.taken |= {"account_id", "bucket_account_id", "alias"}
    account, bucket_account, alias = (
        value if isinstance(value := block.values.get(name), str) and value else None
        for name in ("account_id", "bucket_account_id", "alias")
    )
    settings = block.block("public_access_block_configuration")
    yield AccessPointDescription(
        place=block.place,
        name=own_name(terraform, resource),
        account=account or terraform.known_account(resource),
        region=terraform.known_region(resource),
        bucket=None if bucket is None else bucket.rpartition(":")[2],
        bucket_account=bucket_account,
        alias=alias,
        policy=policy_document(block, "policy"),
        vpc=vpc,
        public_access_block=None if settings is None else blocked(settings),
    )


def access_point_policy(block: Block) -> Iterator[Description]:
    """Read ``aws_s3control_access_point_policy``."""
    arn = block.referred("access_point_arn", ("aws_s3_access_point",), "arn")
    policy = policy_document(block, "policy")
    parts = (arn or "").split(":")
    if policy is not None and len(parts) > 5:
        yield AccessPointDescription(
            place=block.place,
            name=parts[5].removeprefix("accesspoint/"),
            account=parts[4],
            region=parts[3],
            policy=policy,
        )


def vpc_endpoint(block: Block) -> Iterator[Description]:
    """Read ``aws_vpc_endpoint``, also the data source. Endpoints of other services have no effect on S3."""
    terraform, resource = block.terraform, block.resource
    service = block.text("service_name")
    if service is not None and not _S3_SERVICE.fullmatch(service):
        block.ignore()
        return
    block.taken.add("id")
    endpoint = terraform.attribute(resource, "id")
    yield VpcEndpointDescription(
        place=block.place,
        id=endpoint if isinstance(endpoint, str) else None,
        vpc=block.reference("vpc_id"),
        account=terraform.known_account(resource),
        region=terraform.known_region(resource),
        policy=policy_document(block, "policy") if block.values.get("policy") else None,
    )


def vpc_endpoint_policy(block: Block) -> Iterator[Description]:
    """Read ``aws_vpc_endpoint_policy``."""
    endpoint = block.referred("vpc_endpoint_id", ("aws_vpc_endpoint",), "id")
    policy = policy_document(block, "policy")
    if endpoint is not None and policy is not None:
        yield VpcEndpointDescription(
            place=block.place,
            id=endpoint,
            account=block.terraform.known_account(block.resource),
            region=block.terraform.known_region(block.resource),
            policy=policy,
        )

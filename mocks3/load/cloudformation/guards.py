"""Resource types of KMS, EC2 and Organizations that decide about calls of S3."""

from __future__ import annotations

from collections.abc import Iterator

from mocks3.load.cloudformation.properties import boolean, document, text, texts
from mocks3.load.cloudformation.stack import TemplateResource
from mocks3.load.cloudformation.types import resource_type
from mocks3.load.descriptions import (
    Description,
    KmsKeyDescription,
    OrganizationDescription,
    OrganizationPolicyDescription,
    VpcEndpointDescription,
)

_KEY_IGNORES = (
    "BypassPolicyLockoutSafetyCheck Description EnableKeyRotation KeySpec KeyUsage MultiRegion Origin "
    "PendingWindowInDays PrimaryKeyArn RotationPeriodInDays"
)


@resource_type("AWS::KMS::Key", reads="Enabled KeyPolicy", ignores=_KEY_IGNORES)
@resource_type("AWS::KMS::ReplicaKey", reads="Enabled KeyPolicy", ignores=_KEY_IGNORES)
def read_key(resource: TemplateResource) -> Iterator[Description]:
    """Read a KMS key with its policy."""
    yield KmsKeyDescription(
        place=resource.place("KeyPolicy"),
        id=resource.id,
        account=resource.environment.account,
        region=resource.environment.region,
        policy=document(resource, "KeyPolicy"),
        enabled=boolean(resource, "Enabled"),
    )


@resource_type("AWS::KMS::Alias", reads="AliasName TargetKeyId")
def read_alias(resource: TemplateResource) -> Iterator[Description]:
    """Read an alias of a KMS key. ``TargetKeyId`` is a key id or a key's ARN."""
    target = text(resource, "TargetKeyId")
    if target is None:
        return
    parts = target.split(":", 5)
    of_arn = len(parts) == 6
    yield KmsKeyDescription(
        place=resource.place(),
        id=parts[5].removeprefix("key/") if of_arn else target,
        account=parts[4] if of_arn else resource.environment.account,
        region=parts[3] if of_arn else resource.environment.region,
        aliases=(resource.id,),
    )


@resource_type(
    "AWS::EC2::VPCEndpoint",
    reads="PolicyDocument ServiceName VpcId",
    ignores="DnsOptions IpAddressType PrivateDnsEnabled ResourceConfigurationArn RouteTableIds SecurityGroupIds "
    "ServiceNetworkArn ServiceRegion SubnetIds Tags VpcEndpointType",
)
def read_endpoint(resource: TemplateResource) -> Iterator[Description]:
    """Read a VPC endpoint of S3. Endpoints of other services decide nothing about S3."""
    service = text(resource, "ServiceName")
    if service is not None and service.rpartition(".")[2] == "s3":
        yield VpcEndpointDescription(
            place=resource.place("PolicyDocument"),
            id=resource.id,
            vpc=text(resource, "VpcId"),
            account=resource.environment.account,
            region=resource.environment.region,
            policy=document(resource, "PolicyDocument"),
        )


@resource_type("AWS::Organizations::Organization", reads="", ignores="FeatureSet")
def read_organization(resource: TemplateResource) -> Iterator[Description]:
    """Read an organization with its root."""
    attributes = resource.stack.physical(resource.logical_id).attributes
    yield OrganizationDescription(
        place=resource.place(), id=resource.id, management=resource.environment.account
    )
    yield OrganizationDescription(place=resource.place(), id=str(attributes["RootId"]), parent=resource.id)


@resource_type("AWS::Organizations::OrganizationalUnit", reads="Name ParentId", ignores="Tags")
def read_unit(resource: TemplateResource) -> Iterator[Description]:
    """Read an organizational unit."""
    yield OrganizationDescription(
        place=resource.place(), id=resource.id, name=text(resource, "Name"), parent=text(resource, "ParentId")
    )


@resource_type("AWS::Organizations::Account", reads="AccountName ParentIds", ignores="Email RoleName Tags")
def read_account(resource: TemplateResource) -> Iterator[Description]:
    """Read a member account."""
    yield OrganizationDescription(
        place=resource.place(),
        id=resource.id,
        name=text(resource, "AccountName"),
        parent=next(iter(texts(resource, "ParentIds")), None),
    )


@resource_type("AWS::Organizations::Policy", reads="Content Name TargetIds Type", ignores="Description Tags")
def read_organization_policy(resource: TemplateResource) -> Iterator[Description]:
    """Read a policy of an organization with its targets."""
    yield OrganizationPolicyDescription(
        place=resource.place("Content"),
        id=resource.id,
        name=text(resource, "Name"),
        kind=text(resource, "Type"),
        document=document(resource, "Content"),
        targets=texts(resource, "TargetIds"),
    )

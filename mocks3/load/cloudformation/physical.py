"""The physical ids of resources, which ``Ref`` returns, and their attributes, which ``Fn::GetAtt`` returns.

Rule 1: a physical id that the caller or a file of the load says is the id. A name that the template gives is the name.
CloudFormation generates any other: the stack's name, the logical id and a suffix. Here the suffix is a hash of the
three and of account and Region, so that it is the same in each run.
Rule 2: what ``Ref`` and ``Fn::GetAtt`` return is in the section "Return values" of the type's page in the
CloudFormation template reference. A type without a row here decides nothing about S3: its id is a name, its ARN has
the usual form.
Rule 3: any other attribute, and what a custom resource returns, is known only after the deployment. It has a stand-in.
"""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from mocks3.lib.partitions import partition_of
from mocks3.storage.iam import ids


@dataclass(frozen=True)
class Environment:
    """Where a stack is deployed, and under which name.

    ``values`` are what the caller of the load gave. ``deployed`` are physical ids of resources by logical id.
    """

    account: str
    region: str
    stack: str
    values: Mapping[str, Any] = field(default_factory=dict)
    deployed: Mapping[str, str] = field(default_factory=dict)

    @property
    def partition(self) -> str:
        """The partition of the Region."""
        return partition_of(self.region)

    @property
    def url_suffix(self) -> str:
        """The domain of AWS's endpoints in the partition."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    def arn(self, service: str, resource: str, *, is_global: bool = False) -> str:
        """Return the ARN of a resource of the stack's account. That of a global service names no Region."""
        region = "" if is_global else self.region
        return f"arn:{self.partition}:{service}:{region}:{self.account}:{resource}"


class NamingResource(Protocol):
    """What the rows of this table need to know of a resource."""

    @property
    def logical_id(self) -> str:
        """The name of the resource in its template."""

    @property
    def type(self) -> str:
        """The type, such as ``AWS::S3::Bucket``."""

    @property
    def environment(self) -> Environment:
        """Where its stack is deployed."""

    @property
    def deployed(self) -> str | None:
        """The physical id in AWS, if the caller or a file of the load says it."""

    def given(self, name: str) -> str | None:
        """Return a property as text, or None if the template does not have it."""


class Physical(NamedTuple):
    """A resource's physical id and attributes. ``parts`` makes the stand-ins of other attributes."""

    id: str
    attributes: Mapping[str, Any]

    def is_stand_in(self, attribute: str) -> bool:
        """Return whether only the deployment can say the value of this attribute."""
        return attribute not in self.attributes


Row = Callable[[NamingResource], Physical]

ROWS: dict[str, Row] = {}


def is_custom(type_: str) -> bool:
    """Return whether code of the template's owner creates the resource and says its id and attributes."""
    return not type_.startswith("AWS::") or type_ == "AWS::CloudFormation::CustomResource"


def physical_of(resource: NamingResource) -> Physical:
    """Return the physical id and the known attributes of a resource."""
    return ROWS.get(resource.type, _other)(resource)


def stand_in(resource: NamingResource, attribute: str) -> str:
    """Return a text that stands for an attribute that only the deployment can say."""
    return f"{resource.logical_id}.{attribute}-{_suffix(resource, attribute)[:8]}"


def generated_name(resource: NamingResource, longest: int, *, lower: bool = False) -> str:
    """Return a name as CloudFormation generates it: at most ``longest`` characters."""
    suffix = _suffix(resource)
    room = longest - len(suffix) - 2
    stack = resource.environment.stack[: room - min(len(resource.logical_id), room // 2)]
    name = f"{stack}-{resource.logical_id[: room - len(stack)]}-{suffix}"
    return name.lower() if lower else name


def _name(resource: NamingResource, longest: int, *properties: str, lower: bool = False) -> str:
    """Return the name that AWS, the template or CloudFormation gave."""
    deployed = resource.deployed
    if deployed is not None:
        is_long = deployed.startswith(("arn:", "https://"))
        return re.split("[/:]", deployed)[-1] if is_long else deployed
    found = next(filter(None, map(resource.given, properties)), None)
    return found or generated_name(resource, longest, lower=lower)


def _digest(resource: NamingResource, *more: str) -> bytes:
    environment = resource.environment
    parts = (environment.account, environment.region, environment.stack, resource.logical_id, *more)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).digest()


def _suffix(resource: NamingResource, *more: str) -> str:
    return base64.b32encode(_digest(resource, *more)).decode()[:12]


def _row(*types: str) -> Callable[[Row], Row]:
    def register(row: Row) -> Row:
        ROWS.update(dict.fromkeys(types, row))
        return row

    return register


@_row("AWS::S3::Bucket")
def _bucket(resource: NamingResource) -> Physical:
    name = _name(resource, 63, "BucketName", lower=True)
    where = resource.environment
    suffix, region = where.url_suffix, where.region
    website = "-" if region in _DASHED else "."
    return Physical(
        name,
        {
            "Arn": f"arn:{where.partition}:s3:::{name}",
            "DomainName": f"{name}.s3.{suffix}",
            "DualStackDomainName": f"{name}.s3.dualstack.{region}.{suffix}",
            "RegionalDomainName": f"{name}.s3.{region}.{suffix}",
            "WebsiteURL": f"http://{name}.s3-website{website}{region}.{suffix}",
        },
    )


_DASHED = frozenset(
    {
        "ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "eu-west-1", "sa-east-1", "us-east-1", "us-gov-west-1",
        "us-west-1", "us-west-2",
    }
)  # fmt: skip
"""The Regions whose website endpoints have a dash: the user guide, "Website endpoints"."""


@_row("AWS::S3::BucketPolicy")
def _bucket_policy(resource: NamingResource) -> Physical:
    return Physical(resource.given("Bucket") or generated_name(resource, 63), {})


@_row("AWS::S3::AccessPoint")
def _access_point(resource: NamingResource) -> Physical:
    name = _name(resource, 50, "Name", lower=True)
    attributes = {
        "Arn": resource.environment.arn("s3", f"accesspoint/{name}"),
        "Alias": f"{name[:20]}-{_digest(resource).hex()[:34]}-s3alias",
        "Name": name,
        "NetworkOrigin": "Internet" if resource.given("VpcConfiguration.VpcId") is None else "VPC",
    }
    return Physical(name, attributes)


def _iam(kind: str, prefix: str, property_: str, id_: str) -> Row:
    def row(resource: NamingResource) -> Physical:
        name = _name(resource, 128 if kind == "group" else 64, property_)
        path = resource.given("Path") or "/"
        where = resource.environment
        arn = where.arn("iam", f"{kind}{path}{name}", is_global=True)
        return Physical(name, {"Arn": arn, id_: ids.unique_id(prefix, where.account, arn)})

    return row


ROWS["AWS::IAM::Role"] = _iam("role", "AROA", "RoleName", "RoleId")
ROWS["AWS::IAM::User"] = _iam("user", "AIDA", "UserName", "UserId")
ROWS["AWS::IAM::Group"] = _iam("group", "AGPA", "GroupName", "GroupId")
ROWS["AWS::IAM::InstanceProfile"] = _iam(
    "instance-profile", "AIPA", "InstanceProfileName", "InstanceProfileId"
)


@_row("AWS::IAM::ManagedPolicy")
def _managed_policy(resource: NamingResource) -> Physical:
    name = _name(resource, 128, "ManagedPolicyName")
    arn = resource.environment.arn("iam", f"policy{resource.given('Path') or '/'}{name}", is_global=True)
    return Physical(arn, {"PolicyArn": arn, "PolicyId": ids.unique_id("ANPA", arn)})


@_row("AWS::IAM::AccessKey")
def _access_key(resource: NamingResource) -> Physical:
    key = resource.deployed or ids.unique_id("AKIA", _digest(resource).hex())
    return Physical(key, {"SecretAccessKey": ids.secret(key)})


@_row("AWS::IAM::OIDCProvider")
def _oidc_provider(resource: NamingResource) -> Physical:
    url = (resource.given("Url") or "").removeprefix("https://")
    arn = resource.environment.arn("iam", f"oidc-provider/{url}", is_global=True)
    return Physical(arn, {"Arn": arn})


@_row("AWS::IAM::SAMLProvider")
def _saml_provider(resource: NamingResource) -> Physical:
    name = _name(resource, 128, "Name")
    arn = resource.environment.arn("iam", f"saml-provider/{name}", is_global=True)
    return Physical(arn, {"Arn": arn})


@_row("AWS::KMS::Key")
def _kms_key(resource: NamingResource) -> Physical:
    """The id of a multi-Region key begins with ``mrk-`` (KMS developer guide, "Multi-Region keys")."""
    key = str(uuid.UUID(bytes=_digest(resource)[:16], version=4))
    if resource.given("MultiRegion") == "true":
        key = f"mrk-{key.replace('-', '')}"
    key = resource.deployed or key
    return Physical(key, {"Arn": resource.environment.arn("kms", f"key/{key}"), "KeyId": key})


@_row("AWS::KMS::ReplicaKey")
def _replica_key(resource: NamingResource) -> Physical:
    """A replica has the id of its primary key."""
    key = (resource.given("PrimaryKeyArn") or "").rpartition("/")[2]
    return Physical(key, {"Arn": resource.environment.arn("kms", f"key/{key}"), "KeyId": key})


@_row("AWS::KMS::Alias")
def _kms_alias(resource: NamingResource) -> Physical:
    return Physical(resource.deployed or resource.given("AliasName") or generated_name(resource, 256), {})


@_row("AWS::Organizations::Policy")
def _organization_policy(resource: NamingResource) -> Physical:
    id_ = resource.deployed or f"p-{_suffix(resource)[:10].lower()}"
    return Physical(id_, {"Id": id_})


@_row("AWS::Organizations::OrganizationalUnit")
def _unit(resource: NamingResource) -> Physical:
    suffix = _suffix(resource)
    parent = (resource.given("ParentId") or "").split("-")
    root = parent[1] if len(parent) > 1 and parent[0] in ("r", "ou") else suffix[8:].lower()
    id_ = resource.deployed or f"ou-{root}-{suffix[:8].lower()}"
    return Physical(id_, {"Id": id_})


@_row("AWS::Organizations::Account")
def _account(resource: NamingResource) -> Physical:
    number = 10**11 + int.from_bytes(_digest(resource)[:8]) % (9 * 10**11)
    id_ = resource.deployed or str(number)
    return Physical(id_, {"AccountId": id_, "AccountName": resource.given("AccountName")})


@_row("AWS::Organizations::Organization")
def _organization(resource: NamingResource) -> Physical:
    suffix = _suffix(resource).lower()
    id_ = resource.deployed or f"o-{suffix[:10]}"
    attributes = {"Id": id_, "RootId": f"r-{suffix[:4]}", "ManagementAccountId": resource.environment.account}
    return Physical(id_, attributes)


@_row("AWS::CloudFront::CloudFrontOriginAccessIdentity")
def _origin_access_identity(resource: NamingResource) -> Physical:
    id_ = resource.deployed or f"E{_suffix(resource)}"
    return Physical(id_, {"Id": id_, "S3CanonicalUserId": hashlib.sha256(_digest(resource)).hexdigest()})


@_row("AWS::CloudFront::Distribution", "AWS::CloudFront::OriginAccessControl")
def _cloudfront(resource: NamingResource) -> Physical:
    id_ = resource.deployed or f"E{_suffix(resource)}"
    domain = f"d{_digest(resource).hex()[:13]}.cloudfront.net"
    arn = resource.environment.arn("cloudfront", f"distribution/{id_}", is_global=True)
    return Physical(id_, {"Id": id_, "DomainName": domain, "Arn": arn})


@_row("AWS::SQS::Queue")
def _queue(resource: NamingResource) -> Physical:
    where, name = resource.environment, _name(resource, 80, "QueueName")
    url = f"https://sqs.{where.region}.{where.url_suffix}/{where.account}/{name}"
    return Physical(url, {"Arn": where.arn("sqs", name), "QueueName": name, "QueueUrl": url})


@_row(
    "AWS::CertificateManager::Certificate",
    "AWS::SecretsManager::Secret",
    "AWS::ECS::TaskDefinition",
    "AWS::ECS::Service",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::SNS::Topic",
    "AWS::StepFunctions::StateMachine",
    "AWS::Batch::JobQueue",
    "AWS::Batch::ComputeEnvironment",
)
def _by_arn(resource: NamingResource) -> Physical:
    _, attributes = _other(resource)
    arn = attributes["Arn"]
    name = resource.type.rpartition("::")[2]
    return Physical(arn, {**attributes, "Id": arn, f"{name}Arn": arn})


_EC2_PREFIXES = {
    "Instance": "i", "InternetGateway": "igw", "NatGateway": "nat", "RouteTable": "rtb", "SecurityGroup": "sg",
    "Subnet": "subnet", "TransitGateway": "tgw", "VPC": "vpc", "VPCEndpoint": "vpce", "Volume": "vol",
}  # fmt: skip
"""The prefixes of EC2's ids: the EC2 user guide, "Resource IDs"."""


def _ec2(resource: NamingResource) -> Physical:
    name = resource.type.rpartition("::")[2]
    id_ = resource.deployed or f"{_EC2_PREFIXES[name]}-{_digest(resource).hex()[:17]}"
    found = {"Id": id_, f"{name}Id": id_, "GroupId": id_, "CidrBlock": resource.given("CidrBlock")}
    return Physical(id_, {key: value for key, value in found.items() if value is not None})


ROWS.update({f"AWS::EC2::{name}": _ec2 for name in _EC2_PREFIXES})

_RESOURCE_PARTS = {
    "AWS::CloudTrail::Trail": "trail/{}", "AWS::CodeBuild::Project": "project/{}", "AWS::DynamoDB::Table": "table/{}",
    "AWS::ECR::Repository": "repository/{}", "AWS::Events::Rule": "rule/{}", "AWS::Kinesis::Stream": "stream/{}",
    "AWS::KinesisFirehose::DeliveryStream": "deliverystream/{}", "AWS::Lambda::Function": "function:{}",
    "AWS::Logs::LogGroup": "log-group:{}:*", "AWS::SNS::Topic": "{}", "AWS::CodePipeline::Pipeline": "{}",
    "AWS::SecretsManager::Secret": "secret:{}", "AWS::StepFunctions::StateMachine": "stateMachine:{}",
}  # fmt: skip
"""The resource parts of ARNs that do not begin with the type's name: the service authorization reference."""

_SERVICES = {"CertificateManager": "acm", "KinesisFirehose": "firehose", "StepFunctions": "states"}


def _other(resource: NamingResource) -> Physical:
    """Return name and ARN of a resource of a service that decides nothing about S3. A custom resource has neither."""
    if is_custom(resource.type):
        return Physical(resource.deployed or generated_name(resource, 64), {})
    service, _, kind = resource.type.partition("::")[2].partition("::")
    last = kind.rpartition("::")[2] or service
    name = _name(resource, 64, f"{last}Name", "Name")
    part = _RESOURCE_PARTS.get(resource.type, f"{last.lower()}/{{}}").format(name)
    arn = resource.environment.arn(_SERVICES.get(service, service.lower()), part)
    return Physical(name, {"Arn": arn, f"{last}Name": name, "Name": name})

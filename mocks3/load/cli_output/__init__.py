"""Read what the AWS CLI prints. The members of an output say which command printed it.

    fields       read members by name and type, and report those that nothing asked for
    documents    policy documents
    iam, s3, services    the outputs, one function each

Rule: ``SHAPES`` is the only table of outputs. A row has the commands, the members that the output must have and may
have, and the function that reads it. The first row that fits is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mocks3.load.cli_output import documents, iam, s3, services
from mocks3.load.cli_output.fields import CliOutput, Fields
from mocks3.load.descriptions import FileContents, Options


class Shape(NamedTuple):
    """The output of one or several commands.

    ``required`` are members that the output has. ``inside`` are members of the first required member, or of the first
    item in it, if this is a list.
    """

    commands: str
    read: Callable[[Fields], None]
    required: tuple[str, ...]
    inside: tuple[str, ...] = ()

    def fits(self, value: Mapping[str, Any]) -> bool:
        """Return whether an output has the members."""
        if not all(name in value for name in self.required):
            return False
        inner = value[self.required[0]]
        if isinstance(inner, list):
            inner = inner[0] if inner else {}
            if not inner:
                return True
        return not self.inside or (isinstance(inner, Mapping) and any(name in inner for name in self.inside))


SHAPES = (
    Shape("a policy document", documents.alone, ("Statement",)),
    # IAM
    Shape("iam get-account-authorization-details", iam.authorization_details, ("UserDetailList",)),
    Shape("iam get-account-authorization-details", iam.authorization_details, ("RoleDetailList",)),
    Shape("iam get-account-authorization-details", iam.authorization_details, ("GroupDetailList",)),
    Shape("iam get-user-policy", iam.user_policy, ("PolicyDocument", "UserName")),
    Shape("iam get-role-policy", iam.role_policy, ("PolicyDocument", "RoleName")),
    Shape("iam get-group-policy", iam.group_policy, ("PolicyDocument", "GroupName")),
    Shape("iam get-policy-version", iam.policy_version, ("PolicyVersion",)),
    Shape("iam get-policy", iam.one_policy, ("Policy",), ("Arn", "DefaultVersionId", "PolicyId")),
    Shape("iam get-user", iam.one_user, ("User",), ("UserName",)),
    Shape("iam get-role", iam.one_role, ("Role",), ("RoleName",)),
    Shape("iam get-group", iam.one_group, ("Group",), ("GroupName",)),
    Shape("iam list-users", iam.users, ("Users",), ("UserName",)),
    Shape("iam list-roles", iam.roles, ("Roles",), ("RoleName",)),
    Shape("iam list-groups, list-groups-for-user", iam.groups, ("Groups",), ("GroupName",)),
    Shape("iam get-instance-profile", iam.one_instance_profile, ("InstanceProfile",)),
    Shape(
        "iam list-instance-profiles, list-instance-profiles-for-role",
        iam.instance_profiles,
        ("InstanceProfiles",),
    ),
    Shape(
        "iam list-attached-user-policies, list-attached-role-policies, list-attached-group-policies",
        iam.attached_policies,
        ("AttachedPolicies",),
    ),
    Shape(
        "iam list-user-policies, list-role-policies, list-group-policies", iam.policy_names, ("PolicyNames",)
    ),
    Shape("iam list-policies", iam.policies, ("Policies",), ("DefaultVersionId", "PolicyId")),
    Shape("iam list-access-keys", iam.access_keys, ("AccessKeyMetadata",)),
    # Organizations
    Shape("organizations describe-policy", services.policy, ("Policy",), ("PolicySummary",)),
    Shape("organizations list-policies-for-target, list-policies", services.policies, ("Policies",)),
    Shape("organizations list-targets-for-policy", services.targets, ("Targets",), ("TargetId",)),
    Shape("organizations describe-organization", services.organization, ("Organization",)),
    Shape("organizations list-roots", services.roots, ("Roots",)),
    Shape("organizations list-parents", services.parents, ("Parents",)),
    Shape("organizations list-organizational-units-for-parent", services.units, ("OrganizationalUnits",)),
    Shape("organizations describe-organizational-unit", services.one_unit, ("OrganizationalUnit",)),
    Shape("organizations list-accounts, list-accounts-for-parent", services.accounts, ("Accounts",), ("Id",)),
    Shape("organizations describe-account", services.one_account, ("Account",), ("Id",)),
    # STS, EC2, KMS
    Shape("sts get-caller-identity", services.caller_identity, ("UserId", "Account", "Arn")),
    Shape("ec2 describe-vpc-endpoints", services.vpc_endpoints, ("VpcEndpoints",)),
    Shape("kms describe-key", services.describe_key, ("KeyMetadata",)),
    # An ACL without grants has the shape of list-grants too.
    Shape("s3api get-bucket-acl, get-object-acl", s3.acl, ("Grants", "Owner")),
    Shape("kms list-grants", services.grants, ("Grants",), ("GranteePrincipal",)),
    Shape("kms list-aliases", services.aliases, ("Aliases",), ("AliasName",)),
    Shape("kms list-keys", services.keys, ("Keys",), ("KeyId",)),
    # S3 Control
    Shape("s3control get-access-point", s3.access_point, ("AccessPointArn",)),
    Shape("s3control get-access-point", s3.access_point, ("Name", "Bucket", "NetworkOrigin")),
    Shape("s3control list-access-points", s3.access_points, ("AccessPointList",)),
    # S3. The shapes with the most general members come last.
    Shape(
        "s3api get-bucket-policy, s3control get-access-point-policy, kms get-key-policy",
        documents.in_output,
        ("Policy",),
    ),
    Shape("s3api get-bucket-location", s3.location, ("LocationConstraint",)),
    Shape("s3api get-bucket-ownership-controls", s3.ownership, ("OwnershipControls",)),
    Shape("s3api get-bucket-ownership-controls", s3.ownership, ("Rules",), ("ObjectOwnership",)),
    Shape(
        "s3api get-public-access-block, s3control get-public-access-block",
        s3.public_access_block,
        ("PublicAccessBlockConfiguration",),
    ),
    *(Shape("s3api get-public-access-block", s3.public_access_block, (name,)) for name in s3.BLOCK),
    Shape(
        "s3api get-bucket-encryption",
        s3.whole(
            "PutBucketEncryption", "ServerSideEncryptionConfiguration", "ServerSideEncryptionConfiguration"
        ),
        ("ServerSideEncryptionConfiguration",),
    ),
    Shape("s3api get-object-lock-configuration", s3.object_lock, ("ObjectLockConfiguration",)),
    Shape("s3api get-bucket-request-payment", s3.request_payment, ("Payer",)),
    Shape("s3api get-bucket-tagging, get-object-tagging", s3.tagging, ("TagSet",)),
    Shape(
        "s3api get-bucket-logging",
        s3.whole("PutBucketLogging", "BucketLoggingStatus"),
        ("LoggingEnabled",),
    ),
    Shape(
        "s3api get-bucket-lifecycle-configuration",
        s3.lifecycle,
        ("Rules",),
    ),
    Shape("s3api get-bucket-cors", s3.whole("PutBucketCors", "CORSConfiguration"), ("CORSRules",)),
    Shape(
        "s3api get-bucket-website",
        s3.whole("PutBucketWebsite", "WebsiteConfiguration"),
        ("IndexDocument",),
    ),
    Shape(
        "s3api get-bucket-website",
        s3.whole("PutBucketWebsite", "WebsiteConfiguration"),
        ("RedirectAllRequestsTo",),
    ),
    Shape(
        "s3api get-bucket-replication",
        s3.whole("PutBucketReplication", "ReplicationConfiguration", "ReplicationConfiguration"),
        ("ReplicationConfiguration",),
    ),
    Shape(
        "s3api get-bucket-abac",
        s3.whole("PutBucketAbac", "AbacStatus", "AbacStatus"),
        ("AbacStatus",),
    ),
    *(
        Shape(
            "s3api get-bucket-notification-configuration",
            s3.whole("PutBucketNotificationConfiguration", "NotificationConfiguration"),
            (member,),
        )
        for member in (
            "TopicConfigurations",
            "QueueConfigurations",
            "LambdaFunctionConfigurations",
            "EventBridgeConfiguration",
        )
    ),
    Shape("s3api get-bucket-policy-status", s3.nothing, ("PolicyStatus",)),
    Shape("s3api list-buckets", s3.list_buckets, ("Buckets",)),
    Shape("s3api list-objects-v2, list-objects", s3.list_objects, ("Contents",)),
    Shape("s3api get-object-retention", s3.object_retention, ("Retention",)),
    Shape("s3api get-object-legal-hold", s3.object_legal_hold, ("LegalHold",)),
    Shape("s3api head-object, get-object", s3.head_object, ("ContentLength", "ETag")),
    Shape("s3api get-bucket-versioning, get-bucket-accelerate-configuration", s3.versioning, ("Status",)),
    Shape("s3api get-bucket-versioning", s3.versioning, ("MFADelete",)),
)


def shape_of(value: object) -> Shape | None:
    """Return the shape that a document has, or None."""
    if not isinstance(value, Mapping):
        return None
    return next((each for each in SHAPES if each.fits(value)), None)


def read(document: Any, text: str, file: str, options: Options) -> FileContents:
    """Return what the output of a command says.

    Raises:
        LoadError: A member has the wrong type, or the output does not say what it is about.
    """
    shape = shape_of(document)
    assert shape is not None, "recognize has asked shape_of"
    output = CliOutput(text, file, options)
    found = Fields(output, document)
    shape.read(found)
    found.done(
        "ResponseMetadata",
        "IsTruncated",
        "Marker",
        "NextToken",
        "NextMarker",
        "RequestCharged",
        "PolicyStatus",
    )
    return output.reading()

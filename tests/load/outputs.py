"""Outputs of the AWS CLI as people paste them: file name, output. Each row of ``SHAPES`` has at least one."""

from __future__ import annotations

from typing import Any

from tests.load.conftest import DEV, OPS, policy, text

OWNER = "7f" * 32
OTHER = "3c" * 32
DATE = "2026-03-01T10:00:00+00:00"
KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
KEY = f"arn:aws:kms:eu-west-1:{OPS}:key/{KEY_ID}"
POINT = f"arn:aws:s3:eu-west-1:{OPS}:accesspoint/point"
ROLE = f"arn:aws:iam::{OPS}:role/service-role/reader"
USER = f"arn:aws:iam::{OPS}:user/dave"
READ = policy({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"})
TRUST = policy({"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
OF_BUCKET = policy(
    {
        "Principal": {"AWS": f"arn:aws:iam::{DEV}:root"},
        "Action": "s3:ListBucket",
        "Resource": "arn:aws:s3:::data",
    }
)
FULL = [
    {"Grantee": {"ID": OWNER, "Type": "CanonicalUser", "DisplayName": "ops"}, "Permission": "FULL_CONTROL"}
]
READ_BY_OTHER = [{"Grantee": {"ID": OTHER, "Type": "CanonicalUser"}, "Permission": "READ"}]
SCP = policy({"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"})
NEVER = policy({"Effect": "Deny", "Principal": "*", "Action": "s3:PutObjectAcl", "Resource": "*"})


def _user(name: str = "dave") -> dict[str, Any]:
    return {
        "Path": "/",
        "UserName": name,
        "UserId": f"AIDA{name.upper():X<17}",
        "Arn": f"arn:aws:iam::{OPS}:user/{name}",
        "CreateDate": DATE,
    }


def _group() -> dict[str, Any]:
    return {
        "Path": "/",
        "GroupName": "devs",
        "GroupId": "AGPAXXXXXXXXXXXXXXXXX",
        "Arn": f"arn:aws:iam::{OPS}:group/devs",
        "CreateDate": DATE,
    }


def _role() -> dict[str, Any]:
    return {
        "Path": "/service-role/",
        "RoleName": "reader",
        "RoleId": "AROAXXXXXXXXXXXXXXXXX",
        "Arn": ROLE,
        "CreateDate": DATE,
        "AssumeRolePolicyDocument": TRUST,
        "Description": "reads",
        "MaxSessionDuration": 7200,
        "PermissionsBoundary": {
            "PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": f"arn:aws:iam::{OPS}:policy/read",
        },
        "Tags": [{"Key": "team", "Value": "red"}],
        "RoleLastUsed": {"LastUsedDate": DATE, "Region": "eu-west-1"},
    }


def _policy(**more: Any) -> dict[str, Any]:
    return {
        "PolicyName": "read",
        "PolicyId": "ANPAXXXXXXXXXXXXXXXXX",
        "Arn": f"arn:aws:iam::{OPS}:policy/read",
        "Path": "/",
        "DefaultVersionId": "v1",
        "AttachmentCount": 1,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "CreateDate": DATE,
        "UpdateDate": DATE,
        **more,
    }


_VERSION = {"Document": READ, "VersionId": "v1", "IsDefaultVersion": True, "CreateDate": DATE}
_PROFILE = {
    "Path": "/",
    "InstanceProfileName": "web",
    "InstanceProfileId": "AIPAXXXXXXXXXXXXXXXXX",
    "Arn": f"arn:aws:iam::{OPS}:instance-profile/web",
    "CreateDate": DATE,
    "Roles": [
        {
            key: value
            for key, value in _role().items()
            if key not in ("Tags", "RoleLastUsed", "PermissionsBoundary")
        }
    ],
}
_POINT = {
    "Name": "point",
    "Bucket": "data",
    "NetworkOrigin": "VPC",
    "VpcConfiguration": {"VpcId": "vpc-1"},
    "PublicAccessBlockConfiguration": {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": True,
    },
    "CreationDate": DATE,
    "Alias": "point-abcdefghijklmnopqrstuvwxyz12use1a-s3alias",
    "AccessPointArn": POINT,
    "Endpoints": {"ipv4": "s3-accesspoint.eu-west-1.amazonaws.com"},
    "BucketAccountId": OPS,
}
_SUMMARY = {
    "Id": "p-abc12345",
    "Arn": "arn:aws:organizations::999988887777:policy/o-a1b2c3d4e5/service_control_policy/p-abc12345",
    "Name": "no-delete",
    "Description": "",
    "Type": "SERVICE_CONTROL_POLICY",
    "AwsManaged": False,
}
_BLOCK = {
    "PublicAccessBlockConfiguration": {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": False,
        "BlockPublicPolicy": False,
        "RestrictPublicBuckets": True,
    }
}
_HEAD = {
    "AcceptRanges": "bytes",
    "LastModified": DATE,
    "ContentLength": 5,
    "ETag": '"x"',
    "ContentType": "text/plain",
    "ServerSideEncryption": "aws:kms",
    "SSEKMSKeyId": KEY,
    "BucketKeyEnabled": True,
    "Metadata": {"a": "b"},
    "StorageClass": "STANDARD_IA",
}
_UNIT = {
    "Id": "ou-ab12-11111111",
    "Arn": "arn:aws:organizations::999988887777:ou/o-a1b2c3d4e5/ou-ab12-11111111",
    "Name": "work",
}
_MEMBER = {
    "Id": OPS,
    "Arn": "arn:aws:organizations::999988887777:account/o-a1b2c3d4e5/111122223333",
    "Email": "a@example.com",
    "Name": "ops",
    "Status": "ACTIVE",
    "JoinedMethod": "CREATED",
    "JoinedTimestamp": DATE,
}

OUTPUTS: dict[str, Any] = {
    "identity.json": READ,
    "trust.json": TRUST,
    "get-account-authorization-details.json": {
        "UserDetailList": [
            {
                **_user(),
                "GroupList": ["devs"],
                "AttachedManagedPolicies": [],
                "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": READ}],
                "Tags": [],
            }
        ],
        "GroupDetailList": [
            {
                **_group(),
                "GroupPolicyList": [],
                "AttachedManagedPolicies": [
                    {"PolicyName": "read", "PolicyArn": f"arn:aws:iam::{OPS}:policy/read"}
                ],
            }
        ],
        "RoleDetailList": [
            {
                **{
                    key: value
                    for key, value in _role().items()
                    if key not in ("Description", "MaxSessionDuration")
                },
                "InstanceProfileList": [_PROFILE],
                "RolePolicyList": [],
                "AttachedManagedPolicies": [],
            }
        ],
        "Policies": [_policy(PolicyVersionList=[_VERSION])],
    },
    "user-details.json": {
        "UserDetailList": [{**_user("eve"), "GroupList": [], "AttachedManagedPolicies": []}]
    },
    "role-details.json": {"RoleDetailList": []},
    "group-details.json": {"GroupDetailList": []},
    "get-user-policy.json": {"UserName": "dave", "PolicyName": "mine", "PolicyDocument": READ},
    "get-role-policy.json": {"RoleName": "reader", "PolicyName": "mine", "PolicyDocument": READ},
    "get-group-policy.json": {"GroupName": "devs", "PolicyName": "mine", "PolicyDocument": READ},
    "get-policy-version-read.json": {"PolicyVersion": _VERSION},
    "get-policy.json": {"Policy": _policy(Description="reads", Tags=[])},
    "get-user.json": {"User": {**_user(), "PasswordLastUsed": DATE}},
    "get-role.json": {"Role": _role()},
    "get-group.json": {"Group": _group(), "Users": [_user()]},
    "list-users.json": {"Users": [_user()]},
    "list-roles.json": {"Roles": [_role()]},
    "list-groups-for-user-dave.json": {"Groups": [_group()]},
    "get-instance-profile.json": {"InstanceProfile": {**_PROFILE, "Tags": []}},
    "list-instance-profiles.json": {"InstanceProfiles": [_PROFILE]},
    "list-attached-user-policies-dave.json": {
        "AttachedPolicies": [{"PolicyName": "read", "PolicyArn": f"arn:aws:iam::{OPS}:policy/read"}]
    },
    "list-user-policies.json": {"PolicyNames": ["mine"]},
    "list-policies.json": {"Policies": [_policy()]},
    "list-access-keys.json": {
        "AccessKeyMetadata": [
            {
                "UserName": "dave",
                "AccessKeyId": "AKIAIOSFODNN7EXAMPLE",
                "Status": "Active",
                "CreateDate": DATE,
            }
        ]
    },
    "get-caller-identity.json": {
        "UserId": "AROAXXXXXXXXXXXXXXXXX:cli",
        "Account": OPS,
        "Arn": f"arn:aws:sts::{OPS}:assumed-role/reader/cli",
    },
    "describe-vpc-endpoints.json": {
        "VpcEndpoints": [
            {
                "VpcEndpointId": "vpce-0a1b2c3d",
                "VpcEndpointType": "Gateway",
                "VpcId": "vpc-1",
                "ServiceName": "com.amazonaws.eu-west-1.s3",
                "State": "available",
                "PolicyDocument": text(policy({"Principal": "*", "Action": "*", "Resource": "*"})),
                "RouteTableIds": [],
                "SubnetIds": [],
                "Groups": [],
                "PrivateDnsEnabled": False,
                "RequesterManaged": False,
                "NetworkInterfaceIds": [],
                "DnsEntries": [],
                "CreationTimestamp": DATE,
                "Tags": [],
                "OwnerId": OPS,
            },
            {"VpcEndpointId": "vpce-other", "ServiceName": "com.amazonaws.eu-west-1.dynamodb"},
        ]
    },
    "describe-key.json": {
        "KeyMetadata": {
            "AWSAccountId": OPS,
            "KeyId": KEY_ID,
            "Arn": KEY,
            "CreationDate": DATE,
            "Enabled": True,
            "Description": "",
            "KeyUsage": "ENCRYPT_DECRYPT",
            "KeyState": "Enabled",
            "Origin": "AWS_KMS",
            "KeyManager": "CUSTOMER",
            "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
            "KeySpec": "SYMMETRIC_DEFAULT",
            "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
            "MultiRegion": False,
        }
    },
    "get-key-policy.json": {
        "Policy": text(policy({"Principal": {"AWS": ROLE}, "Action": "kms:*", "Resource": "*"})),
        "PolicyName": "default",
    },
    "list-grants.json": {
        "Grants": [
            {
                "KeyId": KEY,
                "GrantId": "ab" * 32,
                "Name": "",
                "CreationDate": DATE,
                "GranteePrincipal": ROLE,
                "IssuingAccount": f"arn:aws:iam::{OPS}:root",
                "Operations": ["Decrypt"],
                "Constraints": {"EncryptionContextSubset": {"a": "b"}},
            }
        ]
    },
    "list-aliases.json": {
        "Aliases": [
            {
                "AliasName": "alias/data",
                "AliasArn": f"arn:aws:kms:eu-west-1:{OPS}:alias/data",
                "TargetKeyId": KEY_ID,
                "CreationDate": DATE,
                "LastUpdatedDate": DATE,
            },
            {
                "AliasName": "alias/aws/s3",
                "AliasArn": f"arn:aws:kms:eu-west-1:{OPS}:alias/aws/s3",
                "TargetKeyId": "99999999-12ab-34cd-56ef-1234567890ab",
            },
        ]
    },
    "list-keys.json": {"Keys": [{"KeyId": KEY_ID, "KeyArn": KEY}]},
    "describe-organization.json": {
        "Organization": {
            "Id": "o-a1b2c3d4e5",
            "Arn": "arn:aws:organizations::999988887777:organization/o-a1b2c3d4e5",
            "FeatureSet": "ALL",
            "MasterAccountArn": "arn:aws:organizations::999988887777:account/o-a1b2c3d4e5/999988887777",
            "MasterAccountId": "999988887777",
            "MasterAccountEmail": "a@example.com",
            "AvailablePolicyTypes": [],
        }
    },
    "list-roots.json": {
        "Roots": [
            {
                "Id": "r-ab12",
                "Arn": "arn:aws:organizations::999988887777:root/o-a1b2c3d4e5/r-ab12",
                "Name": "Root",
                "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}],
            }
        ]
    },
    "list-parents-111122223333.json": {
        "Parents": [{"Id": "ou-ab12-11111111", "Type": "ORGANIZATIONAL_UNIT"}]
    },
    "list-organizational-units-for-parent.json": {"OrganizationalUnits": [_UNIT]},
    "describe-organizational-unit.json": {"OrganizationalUnit": _UNIT},
    "list-accounts.json": {"Accounts": [_MEMBER]},
    "describe-account.json": {"Account": _MEMBER},
    "describe-policy.json": {"Policy": {"PolicySummary": _SUMMARY, "Content": text(SCP)}},
    "list-policies-for-target-ou-ab12-11111111.json": {
        "Policies": [
            _SUMMARY,
            {
                "Id": "p-FullAWSAccess",
                "Name": "FullAWSAccess",
                "Type": "SERVICE_CONTROL_POLICY",
                "AwsManaged": True,
            },
        ]
    },
    "list-targets-for-policy-p-abc12345.json": {
        "Targets": [
            {
                "TargetId": "ou-ab12-11111111",
                "Arn": _UNIT["Arn"],
                "Name": "work",
                "Type": "ORGANIZATIONAL_UNIT",
            }
        ]
    },
    "get-access-point.json": _POINT,
    "one-of-list-access-points.json": {key: value for key, value in _POINT.items() if key != "AccessPointArn"}
    | {"Name": "point"},
    "list-access-points.json": {
        "AccessPointList": [
            {
                key: _POINT[key]
                for key in (
                    "Name",
                    "NetworkOrigin",
                    "VpcConfiguration",
                    "Bucket",
                    "AccessPointArn",
                    "Alias",
                    "BucketAccountId",
                )
            }
        ]
    },
    "get-access-point-policy.json": {
        "Policy": text(
            policy({"Principal": {"AWS": ROLE}, "Action": "s3:GetObject", "Resource": f"{POINT}/object/*"})
        )
    },
    "get-bucket-policy.json": {"Policy": text(OF_BUCKET)},
    "get-bucket-acl.json": {"Owner": {"ID": OWNER, "DisplayName": "ops"}, "Grants": FULL + READ_BY_OTHER},
    "get-object-acl.json": {"Owner": {"ID": OWNER}, "Grants": FULL + READ_BY_OTHER},
    "get-bucket-location.json": {"LocationConstraint": "eu-west-1"},
    "get-bucket-ownership-controls.json": {
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    },
    "get-public-access-block.json": _BLOCK,
    "s3control-get-public-access-block.json": _BLOCK,
    "get-bucket-encryption.json": {
        "ServerSideEncryptionConfiguration": {
            "Rules": [
                {
                    "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY},
                    "BucketKeyEnabled": True,
                }
            ]
        }
    },
    "get-object-lock-configuration.json": {
        "ObjectLockConfiguration": {
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
        }
    },
    "get-bucket-request-payment.json": {"Payer": "Requester"},
    "get-bucket-tagging.json": {"TagSet": [{"Key": "team", "Value": "red"}]},
    "get-object-tagging.json": {"TagSet": [{"Key": "class", "Value": "secret"}]},
    "get-bucket-logging.json": {"LoggingEnabled": {"TargetBucket": "data", "TargetPrefix": "logs/"}},
    "get-bucket-lifecycle-configuration.json": {
        "TransitionDefaultMinimumObjectSize": "all_storage_classes_128K",
        "Rules": [
            {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 7}}
        ],
    },
    "get-bucket-cors.json": {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]},
    "get-bucket-website.json": {"IndexDocument": {"Suffix": "index.html"}},
    "get-bucket-website-redirect.json": {"RedirectAllRequestsTo": {"HostName": "example.com"}},
    "get-bucket-replication.json": {
        "ReplicationConfiguration": {
            "Role": ROLE,
            "Rules": [
                {
                    "ID": "all",
                    "Priority": 1,
                    "Status": "Enabled",
                    "Filter": {},
                    "DeleteMarkerReplication": {"Status": "Disabled"},
                    "Destination": {"Bucket": "arn:aws:s3:::copies"},
                }
            ],
        }
    },
    "get-bucket-abac.json": {"AbacStatus": {"Status": "Disabled"}},
    "get-bucket-notification-configuration.json": {"EventBridgeConfiguration": {}},
    "notification-topics.json": {"TopicConfigurations": []},
    "notification-queues.json": {"QueueConfigurations": []},
    "notification-functions.json": {"LambdaFunctionConfigurations": []},
    "get-bucket-policy-status.json": {"PolicyStatus": {"IsPublic": False}},
    "list-buckets.json": {
        "Buckets": [
            {
                "Name": "data",
                "CreationDate": DATE,
                "BucketRegion": "eu-west-1",
                "BucketArn": "arn:aws:s3:::data",
            }
        ],
        "Owner": {"ID": OWNER},
    },
    "list-objects-v2.json": {
        "Contents": [
            {
                "Key": "k",
                "LastModified": DATE,
                "ETag": '"x"',
                "Size": 5,
                "StorageClass": "STANDARD_IA",
                "ChecksumAlgorithm": ["CRC32"],
            }
        ],
        "RequestCharged": None,
        "Prefix": "",
    },
    "get-object-retention.json": {
        "Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": "2126-01-01T00:00:00+00:00"}
    },
    "get-object-legal-hold.json": {"LegalHold": {"Status": "ON"}},
    "head-object.json": _HEAD,
    "get-bucket-versioning.json": {"Status": "Enabled", "MFADelete": "Disabled"},
    "get-bucket-mfa-delete.json": {"MFADelete": "Disabled"},
    "get-bucket-accelerate-configuration.json": {"Status": "Suspended"},
}

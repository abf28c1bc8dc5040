"""One of each entity of IAM, and the shortest input of each operation on them."""

from __future__ import annotations

import json
from typing import Any

from mocks3.wire import operation_model

from .conftest import ACCOUNT, TRUST, document
from .keys import certificate, ssh_key

METADATA = (
    '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com"/>'
    + " " * 1000
)
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/reading"
DEVICE = f"arn:aws:iam::{ACCOUNT}:mfa/phone"
OIDC = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.example.com"
SAML = f"arn:aws:iam::{ACCOUNT}:saml-provider/corp"

VALUES: dict[str, Any] = {
    "UserName": "bob",
    "GroupName": "team",
    "RoleName": "reader",
    "InstanceProfileName": "web",
    "PolicyName": "inline",
    "PolicyDocument": document("s3:ListBucket"),
    "AssumeRolePolicyDocument": json.dumps(TRUST),
    "PolicyArn": POLICY,
    "VersionId": "v2",
    "PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/unused",
    "VirtualMFADeviceName": "key",
    "SerialNumber": DEVICE,
    "AuthenticationCode1": "123456",
    "AuthenticationCode2": "654321",
    "OpenIDConnectProviderArn": OIDC,
    "ClientID": "another",
    "ThumbprintList": ["b" * 40],
    "Url": "https://login.example.com",
    "SAMLProviderArn": SAML,
    "SAMLMetadataDocument": METADATA,
    "Name": "partner",
    "Tags": [{"Key": "stage", "Value": "test"}],
    "TagKeys": ["team"],
    "Status": "Inactive",
    "AccountAlias": "another-name",
    "OldPassword": "old-Secret-1",
    "NewPassword": "new-Secret-1",
    "Password": "new-Secret-1",
    "Description": "of a reader",
    "GlobalEndpointTokenVersion": "v2Token",
    "AWSServiceName": "lambda.amazonaws.com",
    "PolicySourceArn": f"arn:aws:iam::{ACCOUNT}:user/bob",
    "PolicyInputList": [document("s3:GetObject")],
    "ActionNames": ["s3:GetObject"],
    "MinimumPasswordLength": 12,
    "NewUserName": "rob",
    "NewGroupName": "crew",
    "ServerCertificateName": "site",
    "CertificateBody": certificate()[0],
    "PrivateKey": certificate()[1],
    "SSHPublicKeyBody": ssh_key(1),
    "Encoding": "PEM",
    "ServiceName": "codecommit.amazonaws.com",
}

OF_OPERATION: dict[str, dict[str, Any]] = {
    "ChangePassword": {},
    "CreateGroup": {"GroupName": "others"},
    "CreateInstanceProfile": {"InstanceProfileName": "batch"},
    "CreateLoginProfile": {"UserName": "spare", "Password": "new-Secret-1"},
    "CreatePolicy": {"PolicyName": "writing"},
    "CreateRole": {"RoleName": "writer"},
    "CreateUser": {"UserName": "ann"},
    "DeleteAccountAlias": {"AccountAlias": "first-name"},
    "DeleteGroup": {"GroupName": "empty"},
    "DeleteInstanceProfile": {"InstanceProfileName": "empty"},
    "AddRoleToInstanceProfile": {"InstanceProfileName": "empty"},
    "DeletePolicy": {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/unused"},
    "DeleteRole": {"RoleName": "spare"},
    "DeleteServiceLinkedRole": {"RoleName": "AWSServiceRoleForAutoScaling"},
    "DeleteUser": {"UserName": "spare"},
    "EnableMFADevice": {"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/unused"},
    "DeleteVirtualMFADevice": {"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/unused"},
    "AttachUserPolicy": {"UserName": "spare"},
    "AttachRolePolicy": {"RoleName": "spare"},
    "AttachGroupPolicy": {"GroupName": "empty"},
    "AddUserToGroup": {"UserName": "spare"},
    "UpdateUser": {"UserName": "bob", "NewUserName": "rob"},
    "UpdateGroup": {"GroupName": "team", "NewGroupName": "crew"},
    "UpdateRole": {"RoleName": "reader", "Description": "of a reader"},
    "UpdateLoginProfile": {"UserName": "bob", "Password": "new-Secret-1", "PasswordResetRequired": True},
    "UpdateAccountPasswordPolicy": {"MinimumPasswordLength": 12},
    "UpdateSAMLProvider": {"SAMLProviderArn": SAML, "SAMLMetadataDocument": METADATA + " "},
    "UpdateAssumeRolePolicy": {
        "RoleName": "reader",
        "PolicyDocument": json.dumps(TRUST).replace("ec2", "ecs"),
    },
    "RemoveClientIDFromOpenIDConnectProvider": {"ClientID": "first"},
    "UpdateServerCertificate": {"NewServerCertificateName": "new-site"},
    "UploadServerCertificate": {"ServerCertificateName": "another-site"},
    "UploadSigningCertificate": {"CertificateBody": certificate("another")[0]},
}
"""Input of operations that the values by member do not fit, in addition to their required members."""

NAMES_USER = frozenset(
    {
        "CreateAccessKey",
        "ListAccessKeys",
        "UpdateAccessKey",
        "DeleteAccessKey",
        "GetUser",
        "GetLoginProfile",
        "DeleteLoginProfile",
        "DeactivateMFADevice",
        "GetMFADevice",
        "ListMFADevices",
        "UploadSigningCertificate",
        "ListSigningCertificates",
        "UpdateSigningCertificate",
        "DeleteSigningCertificate",
        "ListSSHPublicKeys",
        "ListServiceSpecificCredentials",
        "ResetServiceSpecificCredential",
        "UpdateServiceSpecificCredential",
        "DeleteServiceSpecificCredential",
    }
)
"""Operations whose ``UserName`` is optional, but which are called with it here."""


def build(aws: Any) -> dict[str, str]:
    """Create one of each entity; return the ids that a call must name."""
    iam = aws.client("iam")
    for name in ("bob", "spare"):
        iam.create_user(UserName=name)
        iam.create_role(
            RoleName="reader" if name == "bob" else name, AssumeRolePolicyDocument=json.dumps(TRUST)
        )
    for name in ("team", "empty"):
        iam.create_group(GroupName=name)
    for name in ("reading", "unused"):
        iam.create_policy(PolicyName=name, PolicyDocument=document("s3:GetObject"))
    iam.create_policy_version(PolicyArn=POLICY, PolicyDocument=document("s3:PutObject"))
    iam.add_user_to_group(GroupName="team", UserName="bob")
    for kind, name in (("user", "bob"), ("role", "reader"), ("group", "team")):
        who = {f"{kind.capitalize()}Name": name}
        getattr(iam, f"attach_{kind}_policy")(**who, PolicyArn=POLICY)
        getattr(iam, f"put_{kind}_policy")(
            **who, PolicyName="inline", PolicyDocument=document("s3:GetObject")
        )
    iam.put_user_permissions_boundary(UserName="bob", PermissionsBoundary=POLICY)
    iam.put_role_permissions_boundary(RoleName="reader", PermissionsBoundary=POLICY)
    tags = [{"Key": "team", "Value": "blue"}]
    for name in ("web", "empty"):
        iam.create_instance_profile(InstanceProfileName=name, Tags=tags)
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="reader")
    iam.create_login_profile(UserName="bob", Password="old-Secret-1")
    for name in ("phone", "unused"):
        iam.create_virtual_mfa_device(VirtualMFADeviceName=name, Tags=tags)
    iam.enable_mfa_device(
        UserName="bob", SerialNumber=DEVICE, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )
    iam.create_open_id_connect_provider(
        Url="https://token.example.com", ThumbprintList=["a" * 40], ClientIDList=["first"], Tags=tags
    )
    iam.create_saml_provider(Name="corp", SAMLMetadataDocument=METADATA, Tags=tags)
    iam.create_account_alias(AccountAlias="first-name")
    iam.update_account_password_policy(MinimumPasswordLength=8)
    task = iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]["RoleName"]
    iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com")
    iam.generate_credential_report()
    iam.tag_user(UserName="bob", Tags=tags)
    iam.tag_role(RoleName="reader", Tags=tags)
    iam.tag_policy(PolicyArn=POLICY, Tags=tags)
    organizations = aws.client("organizations")
    organizations.create_organization()
    organizations.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    body, private = certificate()
    iam.upload_server_certificate(
        ServerCertificateName="site", CertificateBody=body, PrivateKey=private, Tags=tags
    )
    signing = iam.upload_signing_certificate(UserName="bob", CertificateBody=body)["Certificate"]
    ssh = iam.upload_ssh_public_key(UserName="bob", SSHPublicKeyBody=ssh_key())["SSHPublicKey"]
    service = iam.create_service_specific_credential(UserName="bob", ServiceName="codecommit.amazonaws.com")
    key = iam.create_access_key(UserName="bob")["AccessKey"]["AccessKeyId"]
    return {
        "AccessKeyId": key,
        "CertificateId": signing["CertificateId"],
        "SSHPublicKeyId": ssh["SSHPublicKeyId"],
        "ServiceSpecificCredentialId": service["ServiceSpecificCredential"]["ServiceSpecificCredentialId"],
        "DeletionTaskId": iam.delete_service_linked_role(RoleName=task)["DeletionTaskId"],
    }


def input_of(operation: str, ids: dict[str, str]) -> dict[str, Any]:
    """Return an input of an operation that succeeds in this world: the required members, and tags."""
    shape = operation_model("iam", operation).input_shape
    if shape is None:
        return {}
    optional = [*(("UserName",) if operation in NAMES_USER else ()), *({"Tags"} & shape.members.keys())]
    names = [*shape.required_members, *optional]
    given = {name: ids.get(name, VALUES.get(name)) for name in names}
    return {**given, **OF_OPERATION.get(operation, {})}

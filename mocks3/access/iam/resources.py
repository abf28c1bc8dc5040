"""The resources of IAM: their ARNs, how IAM's messages write them, and their tags.

IAM's messages name existing entities by kind and name (``on resource: role reader``), and others by their ARN.

Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Identity and Access Management
(IAM)"; the wording as users report it (aws/aws-cdk #27067, aws/aws-sam-cli #394, snyk/driftctl #1604).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mocks3.access.iam.linked_roles import LINKED_PATH, linked_name
from mocks3.errors import S3Error
from mocks3.model.permissions import On
from mocks3.storage.iam import RoleRecord, UserRecord
from mocks3.storage.iam.credentials import ServerCertificateRecord
from mocks3.storage.iam.entities import InstanceProfileRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.storage.iam import IamStore
    from mocks3.storage.iam.caller import Caller


@dataclass(frozen=True, slots=True)
class IamResource:
    """A resource of IAM.

    arn         the ARN that policies name
    shown       the text that IAM's messages contain; empty for the ARN itself
    tags        its tags, for ``aws:ResourceTag`` and ``iam:ResourceTag``
    boundary    the ARN of its permissions boundary, for ``iam:PermissionsBoundary``
    """

    arn: str
    shown: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    boundary: str | None = None


@dataclass(frozen=True, slots=True)
class IamCall:
    """A call to IAM: the store, the caller, its account and the call's parameters."""

    iam: IamStore
    caller: Caller
    account: str
    params: Params

    def arn(self, rest: str) -> str:
        """Return ``arn:aws:iam::ACCOUNT:REST``."""
        return f"arn:aws:iam::{self.account}:{rest}"


def user_name(caller: Caller, params: Params) -> str | None:
    """Return the user that a call is about: the caller itself if ``UserName`` is missing; None for the root user.

    Raise ValidationError for a session, which has no user (API_GetUser, ``UserName``).
    """
    named: str | None = params.get("UserName")
    if named is not None or caller.root:
        return named
    if caller.principal.kind != "user":
        raise S3Error("ValidationError", 400, "Must specify userName when calling with non-User credentials")
    return caller.keys["aws:username"][0]


def _user(call: IamCall) -> IamResource:
    name = user_name(call.caller, call.params)
    if name is None:
        return IamResource(call.arn("root"))
    record = call.iam.user_named(call.account, name)
    if record is None:
        return IamResource(call.arn(f"user/{name}"), f"user {name}")
    return _principal(record)


def _principal(record: UserRecord | RoleRecord) -> IamResource:
    kind = "user" if isinstance(record, UserRecord) else "role"
    return IamResource(record.arn, f"{kind} {record.name}", record.tags, record.boundary)


def _key_user(call: IamCall) -> IamResource:
    key = call.iam.key(call.params["AccessKeyId"])
    user = None if key is None else call.iam.principal(str(key.holder))
    return IamResource(call.arn("root")) if user is None else _principal(user)


def _role(call: IamCall) -> IamResource:
    name = call.params["RoleName"]
    record = call.iam.role_named(call.account, name)
    return IamResource(call.arn(f"role/{name}"), f"role {name}") if record is None else _principal(record)


def _profile_role(call: IamCall) -> IamResource:
    found = _role(call)
    return IamResource(found.arn, "", found.tags)


def _linked_role(call: IamCall) -> IamResource:
    name, service = call.params.get("RoleName"), call.params.get("AWSServiceName", "")
    if name is not None:
        return _role(call)
    return IamResource(call.arn(f"role{LINKED_PATH}{service}/{linked_name(service, call.params)}"))


def _group(call: IamCall) -> IamResource:
    name = call.params["GroupName"]
    record = call.iam.group(call.account, name)
    return IamResource(call.arn(f"group/{name}") if record is None else record.arn, f"group {name}")


def _policy(call: IamCall) -> IamResource:
    arn = call.params["PolicyArn"]
    record = call.iam.managed_policy(arn)
    return IamResource(arn, f"policy {arn}", {} if record is None else record.tags)


def _new_policy(call: IamCall) -> IamResource:
    path, name = call.params.get("Path", "/"), call.params["PolicyName"]
    return IamResource(call.arn(f"policy{path}{name}"), f"policy {name}")


def _policies(call: IamCall) -> IamResource:
    return IamResource("*", f"policy path {call.params.get('PathPrefix', '/')}")


def _profile(call: IamCall) -> IamResource:
    name = call.params["InstanceProfileName"]
    record = call.iam.resource_named(InstanceProfileRecord, call.account, name)
    if record is None:
        return IamResource(call.arn(f"instance-profile/{name}"), f"instance profile {name}")
    return IamResource(record.arn, f"instance profile {name}", record.tags)


def _server_certificate(call: IamCall) -> IamResource:
    name = call.params["ServerCertificateName"]
    record = call.iam.resource_named(ServerCertificateRecord, call.account, name)
    if record is None:
        return IamResource(call.arn(f"server-certificate/{name}"))
    return IamResource(record.arn, "", record.tags)


def _created(kind: str, member: str) -> Callable[[IamCall], IamResource]:
    """Return the resource of a call that creates an entity."""
    return lambda call: IamResource(call.arn(f"{kind}{call.params.get('Path', '/')}{call.params[member]}"))


def _listed(kind: str) -> Callable[[IamCall], IamResource]:
    """Return the resource of a call that lists the entities under a path."""
    return lambda call: IamResource(call.arn(f"{kind}{call.params.get('PathPrefix', '/')}"))


def _named_by_arn(member: str) -> Callable[[IamCall], IamResource]:
    """Return the resource of a call that names an entity by its ARN."""

    def find(call: IamCall) -> IamResource:
        arn = call.params[member]
        return IamResource(arn, "", call.iam.tagged(arn))

    return find


def _new_oidc_provider(call: IamCall) -> IamResource:
    return IamResource(call.arn(f"oidc-provider/{call.params['Url'].removeprefix('https://').rstrip('/')}"))


def _new_saml_provider(call: IamCall) -> IamResource:
    return IamResource(call.arn(f"saml-provider/{call.params['Name']}"))


def _new_mfa_device(call: IamCall) -> IamResource:
    path, name = call.params.get("Path", "/"), call.params["VirtualMFADeviceName"]
    return IamResource(call.arn(f"mfa{path}{name}"))


RESOURCES: Mapping[On, Callable[[IamCall], IamResource]] = {
    On.ACCOUNT: lambda call: IamResource("*"),
    On.USER: _user,
    On.NEW_USER: _created("user", "UserName"),
    On.USERS: _listed("user"),
    On.GROUP: _group,
    On.NEW_GROUP: _created("group", "GroupName"),
    On.GROUPS: _listed("group"),
    On.IAM_ROLE: _role,
    On.NEW_ROLE: _created("role", "RoleName"),
    On.ROLES: _listed("role"),
    On.LINKED_ROLE: _linked_role,
    On.PROFILE_ROLE: _profile_role,
    On.POLICY: _policy,
    On.NEW_POLICY: _new_policy,
    On.POLICIES: _policies,
    On.INSTANCE_PROFILE: _profile,
    On.NEW_INSTANCE_PROFILE: _created("instance-profile", "InstanceProfileName"),
    On.INSTANCE_PROFILES: _listed("instance-profile"),
    On.MFA_DEVICE: _named_by_arn("SerialNumber"),
    On.NEW_MFA_DEVICE: _new_mfa_device,
    On.MFA_DEVICES: lambda call: IamResource(call.arn("mfa/")),
    On.OIDC_PROVIDER: _named_by_arn("OpenIDConnectProviderArn"),
    On.NEW_OIDC_PROVIDER: _new_oidc_provider,
    On.OIDC_PROVIDERS: lambda call: IamResource(call.arn("oidc-provider/*")),
    On.SAML_PROVIDER: _named_by_arn("SAMLProviderArn"),
    On.NEW_SAML_PROVIDER: _new_saml_provider,
    On.SAML_PROVIDERS: lambda call: IamResource(call.arn("saml-provider/*")),
    On.SERVER_CERTIFICATE: _server_certificate,
    On.NEW_SERVER_CERTIFICATE: _created("server-certificate", "ServerCertificateName"),
    On.SERVER_CERTIFICATES: _listed("server-certificate"),
    On.ACCESS_KEY: _key_user,
    On.IDENTITY: _named_by_arn("PolicySourceArn"),
}
"""How the resource of a permission is found."""

"""Settings of the account: its alias, password policy, summary, and the version of session tokens."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.iam.faults import ENTITY_EXISTS, NO_SUCH_ENTITY
from mocks3.iam.lookup import account_of, account_record, iam_of
from mocks3.iam.paging import paginate
from mocks3.iam.registering import iam_operation
from mocks3.model.permissions import ACCOUNT, Need
from mocks3.storage.iam import ManagedPolicyRecord, RoleRecord, UserRecord
from mocks3.storage.iam.credentials import ServerCertificateRecord, SigningCertificateRecord
from mocks3.storage.iam.entities import (
    InstanceProfileRecord,
    MfaDeviceRecord,
    OidcProviderRecord,
    SamlProviderRecord,
)

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

DEFAULT_RULES: dict[str, int | bool] = {
    "MinimumPasswordLength": 6,
    "RequireSymbols": False,
    "RequireNumbers": False,
    "RequireUppercaseCharacters": False,
    "RequireLowercaseCharacters": False,
    "AllowUsersToChangePassword": False,
}
"""The rules that UpdateAccountPasswordPolicy sets if the call does not name them (API page)."""

QUOTAS = {
    "UsersQuota": 5000,
    "GroupsQuota": 300,
    "RolesQuota": 1000,
    "InstanceProfilesQuota": 1000,
    "PoliciesQuota": 1500,
    "ServerCertificatesQuota": 20,
    "AccessKeysPerUserQuota": 2,
    "GroupsPerUserQuota": 10,
    "SigningCertificatesPerUserQuota": 2,
    "AttachedPoliciesPerGroupQuota": 10,
    "AttachedPoliciesPerRoleQuota": 10,
    "AttachedPoliciesPerUserQuota": 10,
    "PolicySizeQuota": 6144,
    "UserPolicySizeQuota": 2048,
    "GroupPolicySizeQuota": 5120,
    "RolePolicySizeQuota": 10240,
    "AssumeRolePolicySizeQuota": 2048,
    "VersionsPerPolicyQuota": 5,
    "PolicyVersionsInUseQuota": 10000,
}
"""The quotas of an account (API_GetAccountSummary; IAM user guide, "IAM and AWS STS quotas")."""


@iam_operation(Need("iam:CreateAccountAlias", ACCOUNT))
def create_account_alias(call: Authorized, params: Params) -> Params:
    """Give the account an alias, which replaces its earlier one. Raises ``EntityAlreadyExists``."""
    alias, account = params["AccountAlias"], account_record(call)
    if any(each.alias == alias and each.id != account.id for each in iam_of(call).accounts()):
        raise ENTITY_EXISTS(message=f"The account alias {alias} already exists.")
    iam_of(call).put_account(dataclasses.replace(account, alias=alias))
    return {}


@iam_operation(Need("iam:ListAccountAliases", ACCOUNT))
def list_account_aliases(call: Authorized, params: Params) -> Params:
    """List the alias of the account: one or none."""
    alias = account_record(call).alias
    return paginate(params, "AccountAliases", [] if alias is None else [alias])


@iam_operation(Need("iam:DeleteAccountAlias", ACCOUNT))
def delete_account_alias(call: Authorized, params: Params) -> Params:
    """Delete the alias of the account. Raises ``NoSuchEntity``."""
    account = account_record(call)
    if account.alias != params["AccountAlias"]:
        raise NO_SUCH_ENTITY(message=f"The account alias {params['AccountAlias']} cannot be found.")
    iam_of(call).put_account(dataclasses.replace(account, alias=None))
    return {}


@iam_operation(Need("iam:UpdateAccountPasswordPolicy", ACCOUNT))
def update_account_password_policy(call: Authorized, params: Params) -> Params:
    """Replace the password policy. Rules that the call does not name get their defaults."""
    rules = {**DEFAULT_RULES, **params}
    iam_of(call).put_account(dataclasses.replace(account_record(call), password_policy=rules))
    return {}


@iam_operation(Need("iam:GetAccountPasswordPolicy", ACCOUNT))
def get_account_password_policy(call: Authorized, params: Params) -> Params:
    """Return the password policy. Raises ``NoSuchEntity`` if the account has none."""
    rules = account_record(call).password_policy
    if rules is None:
        raise NO_SUCH_ENTITY(
            message=f"The Password Policy with domain name {account_of(call)} cannot be found."
        )
    return {"PasswordPolicy": {**rules, "ExpirePasswords": "MaxPasswordAge" in rules}}


@iam_operation(Need("iam:DeleteAccountPasswordPolicy", ACCOUNT))
def delete_account_password_policy(call: Authorized, params: Params) -> Params:
    """Delete the password policy. Raises ``NoSuchEntity`` if the account has none."""
    account = account_record(call)
    if account.password_policy is None:
        raise NO_SUCH_ENTITY(message="The account policy with name PasswordPolicy cannot be found.")
    iam_of(call).put_account(dataclasses.replace(account, password_policy=None))
    return {}


@iam_operation(Need("iam:SetSecurityTokenServicePreferences", ACCOUNT))
def set_security_token_service_preferences(call: Authorized, params: Params) -> Params:
    """Set the version of the tokens of the global STS endpoint. GetAccountSummary shows it; nothing else changes."""
    version = 2 if params["GlobalEndpointTokenVersion"] == "v2Token" else 1
    iam_of(call).put_account(dataclasses.replace(account_record(call), global_token_version=version))
    return {}


@iam_operation(Need("iam:GetAccountSummary", ACCOUNT))
def get_account_summary(call: Authorized, params: Params) -> Params:
    """Return how many entities the account has, and its quotas."""
    iam, account = iam_of(call), account_record(call)
    policies = iam.resources(ManagedPolicyRecord, account.id)
    devices = iam.resources(MfaDeviceRecord, account.id)
    return {
        "SummaryMap": {
            "Users": len(iam.principals_of(account.id, UserRecord)),
            "Roles": len(iam.principals_of(account.id, RoleRecord)),
            "Groups": len(iam.groups(account.id)),
            "Policies": len(policies),
            "PolicyVersionsInUse": sum(len(each.versions) for each in policies),
            "InstanceProfiles": len(iam.resources(InstanceProfileRecord, account.id)),
            "Providers": len(iam.resources(OidcProviderRecord, account.id))
            + len(iam.resources(SamlProviderRecord, account.id)),
            "MFADevices": len(devices) + len(account.mfa_devices),
            "MFADevicesInUse": sum(each.user is not None for each in devices) + len(account.mfa_devices),
            "ServerCertificates": len(iam.resources(ServerCertificateRecord, account.id)),
            "AccountMFAEnabled": int(bool(account.mfa_devices)),
            "AccountAccessKeysPresent": int(bool(iam.keys_of(account.id))),
            "AccountPasswordPresent": int(account.login is not None),
            "AccountSigningCertificatesPresent": int(
                any(each.holder == account.id for each in iam.resources(SigningCertificateRecord, account.id))
            ),
            "GlobalEndpointTokenVersion": account.global_token_version,
            **QUOTAS,
        }
    }

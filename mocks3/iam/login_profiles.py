"""Login profiles: the passwords of users for the console. They are records only: mocks3 has no console."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.iam import shapes
from mocks3.iam.faults import ENTITY_EXISTS, INVALID_USER_TYPE, NO_SUCH_ENTITY, PASSWORD_VIOLATION
from mocks3.iam.lookup import (
    account_record,
    iam_of,
    named_user,
    now,
    put_login,
    refuse_members,
    shown_name,
    user_or_root,
)
from mocks3.iam.registering import iam_operation
from mocks3.model.permissions import Need, On
from mocks3.storage.iam.records import LoginProfileRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage.iam import AccountRecord, UserRecord

_SIGN_IN = ("MaxSigninSessionDuration", "ResetMaxSigninSessionDuration")
"""Members about sessions of the console, which mocks3 does not have."""

_SYMBOLS = frozenset("!@#$%^&*()_+-=[]{}|'")
"""The characters that count as symbols (API_UpdateAccountPasswordPolicy, ``RequireSymbols``)."""


@iam_operation(Need("iam:CreateLoginProfile", On.USER))
def create_login_profile(call: Authorized, params: Params) -> Params:
    """Give a user or the root user a password.

    Raises ``NoSuchEntity``, ``EntityAlreadyExists``, ``PasswordPolicyViolation``.
    """
    refuse_members(call, params, *_SIGN_IN)
    user = user_or_root(call, params)
    if user.login is not None:
        raise ENTITY_EXISTS(message=f"Login Profile for user {shown_name(user)} already exists.")
    check_password(call, params.get("Password"))
    profile = LoginProfileRecord(now(), params.get("PasswordResetRequired", False))
    put_login(call, user, profile)
    return {"LoginProfile": _shown(user, profile)}


@iam_operation(Need("iam:GetLoginProfile", On.USER))
def get_login_profile(call: Authorized, params: Params) -> Params:
    """Return whether a user or the root user has a password. Raises ``NoSuchEntity``."""
    user = user_or_root(call, params)
    return {"LoginProfile": _shown(user, _profile(user))}


@iam_operation(Need("iam:UpdateLoginProfile", On.USER))
def update_login_profile(call: Authorized, params: Params) -> Params:
    """Change the password of a user. Raises ``NoSuchEntity``, ``PasswordPolicyViolation``."""
    refuse_members(call, params, *_SIGN_IN)
    user = named_user(call, params)
    profile = _profile(user)
    check_password(call, params.get("Password"))
    required = params.get("PasswordResetRequired", profile.reset_required)
    iam_of(call).put(dataclasses.replace(user, login=dataclasses.replace(profile, reset_required=required)))
    return {}


@iam_operation(Need("iam:DeleteLoginProfile", On.USER))
def delete_login_profile(call: Authorized, params: Params) -> Params:
    """Delete the password of a user or the root user. Raises ``NoSuchEntity``."""
    user = user_or_root(call, params)
    _profile(user)
    put_login(call, user, None)
    return {}


@iam_operation(Need("iam:ChangePassword", On.USER))
def change_password(call: Authorized, params: Params) -> Params:
    """Change the caller's own password; the old one is not checked. Raises ``InvalidUserType``, ``NoSuchEntity``."""
    if call.caller.principal.kind != "user":
        raise INVALID_USER_TYPE()
    user = named_user(call, params)
    profile = _profile(user)
    check_password(call, params["NewPassword"])
    iam_of(call).put(dataclasses.replace(user, login=dataclasses.replace(profile, reset_required=False)))
    return {}


def check_password(call: Authorized, password: str | None) -> None:
    """Raise ``PasswordPolicyViolation`` for a password that the account's password policy does not allow."""
    rules = account_record(call).password_policy
    if password is None or rules is None:
        return
    least = rules["MinimumPasswordLength"]
    checks = {
        f"Password should have a minimum length of {least}": len(password) >= least,
        "Password should have at least one symbol": not rules["RequireSymbols"]
        or not _SYMBOLS.isdisjoint(password),
        "Password should have at least one number": not rules["RequireNumbers"]
        or any(each.isdigit() for each in password),
        "Password should have at least one uppercase letter": not rules["RequireUppercaseCharacters"]
        or any(each.isupper() for each in password),
        "Password should have at least one lowercase letter": not rules["RequireLowercaseCharacters"]
        or any(each.islower() for each in password),
    }
    for message, is_met in checks.items():
        if not is_met:
            raise PASSWORD_VIOLATION(message=message)


def _profile(user: UserRecord | AccountRecord) -> LoginProfileRecord:
    if user.login is None:
        raise NO_SUCH_ENTITY(message=f"Login Profile for User {shown_name(user)} cannot be found.")
    return user.login


def _shown(user: UserRecord | AccountRecord, profile: LoginProfileRecord) -> Params:
    return {
        "UserName": shown_name(user),
        "CreateDate": shapes.date(profile.created),
        "PasswordResetRequired": profile.reset_required,
    }

"""Decide whether the caller may have a session of the root user of a member account (AssumeRoot, P-8).

The caller must be in the management account of the member's organization, in which root sessions are enabled, or in a
delegated administrator account for IAM, and its identity policies must allow the call.

Source: API_AssumeRoot; IAM user guide, "Centrally manage root access for member accounts", "Perform a privileged task
on an AWS Organizations member account".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mocks3.access import refusing
from mocks3.access.account_calls import decide_call
from mocks3.errors import Row, Why
from mocks3.errors.refusals import DENIED_BY_POLICIES, ROLE_DENIED
from mocks3.lib.partitions import in_partition

if TYPE_CHECKING:
    from mocks3.model.stages import Authenticated
    from mocks3.model.world import World

ROOT_SESSIONS, ROOT_CREDENTIALS = "RootSessions", "RootCredentialsManagement"
"""The features of centralized root access (API_ListOrganizationsFeatures)."""

IAM = "iam.amazonaws.com"
"""The service whose delegated administrators may have root sessions (API_AssumeRoot)."""

_TARGET = re.compile(r"(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?", re.ASCII)

# The code is that of other invalid parameters; the sentence is inferred.
INVALID_TARGET = Row(
    "ValidationError", 400, "TargetPrincipal must be the id or the root user's ARN of an account"
)


def target_account(target: str) -> str:
    """Return the account of ``TargetPrincipal``. Raises ``ValidationError``."""
    match = _TARGET.fullmatch(target)
    if match is None:
        raise INVALID_TARGET()
    return match[1]


def require(world: World, authenticated: Authenticated, action: str) -> None:
    """Raise ``AccessDenied`` (403) if the caller may not have a session of the root user that the call names."""
    caller, params = authenticated.caller, authenticated.parsed.params
    account = target_account(params["TargetPrincipal"])
    arn = in_partition(f"arn:aws:iam::{account}:root", caller.partition)
    message = f"User: {caller.arn} is not authorized to perform: {action} on resource: {arn}"
    keys = {"sts:taskpolicyarn": (params["TaskPolicyArn"].get("arn", ""),)}
    decision = decide_call(world, authenticated, action, arn, caller.account or "", keys)
    refusing.require(world, decision, lambda denied: DENIED_BY_POLICIES(message=message))
    organization = world.guardrails.organization_of(account)
    fault = ""
    if organization is None or account == organization.management:
        fault = f"{account} is not a member account of an organization"
    elif not organization.administers(caller.account, IAM):
        fault = (
            f"{caller.arn} is neither in the management account {organization.management} of the organization nor in a "
            f"delegated administrator account for {IAM}"
        )
    elif ROOT_SESSIONS not in organization.root_features:
        fault = f"root sessions are not enabled in the organization {organization.id}"
    if fault:
        fixes = ("call iam.enable_organizations_root_sessions with credentials of the management account",)
        why = Why("sts-caller", fault, "P-8", fixes, action=action, resource=arn)
        raise ROLE_DENIED(why, message=message)

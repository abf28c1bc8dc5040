"""Decide whether the caller may assume a role, or pass a role to S3.

The role's trust policy is its resource-based policy. Within an account, a trust policy that names the caller is enough;
one that names the account delegates to identity policies. Across accounts both accounts must allow it [docs: Policy
evaluation logic].
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from mocks3.access import refusing
from mocks3.access.bucket_policies import stored_principals
from mocks3.access.context import RequestInfo, request_info_of
from mocks3.access.engine import decide_by_own_policy
from mocks3.access.question import Question
from mocks3.errors import S3Error, Why
from mocks3.errors.refusals import DENIED_BY_POLICIES, ROLE_DENIED, ROOT_MAY_NOT_ASSUME
from mocks3.lib.partitions import in_partition
from mocks3.model import habits
from mocks3.rules import sts_mfa
from mocks3.rules.role_arns import account_of_role

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authenticated
    from mocks3.model.world import World
    from mocks3.storage.iam import RoleRecord
    from mocks3.storage.iam.external import ExternalIdentity


def require(world: World, authenticated: Authenticated, action: str) -> None:
    """Raise ``AccessDenied`` (403) if the caller may not do ``action`` on the role that ``RoleArn`` names.

    A role that does not exist gets the same message, so that callers do not learn which roles exist. With
    ``roles="any"`` a refused caller may assume the role. Raise ``ValidationError`` (400) if ``RoleArn`` is not the ARN
    of a role.
    """
    account_of_role(authenticated.parsed.params["RoleArn"])
    try:
        _require_trusted(world, authenticated, action)
    except S3Error:
        if not habits.allows(world.settings, habits.ROLES):
            raise
        habits.count(habits.ROLES)


def _require_trusted(world: World, authenticated: Authenticated, action: str) -> None:
    arn = authenticated.parsed.params["RoleArn"]
    role = world.iam.role(arn)
    request_info = request_info_of(world, authenticated)
    external = authenticated.caller.external
    keys = (
        _session_keys(authenticated.parsed.params)
        if external is None
        else _token_keys(authenticated, external)
    )
    if action == "sts:AssumeRole":
        keys |= _mfa_keys(world, authenticated)
    request_info.context = dataclasses.replace(
        request_info.context, keys={**keys, **request_info.context.keys}
    )
    if role is None:
        why = Why(
            "role",
            f"there is no role {arn}",
            "P-5",
            ("create the role with a trust policy that allows the caller, or correct RoleArn",),
            action=action,
            resource=arn,
        )
        raise ROLE_DENIED(why, message=_message(authenticated, action, arn)).with_note(habits.ROLES.hint)
    inherited: Iterable[str] = _from_token(external) if external else ()
    if action == "sts:AssumeRole":
        inherited = _inherited(authenticated)
    for each in (action, *inherited):
        refusing.require(
            world,
            ask_recorded(world, request_info, role, each),
            lambda denied: DENIED_BY_POLICIES(message=_message(authenticated, denied.action, arn)),
        )
    if action == "sts:AssumeRole" and authenticated.caller.root:
        why = Why(
            "sts-caller",
            f"{authenticated.caller.arn} is the root user of an account, and roles are not assumed by root users",
            "P-5",
            ("call AssumeRole as a user or as a session of another role",),
            resource=arn,
        )
        raise ROOT_MAY_NOT_ASSUME(why).with_note(habits.ROLES.hint)


def _message(authenticated: Authenticated, action: str, arn: str) -> str:
    if authenticated.caller.external is not None:
        return f"Not authorized to perform sts:{authenticated.parsed.operation}"
    return f"User: {authenticated.caller.arn} is not authorized to perform: {action} on resource: {arn}"


def ask_recorded(
    world: World, request_info: RequestInfo, role: RoleRecord, action: str = "sts:AssumeRole"
) -> Decision:
    """Decide whether the caller may do ``action`` on a role, by the current text of its trust policy (PE-14)."""
    arn = in_partition(role.arn, request_info.caller.partition)
    trust = stored_principals.current_policy(role.trust, role.principals, world.iam)
    return refusing.record_decision(
        world, decide_by_own_policy(request_info, action, arn, role.account, trust)
    )


def _session_keys(params: Params) -> dict[str, tuple[str, ...]]:
    """Return the condition keys of the requested session: ``sts:ExternalId``, ``sts:RoleSessionName`` and others.

    Source: Service Authorization Reference, "AWS Security Token Service"; IAM user guide, "IAM and AWS STS condition
    context keys". The requested tags are ``aws:RequestTag/`` and ``aws:TagKeys``.
    """
    wanted = {
        "sts:externalid": [params.get("ExternalId")],
        "sts:rolesessionname": [params["RoleSessionName"]],
        "sts:sourceidentity": [params.get("SourceIdentity")],
        "sts:transitivetagkeys": params.get("TransitiveTagKeys", []),
    }
    return {key: tuple(filter(None, values)) for key, values in wanted.items() if any(values)}


def _token_keys(authenticated: Authenticated, external: ExternalIdentity) -> dict[str, tuple[str, ...]]:
    """Return the condition keys of the requested session of an external identity (P-21, P-22)."""
    wanted = {
        "sts:rolesessionname": [external.session_name or authenticated.parsed.params["RoleSessionName"]],
        "sts:sourceidentity": [external.source_identity],
        "sts:transitivetagkeys": external.transitive,
        "aws:tagkeys": external.tags,
        **{f"aws:requesttag/{key.lower()}": [value] for key, value in external.tags.items()},
    }
    named = {key: tuple(filter(None, values)) for key, values in wanted.items()}
    return {**external.keys, **{key: values for key, values in named.items() if values}}


def _from_token(external: ExternalIdentity) -> Iterator[str]:
    """Yield what the token makes the session need as well: its tags and its source identity."""
    if external.tags:
        yield "sts:TagSession"
    if external.source_identity:
        yield "sts:SetSourceIdentity"


def _inherited(authenticated: Authenticated) -> Iterator[str]:
    """Yield what a chained session also needs, because it keeps tags or the source identity of the calling session.

    Source: IAM user guide, "Chaining roles with session tags", "Monitor and control actions taken with assumed roles".
    """
    if authenticated.caller.transitive_tags:
        yield "sts:TagSession"
    if "aws:sourceidentity" in authenticated.caller.keys:
        yield "sts:SetSourceIdentity"


def _mfa_keys(world: World, authenticated: Authenticated) -> dict[str, tuple[str, ...]]:
    """Return the condition keys of a call with MFA, which the caller's own credentials do not have (P-19)."""
    if not sts_mfa.has_mfa(world.iam, authenticated.caller, authenticated.parsed.params):
        return {}
    return {"aws:multifactorauthpresent": ("true",), "aws:multifactorauthage": ("0",)}


def pass_role_question(world: World, authenticated: Authenticated, action: str) -> Question:
    """Return the question whether the caller may pass the role in the body to S3. Only identity policies can allow it.

    Rule F-130.
    Source: IAM user guide, "Grant a user permissions to pass a role to an AWS service".
    """
    parsed = authenticated.parsed
    context = parsed.request.context
    role, service = _passed_role(parsed.params)
    keys = {"iam:passedtoservice": (service,), **context.keys}
    context = dataclasses.replace(context, keys=keys)
    request_info = RequestInfo(world, authenticated.caller, context, parsed, authenticated.signature)
    return Question(request_info, action, None, arn=role)


def _passed_role(params: Params) -> tuple[str, str]:
    """Return the role in the body, and the service that will assume it."""
    tables = (params.get("MetadataConfiguration") or params).get("AnnotationTableConfiguration")
    if tables:
        return tables["Role"], "metadata.s3.amazonaws.com"
    return (params.get("ReplicationConfiguration") or {}).get("Role", ""), "s3.amazonaws.com"

"""Find what a call names or raise the service's error; pages.

Source: "Errors" of the operations' pages in the AWS Organizations API Reference; sentences as users report them, or
those of the reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mocks3.errors import RefusalRow, Row, Why

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage.iam.organizations import (
        OrganizationLevel,
        OrganizationPolicyRecord,
        OrganizationRecord,
    )

NOT_IN_USE = Row("AWSOrganizationsNotInUseException", 400, "Your account is not a member of an organization.")
ALREADY_IN_ORGANIZATION = Row(
    "AlreadyInOrganizationException", 400, "The AWS account is already a member of an organization."
)
NOT_MANAGEMENT = RefusalRow(
    "AccessDeniedException", 400, "You don't have permissions to access this resource."
)
INVALID_INPUT = Row("InvalidInputException", 400, "{message}")
CONSTRAINT = Row("ConstraintViolationException", 400, "{message}")

LARGEST_PAGE = 20
"""The most entries on a page (``MaxResults`` of the list operations)."""


def any_organization(call: Authorized) -> OrganizationRecord:
    """Return the caller's organization. Raises ``AWSOrganizationsNotInUseException``."""
    record = call.world.guardrails.organization_of(call.caller.account)
    if record is None:
        raise NOT_IN_USE()
    return record


def organization(call: Authorized) -> OrganizationRecord:
    """Return the organization of a caller in its management account.

    Delegated administrators may call the operations that change nothing ("Errors" and introductions of their pages).
    Raises ``AWSOrganizationsNotInUseException``; ``AccessDeniedException`` for callers of other member accounts.
    """
    record, account = any_organization(call), call.caller.account
    reads = call.parsed.operation.startswith(("Describe", "List"))
    if account != record.management and not (reads and account in record.delegated):
        raise NOT_MANAGEMENT(
            Why(
                "organizations-caller",
                f"{call.caller.arn} is in the member account {account}, and only the management account "
                f"{record.management} of {record.id} may call {call.parsed.operation}",
                "E-1",
                (f"call it with credentials of the account {record.management}",),
                action=f"organizations:{call.parsed.operation}",
                resource="*",
            )
        )
    return record


def store(call: Authorized, record: OrganizationRecord) -> None:
    """Store a changed organization."""
    call.world.guardrails = call.world.guardrails.with_organization(record)


def level_of(record: OrganizationRecord, level_id: str, kind: str) -> OrganizationLevel:
    """Return a root, a unit or an account.

    Args:
        record: The organization.
        level_id: The id.
        kind: What the error calls it: ``Parent``, ``Target``, ``OrganizationalUnit``…
    """
    level = record.levels.get(level_id)
    if level is None:
        raise Row(f"{kind}NotFoundException", 400, "You specified {what} that doesn't exist.")(
            what=_WITH_ARTICLE[kind]
        )
    return level


_WITH_ARTICLE = {
    "Account": "an account",
    "Child": "a child",
    "DestinationParent": "a destination parent",
    "OrganizationalUnit": "an organizational unit",
    "Parent": "a parent",
    "Root": "a root",
    "SourceParent": "a source parent",
    "Target": "a target",
}


def policy_of(record: OrganizationRecord, params: Params) -> OrganizationPolicyRecord:
    """Return the policy that a call names. Raises ``PolicyNotFoundException``."""
    found = record.policies.get(params["PolicyId"])
    if found is None:
        raise Row("PolicyNotFoundException", 400, "You specified a policy that doesn't exist.")()
    return found


def page(params: Params, member: str, entries: list[Any]) -> Params:
    """Return a page of a list. Raises ``InvalidInputException`` for a token that is not valid."""
    token, most = params.get("NextToken"), params.get("MaxResults", LARGEST_PAGE)
    if token is not None and not (token.isdecimal() and token.isascii() and len(token) < 10):
        raise INVALID_INPUT(message="You provided an invalid NextToken.")
    start = int(token or 0)
    end = start + most
    more = {"NextToken": str(end)} if end < len(entries) else {}
    return {member: entries[start:end], **more}

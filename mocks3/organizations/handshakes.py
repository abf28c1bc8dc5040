"""Handshakes: invitations of accounts to an organization.

Source: API_InviteAccountToOrganization, API_AcceptHandshake, API_DeclineHandshake, API_CancelHandshake,
API_DescribeHandshake, API_ListHandshakesForAccount, API_ListHandshakesForOrganization; API_Handshake for the states.
The sentences are those of the errors' pages. AWS also creates a service-linked role in an account that accepts; mocks3
does not.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.errors import NotSupported, Row
from mocks3.lib.limits import later
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, Need, On
from mocks3.organizations.lookup import organization, page, store
from mocks3.organizations.tagging import TAGGING, given_tags
from mocks3.storage.iam import ids
from mocks3.storage.iam.organizations import HandshakeRecord, OrganizationLevel, usual_scps

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage.iam.organizations import OrganizationRecord

VALID_DAYS = 15
"""How long an invitation is open (API_Handshake, ``ExpirationTimestamp``)."""

KEPT = datetime.timedelta(days=30)
"""How long lists contain a handshake that is not open (API_ListHandshakesForAccount)."""

NOT_FOUND = Row(
    "HandshakeNotFoundException",
    400,
    "We can't find a handshake with the HandshakeId that you specified.",
)
SAME_STATE = Row(
    "HandshakeAlreadyInStateException",
    400,
    "The specified handshake is already in the requested state. For example, you can't accept a handshake that was "
    "already accepted.",
)
TRANSITION = Row(
    "InvalidHandshakeTransitionException",
    400,
    "You can't perform the operation on the handshake in its current state. For example, you can't cancel a handshake "
    "that was already accepted or accept a handshake that was already declined.",
)
DUPLICATE = Row(
    "DuplicateHandshakeException",
    400,
    "A handshake with the same action and target already exists. For example, if you invited an account to join your "
    "organization, the invited account might already have a pending invitation from this organization.",
)
IN_ORGANIZATION = Row(
    "HandshakeConstraintViolationException",
    400,
    "The handshake request is invalid because the invited account is already a member of an organization.",
)


@operation(Need("organizations:InviteAccountToOrganization", On.INVITED), TAGGING, service="organizations")
def invite_account_to_organization(call: Authorized, params: Params) -> Params:
    """Invite an account. Nothing changes for it until it accepts.

    Raises ``DuplicateHandshakeException``, ``HandshakeConstraintViolationException``; :class:`NotSupported` for an
    email address.
    """
    record, target, now = organization(call), params["Target"], clock.now().replace(microsecond=0)
    if target["Type"] != "ACCOUNT":
        raise NotSupported(
            f"mocks3 does not support invitations to {target['Type']} {target['Id']}; name the account by its id"
        )
    account = target["Id"]
    if call.world.guardrails.organization_of(account) is not None:
        raise IN_ORGANIZATION()
    if any(each.account == account and _state(each) == "OPEN" for each in record.handshakes.values()):
        raise DUPLICATE()
    made = HandshakeRecord(
        f"h-{ids.lower_id(record.id, account, len(record.handshakes))}",
        account,
        now,
        later(now, days=VALID_DAYS),
        params.get("Notes"),
        given_tags(params),
    )
    _store(call, record, made)
    return {"Handshake": _shown(call, record, made)}


@operation(Need("organizations:AcceptHandshake", On.HANDSHAKE), service="organizations")
def accept_handshake(call: Authorized, params: Params) -> Params:
    """Join the organization, under its root. The policies of the organization limit the account from now on.

    Raises ``HandshakeNotFoundException``, ``HandshakeAlreadyInStateException``,
    ``InvalidHandshakeTransitionException``, ``HandshakeConstraintViolationException``.
    """
    record, handshake = _of_invited(call, params)
    accepted = _ended(handshake, "ACCEPTED")
    if call.world.guardrails.organization_of(handshake.account) is not None:
        raise IN_ORGANIZATION()
    level = OrganizationLevel(
        handshake.account,
        f"account {handshake.account}",
        record.root,
        usual_scps(record),
        joined=accepted.ended,
    )
    record = record.put(level).with_tags(level.id, handshake.tags)
    _store(call, record, accepted)
    return {"Handshake": _shown(call, record, accepted)}


@operation(Need("organizations:DeclineHandshake", On.HANDSHAKE), service="organizations")
def decline_handshake(call: Authorized, params: Params) -> Params:
    """Decline an invitation, as the invited account. Raises as AcceptHandshake."""
    record, handshake = _of_invited(call, params)
    declined = _ended(handshake, "DECLINED")
    _store(call, record, declined)
    return {"Handshake": _shown(call, record, declined)}


@operation(Need("organizations:CancelHandshake", On.HANDSHAKE), service="organizations")
def cancel_handshake(call: Authorized, params: Params) -> Params:
    """Cancel an invitation, as the management account. Raises as AcceptHandshake."""
    record = organization(call)
    handshake = record.handshakes.get(params["HandshakeId"])
    if handshake is None:
        raise NOT_FOUND()
    canceled = _ended(handshake, "CANCELED")
    _store(call, record, canceled)
    return {"Handshake": _shown(call, record, canceled)}


@operation(Need("organizations:DescribeHandshake", On.HANDSHAKE), service="organizations")
def describe_handshake(call: Authorized, params: Params) -> Params:
    """Return a handshake of the caller's account or organization. Raises ``HandshakeNotFoundException``."""
    for record, handshake in _all(call):
        if handshake.id == params["HandshakeId"]:
            return {"Handshake": _shown(call, record, handshake)}
    raise NOT_FOUND()


@operation(Need("organizations:ListHandshakesForAccount", ACCOUNT), service="organizations")
def list_handshakes_for_account(call: Authorized, params: Params) -> Params:
    """List the invitations of the caller's account that are open or ended in the last 30 days."""
    found = [_shown(call, record, each) for record, each in _all(call) if each.account == call.caller.account]
    return page(params, "Handshakes", _filtered(params, found))


@operation(Need("organizations:ListHandshakesForOrganization", ACCOUNT), service="organizations")
def list_handshakes_for_organization(call: Authorized, params: Params) -> Params:
    """List the invitations of the organization that are open or ended in the last 30 days."""
    record = organization(call)
    found = [_shown(call, record, each) for each in record.handshakes.values() if _is_kept(each)]
    return page(params, "Handshakes", _filtered(params, found))


def _all(call: Authorized) -> Iterator[tuple[OrganizationRecord, HandshakeRecord]]:
    """Yield the handshakes that the caller's account may see, with their organizations."""
    account = call.caller.account
    for record in call.world.guardrails.organizations.values():
        for each in record.handshakes.values():
            if account in (each.account, record.management) and _is_kept(each):
                yield record, each


def _of_invited(call: Authorized, params: Params) -> tuple[OrganizationRecord, HandshakeRecord]:
    """Return the handshake that the invited account names, with its organization."""
    for record, handshake in _all(call):
        if handshake.id == params["HandshakeId"] and handshake.account == call.caller.account:
            return record, handshake
    raise NOT_FOUND()


def _filtered(params: Params, shown: list[Params]) -> list[Params]:
    """Return the handshakes with the action of ``Filter``. All handshakes here are invitations."""
    wanted = (params.get("Filter") or {}).get("ActionType", "INVITE")
    return shown if wanted == "INVITE" else []


def _state(record: HandshakeRecord) -> str:
    return "EXPIRED" if record.state == "OPEN" and clock.now() >= record.expires else record.state


def _is_kept(record: HandshakeRecord) -> bool:
    return clock.now() - (record.ended or record.expires) < KEPT


def _ended(record: HandshakeRecord, state: str) -> HandshakeRecord:
    """Return a handshake in another state, in which it stays."""
    present = _state(record)
    if present == state:
        raise SAME_STATE()
    if present != "OPEN":
        raise TRANSITION()
    return dataclasses.replace(record, state=state, ended=clock.now().replace(microsecond=0))


def _store(call: Authorized, record: OrganizationRecord, handshake: HandshakeRecord) -> None:
    store(
        call,
        dataclasses.replace(record, handshakes={**record.handshakes, handshake.id: handshake}),
    )


def _shown(call: Authorized, record: OrganizationRecord, handshake: HandshakeRecord) -> Params:
    """Return a handshake (API_Handshake)."""
    management = call.world.iam.account(record.management)
    assert management is not None, "management accounts exist"
    email = record.levels[record.management].email
    about = [
        *([] if email is None else [{"Type": "MASTER_EMAIL", "Value": email}]),
        {"Type": "MASTER_NAME", "Value": management.name},
        {"Type": "ORGANIZATION_FEATURE_SET", "Value": "ALL"},
    ]
    notes = [] if handshake.notes is None else [{"Type": "NOTES", "Value": handshake.notes}]
    return {
        "Id": handshake.id,
        "Arn": record.arn_of_handshake(handshake),
        "Parties": [
            {"Id": record.id, "Type": "ORGANIZATION"},
            {"Id": handshake.account, "Type": "ACCOUNT"},
        ],
        "State": _state(handshake),
        "RequestedTimestamp": handshake.requested,
        "ExpirationTimestamp": handshake.expires,
        "Action": "INVITE",
        "Resources": [
            {"Type": "ORGANIZATION", "Value": record.id, "Resources": about},
            {"Type": "ACCOUNT", "Value": handshake.account},
            *notes,
        ],
    }

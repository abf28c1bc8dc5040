"""``mocks3 why --message``: what the message of a denial says, what to fetch, and with files, the call."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mocks3.access.explain.elements import wrapped
from mocks3.calls.expression import operation_named
from mocks3.calls.messages import DenialMessage, read_message
from mocks3.calls.principals import parts_of
from mocks3.errors import Mocks3Error
from mocks3.handles.mock_aws import MockAWS
from mocks3.replay.identities import ANONYMOUS, FEDERATED, ROLE, ROOT, SERVICE, USER, Identity
from mocks3.replay.missing import DifferingCall, Lack, lacks_of_a_denial
from mocks3.replay.outcomes import DENIED, SAME_LAYERS, AwsOutcome

if TYPE_CHECKING:
    from mocks3.cli.answers import Answers
    from mocks3.cli.described_call import DescribedCall

FOLDER = "denied"
"""The folder of the commands that are proposed."""

_KINDS = {"user": USER, "role": ROLE, "assumed-role": ROLE, "federated-user": FEDERATED, "root": ROOT}

IMPLICIT: Mapping[str, tuple[str, ...]] = {
    "identity-policy": (
        "no identity policy of the caller (inline, managed, or of its groups) allows the action on this resource",
        "a statement allows it, but on another resource: objects need an ARN that ends in /* or in the key",
        "a statement allows it under a condition that the request does not meet, such as an address or a header",
        "in the account of the bucket, a bucket policy could allow it too: AWS names only the identity policies then",
    ),
    "resource-policy": (
        "the caller's own account allows it, but neither the bucket policy nor an ACL of the owner does",
        "the policy names another principal, or allows it under a condition that the request does not meet",
        "the object belongs to another account, so that the bucket policy does not apply to it",
        "Block Public Access ignores the ACL, or limits a public policy to the owner's account",
    ),
    "boundary": (
        "an identity policy allows the action, but the permissions boundary of the user or role does not",
    ),
    "session-policy": (
        "the role allows the action, but the session policy that AssumeRole was called with does not",
    ),
    "scp": (
        "the organization allows only some actions at one level: the root, a unit or the account of the caller",
        "the action is missing in the list, or FullAWSAccess was detached there",
    ),
    "rcp": ("a resource control policy of the organization of the bucket's account does not allow it",),
    "vpc-endpoint-policy": (
        "the request came through a VPC endpoint, whose policy does not allow the action, the bucket or the caller",
    ),
}
"""What a denial can be that no statement caused, by the kind of policy that AWS names."""

KMS = (
    "the key policy neither names the caller nor delegates to its account, so that identity policies do not count",
    "the key policy delegates to the account, but no identity policy of the caller allows the action on the key",
    "the key belongs to another account: then both the key policy and the caller's identity policies must allow it",
    "the key is aws/s3 of another account, which no other account can use: encrypt with a customer managed key",
)
"""What a denial of a KMS action can be."""

_EXPLICIT_POLICIES: Mapping[str, str] = {
    "identity-policy": "an identity policy of the caller: inline, managed, or of a group",
    "resource-policy": "the bucket policy, the access point policy, or for KMS actions the key policy",
    "boundary": "the permissions boundary of the user or role",
    "session-policy": "the session policy that AssumeRole or GetFederationToken was called with",
    "scp": "a service control policy of the organization of the caller's account",
    "rcp": "a resource control policy of the organization of the bucket's account",
    "vpc-endpoint-policy": "the policy of the VPC endpoint that the request came through",
}

PLAIN = (
    "the caller is not in the account or the organization of the bucket's owner: then AWS names no reason (X-43)",
    "the request was not signed, and no policy or ACL allows it to everyone",
    "the object does not exist, and the caller may not list the bucket (s3:ListBucket): then AWS does not say 404",
    "the bucket is Requester Pays, and the request has no x-amz-request-payer",
    "the request names another owner of the bucket in x-amz-expected-bucket-owner",
    "the object belongs to another account than the bucket",
    "the bucket is a directory bucket, whose sessions need s3express:CreateSession",
)
"""What a message without a reason can be."""


def described(asked: DescribedCall, message: DenialMessage) -> DescribedCall:
    """Add the caller and the call of a message to what was asked. What was asked has precedence.

    Raises:
        Mocks3Error: The message does not say the call.
    """
    members = asked.members
    if message.principal is not None:
        members.setdefault("Principal", message.principal)
    bucket, key = _target(message)
    for name, value in (("Bucket", bucket), ("Key", key)):
        if value is not None:
            members.setdefault(name, value)
    if asked.words or not {"Call", "Action", "Operation"}.isdisjoint(members):
        return asked
    members.update(_call(message))
    return asked


def _call(message: DenialMessage) -> dict[str, Any]:
    action = message.action or ""
    if action == "sts:AssumeRole":
        return {"Call": f"sts:AssumeRole(RoleArn={message.resource!r}, RoleSessionName='session')"}
    if action.startswith("s3") and message.operation is None:
        return {"Action": action}
    if message.operation is None:
        raise Mocks3Error(
            f"the message does not say which call needed {action or 'the permission'}: add --operation or --call"
        )
    return {
        "Operation": operation_named(
            action.partition(":")[0] if action.startswith("iam:") else "s3", message.operation
        )
    }


def _target(message: DenialMessage) -> tuple[str | None, str | None]:
    """Return the bucket, or the ARN of the access point, and the key that the resource names."""
    arn = re.fullmatch(r"arn:[^:]+:s3:::(?P<bucket>[^/]+)(?:/(?P<key>.+))?", message.resource or "")
    if arn is not None:
        return arn["bucket"], arn["key"]
    point = re.fullmatch(
        r"(?P<arn>arn:[^:]+:s3:[^:]+:\d+:accesspoint/[^/]+)(?:/object/(?P<key>.+))?", message.resource or ""
    )
    return (None, None) if point is None else (point["arn"], point["key"])


def without_files(asked: DescribedCall, message: DenialMessage) -> str:
    """Return what the message says, what it can be, and the commands that print what decides."""
    blocks = ["\n".join(_head(message)), *_listed("It can be", _causes(message))]
    commands = list(_commands(asked, message))
    if commands:
        blocks.append(
            "\n".join(
                ["Fetch what decides, and ask again with the files", *(f"  {each}" for each in commands)]
            )
        )
    return "\n\n".join(blocks)


def compared(asked: DescribedCall, message: DenialMessage, found: Answers) -> str:
    """Return how the answer of the files and the message differ; an empty text if they agree."""
    denials = [each.played.denial for each in found.answers if each.played.denial is not None]
    same = SAME_LAYERS.get(message.layer or "", {message.layer})
    if denials and (message.layer is None or any(each.layer in same for each in denials)):
        return ""
    said = sorted({each.layer for each in denials})
    what = f"the files deny it by {' and '.join(said)}" if denials else "the files allow it"
    lines = wrapped("Differs ", f"AWS says {_reason(message)}, but {what}. The files lack:")
    for lack in _lacks(asked, message):
        lines += wrapped("  - ", lack.what, "    ")
        lines += [f"      {command}" for command in lack.commands]
    return "\n".join(lines)


def read(text: str) -> DenialMessage:
    """Return what a message says; ``-`` reads it from standard input."""
    import sys

    return read_message(sys.stdin.read() if text == "-" else text)


def _head(message: DenialMessage) -> Iterator[str]:
    where = "" if message.resource is None else f" on {message.resource}"
    yield f"DENIED  {message.action or message.operation or 'the call'}{where}"
    caller = message.principal or "a caller that the message does not name"
    within = "" if message.operation is None else f", in {message.operation}"
    yield from wrapped("Asked   ", f"by {caller}{within}")
    yield from wrapped("Because ", f"AWS says {_reason(message)}")


def _reason(message: DenialMessage) -> str:
    if message.rule is not None:
        return f"that a rule refuses it: {message.rule}"
    if message.layer is None:
        return "that a Deny matches, but not in which policy" if message.explicit else "no reason"
    words = _EXPLICIT_POLICIES[message.layer]
    if message.explicit:
        return f"that a Deny matches in {words}" + (f": {message.policy}" if message.policy else "")
    return f"that none of these policies allows it: {words}"


def _causes(message: DenialMessage) -> tuple[str, ...]:
    if message.rule is not None:
        return ()
    if message.explicit:
        kinds = [message.layer] if message.layer is not None else list(_EXPLICIT_POLICIES)
        return tuple(
            f"a Deny statement in {_EXPLICIT_POLICIES[kind]}; its conditions match the request, also with a key that "
            "the request does not have, under a negated operator such as StringNotEquals"
            for kind in kinds
        )
    if (message.action or "").startswith("kms:"):
        return KMS
    return IMPLICIT.get(message.layer or "", PLAIN)


def _lacks(asked: DescribedCall, message: DenialMessage) -> tuple[Lack, ...]:
    """Return what to fetch, as the replay of events names it."""
    who = str(asked.members.get("Principal") or message.principal or "")
    identity = _identity(who)
    bucket = asked.members.get("Bucket") or _target(message)[0]
    arn_account = (message.resource or "").split(":")[4:5]
    owner = asked.members.get("Owner") or (
        arn_account[0] if arn_account and arn_account[0] else identity.account
    )
    outcome = AwsOutcome(
        DENIED,
        message.code,
        message.text,
        message.layer,
        message.explicit,
        message.action,
        message.resource,
        message.policy,
    )
    region = ((message.resource or "").split(":")[3:4] or [""])[0] or "us-east-1"
    about = DifferingCall(identity, outcome, bucket, owner, region, None, is_loaded=False)
    return lacks_of_a_denial(MockAWS(), about)


def _identity(who: str) -> Identity:
    if not who or who == "anonymous":
        return Identity(ANONYMOUS)
    account, name = parts_of(who)
    kind, _, rest = name.partition("/")
    if kind not in _KINDS:
        return Identity(SERVICE, name=name)
    if kind == "assumed-role":
        rest = rest.partition("/")[0]
    return Identity(_KINDS[kind], who, account, rest)


def _commands(asked: DescribedCall, message: DenialMessage) -> Iterator[str]:
    """Yield commands that can be pasted: they write what decides into one folder."""
    if message.rule is not None:
        return
    commands = dict.fromkeys(each for lack in _lacks(asked, message) for each in lack.commands)
    yield f"mkdir -p {FOLDER}"
    yield f"aws sts get-caller-identity > {FOLDER}/caller.json"
    for number, command in enumerate(commands, 1):
        name = "-".join(command.split()[1:3])
        yield f"{command} > {FOLDER}/{number}-{name}.json"
    who = message.principal or "PRINCIPAL"
    yield f"mocks3 why {FOLDER}/ --as {shlex.quote(who)} --message {shlex.quote(message.text)}"


def _listed(title: str, sentences: tuple[str, ...]) -> list[str]:
    lines = [line for each in sentences for line in wrapped("  - ", each, "    ")]
    return ["\n".join([title, *lines])] if lines else []

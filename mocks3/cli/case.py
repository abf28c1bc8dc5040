"""Create the in-memory AWS of a described call: load the files, and give the caller its own policies."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mocks3.calls import SessionDetails
from mocks3.calls.principals import find_holder, parts_of
from mocks3.cli.files import PolicyFile, json_of, policy_in
from mocks3.handles.mock_aws import MockAWS
from mocks3.load.cli_output import shape_of
from mocks3.load.descriptions import FilePlace, Unread
from mocks3.load.faults import LoadError
from mocks3.load.loading import load_into
from mocks3.load.naming import KINDS
from mocks3.model.world import Settings
from mocks3.policy import PolicyKind

if TYPE_CHECKING:
    from mocks3.calls import ServiceCall
    from mocks3.cli.described_call import DescribedCall

DEFAULT = "user/somebody"
"""The caller if nothing says who calls."""

HOLDERS = {"user": "user", "federated-user": "user", "role": "role", "assumed-role": "role"}
"""The kinds of callers that have policies, and what holds these."""

POLICIES = (
    "a policy document",
    "iam get-user-policy",
    "iam get-role-policy",
    "iam get-group-policy",
    "iam get-policy-version",
    "organizations describe-policy",
    "s3api get-bucket-policy, s3control get-access-point-policy, kms get-key-policy",
)
"""The outputs that are one policy."""

_KINDS = {
    "identity": PolicyKind.IDENTITY,
    "boundary": PolicyKind.BOUNDARY,
    "session": PolicyKind.SESSION,
    "scp": PolicyKind.SCP,
    "rcp": PolicyKind.RCP,
    "vpc_endpoint": PolicyKind.VPC_ENDPOINT,
    "bucket_policy": PolicyKind.RESOURCE,
}


@dataclass(frozen=True)
class Case:
    """The in-memory AWS of a described call.

    Attributes:
        aws: The in-memory AWS.
        who: The caller.
        session: The details of the caller's session.
        unread: What was not understood in the files.
        assumed: What the load assumed.
    """

    aws: MockAWS
    who: str
    session: SessionDetails
    unread: tuple[Unread, ...]
    assumed: tuple[str, ...]


def build(described: DescribedCall, call: ServiceCall | None, anonymous: bool) -> Case:
    """Create the in-memory AWS.

    Args:
        described: What was asked.
        call: The first call, whose bucket and key are those of files that name none.
        anonymous: Whether the call is not signed.

    Raises:
        FileError: A file of the caller cannot be used.
        LoadError: A file cannot be loaded.
        Mocks3Error: The caller is not valid.
    """
    given = "anonymous" if anonymous else described.members.get("Principal")
    account, _ = parts_of(given or DEFAULT)
    policies, others = _sorted_by_content(described)
    settings = Settings() if account is None else Settings(account=account)
    sources = [*described.sources, *others, *(file.path for file in policies["bucket_policy"])]
    loaded = _load(MockAWS(settings), described, sources, given, call)
    for file in policies["bucket_policy"]:
        _keep_lines(loaded.aws, file)
    who = given or loaded.caller or DEFAULT
    session = _give_policies(loaded.aws, who, described, policies)
    unread = (*loaded.unread, *_unused(who, described, policies))
    return Case(loaded.aws, who, session, unread, loaded.assumed)


def _unused(who: str, described: DescribedCall, policies: Mapping[str, list[PolicyFile]]) -> Iterator[Unread]:
    """Yield the policies of files that do not apply to the caller or to the request."""
    _, name = parts_of(who)
    kind = name.partition("/")[0]
    if kind not in HOLDERS:
        for file in (*policies["identity"], *policies["boundary"], *policies["session"]):
            yield Unread(
                "the policy",
                FilePlace(str(file.path)),
                f"{who} has no identity policies, boundary or session",
            )
    elif kind == "user":
        for file in policies["session"]:
            yield Unread("the session policy", FilePlace(str(file.path)), f"{who} is not a session")
    context = {key.lower() for key in described.members.get("Context", {})}
    if not context & {"aws:sourcevpce", "aws:sourcevpc"}:
        for file in policies["vpc_endpoint"]:
            reason = "the request does not come through a VPC endpoint: add --context aws:SourceVpce=ID"
            yield Unread("the policy", FilePlace(str(file.path)), reason)


def _sorted_by_content(described: DescribedCall) -> tuple[dict[str, list[PolicyFile]], list[Path]]:
    """Return the policies by their role, and the files that are something else than one policy."""
    policies: dict[str, list[PolicyFile]] = {role: [] for role in _KINDS}
    others = []
    for role, paths in described.roles.items():
        for path in paths:
            shape = shape_of(json_of(path)[1])
            if shape is not None and shape.commands not in POLICIES:
                others.append(path)
            else:
                file = policy_in(path)
                file.check(_KINDS[role])
                policies[role].append(file)
    return policies, others


def _load(
    aws: MockAWS, described: DescribedCall, sources: list[Path], who: str | None, call: ServiceCall | None
) -> Any:
    """Load the files. Names of the call are taken only for files that no other file gives a name."""
    owner = described.members.get("Owner")
    values: Mapping[str, Any] = described.values
    names = _names(described, who, call)
    own = dict(described.names)
    mark = aws.snapshot()
    try:
        return load_into(aws, sources, account=owner, values=values, names=own)
    except LoadError as fault:
        aws.restore(mark)
        try:
            return load_into(aws, sources, account=owner, values=values, names={**names, **own})
        except LoadError as again:
            raise _with_options(again if names else fault) from None


def _with_options(fault: LoadError) -> LoadError:
    """Return the error with options of the command in place of arguments of Python."""
    message = re.sub(r"\baccount=", "--owner ACCOUNT", fault.message)
    return LoadError(re.sub(rf"\b({'|'.join(KINDS)})=", r"--name \1=NAME", message), fault.place)


def _keep_lines(aws: MockAWS, file: PolicyFile) -> None:
    """Give a bucket its policy as the text of the file, so that excerpts show the lines of the file."""
    document = json.loads(file.text)
    for name, bucket in aws.store.buckets().items():
        if bucket.policy is not None and not file.embedded and json.loads(bucket.policy) == document:
            with aws.store.editing(name) as edited:
                edited.policy = file.text


def _names(described: DescribedCall, who: str | None, call: ServiceCall | None) -> dict[str, str]:
    """Return the names of resources that the call and its caller say."""
    parameters = {} if call is None else call.parameters
    _, name = parts_of(who or DEFAULT)
    kind, _, rest = name.partition("/")
    last = rest.partition("/")[0] if kind == "assumed-role" else rest.rpartition("/")[2]
    found = {
        "bucket": parameters.get("Bucket"),
        "key": parameters.get("Key"),
        "kms_key": parameters.get("SSEKMSKeyId"),
        **({HOLDERS[kind]: last} if kind in HOLDERS else {}),
    }
    return {name: value for name, value in found.items() if isinstance(value, str) and value}


def _give_policies(
    aws: MockAWS, who: str, described: DescribedCall, policies: Mapping[str, list[PolicyFile]]
) -> SessionDetails:
    account, _ = parts_of(who)
    _set_canonical_id(aws, account, described.members.get("CanonicalId"))
    _give_own(aws, who, described, policies)
    _put_organization_policies(aws, account, described, policies)
    _put_endpoint(aws, described, policies["vpc_endpoint"])
    return SessionDetails(tuple(file.text for file in policies["session"]))


def _give_own(
    aws: MockAWS, who: str, described: DescribedCall, policies: Mapping[str, list[PolicyFile]]
) -> None:
    """Give the caller its identity policies and its permissions boundary."""
    described.one("boundary")
    if not policies["identity"] and not policies["boundary"]:
        return
    holder = find_holder(aws, who)
    if holder is None:  # a root user, a service or the anonymous caller: see _unused
        return
    for file in policies["identity"]:
        holder.put_policy(file.text, name=file.path.name)
    for file in policies["boundary"]:
        holder.put_boundary(file.text)


def _set_canonical_id(aws: MockAWS, account: str | None, canonical_id: str | None) -> None:
    """Give the caller's account a canonical id, which an account with a made-up number may have until now."""
    if canonical_id is None or account is None:
        return
    other = aws.iam.by_canonical_id(canonical_id)
    if other is not None and other.id != account:
        aws.iam.put_account(dataclasses.replace(other, canonical_id=f"{other.id:0>64}"))
    aws.iam.put_account(dataclasses.replace(aws.account(account).record, canonical_id=canonical_id))


def _put_organization_policies(
    aws: MockAWS, account: str | None, described: DescribedCall, policies: Mapping[str, list[PolicyFile]]
) -> None:
    """Attach the SCPs to the caller's account and the RCPs to the bucket's."""
    owner = described.members.get("Owner") or account
    for role, target in (("scp", account), ("rcp", owner)):
        if not policies[role] or target is None:
            continue
        member = aws.account(target)
        present = aws.guardrails.organization_of(target)
        if present is None:
            organization = aws.organization(f"o-case{role}", management=aws.account("999999999999"))
            organization.add(member)
        else:
            organization = aws.organization(present.id)
        if role == "scp":
            organization.delete_scp("FullAWSAccess", member)  # if it is attached, one of the files has it
        for file in policies[role]:
            put = organization.put_scp if role == "scp" else organization.put_rcp
            put(file.text, member, file.path.name)


def _put_endpoint(aws: MockAWS, described: DescribedCall, files: list[PolicyFile]) -> None:
    described.one("vpc_endpoint")
    for file in files:
        context = {key.lower(): value for key, value in described.members.get("Context", {}).items()}
        endpoint = context.get("aws:sourcevpce", "vpce-1")
        aws.vpc_endpoint(str(endpoint), vpc=str(context.get("aws:sourcevpc", "vpc-1")), policy=file.text)

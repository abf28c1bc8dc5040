"""Generate worlds for authorization: dicts that the naive authorizer reads, and from which mocks3 is set up."""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any

from hypothesis import strategies as st

from mocks3 import Mocks3Error, clock
from mocks3.handles.mock_aws import MockAWS
from mocks3.handles.principals import Principal
from mocks3.storage import ALL_USERS, AUTHENTICATED_USERS, Acl, AclGrantee, Grant, PublicAccessBlock, Version
from mocks3.storage.iam.ids import canonical_id

A, B, C = "111111111111", "222222222222", "333333333333"
FULL = {"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}
MODES = ("ObjectWriter", "BucketOwnerPreferred", "BucketOwnerEnforced")
GROUPS = {"AllUsers": ALL_USERS, "AuthenticatedUsers": AUTHENTICATED_USERS}

OBJECT_ACTIONS = (
    "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:GetObjectAcl", "s3:PutObjectAcl", "s3:GetObjectTagging",
    "s3:PutObjectTagging", "s3:RestoreObject", "s3:AbortMultipartUpload", "s3:GetObjectAttributes",
    "s3:GetObjectRetention", "s3:BypassGovernanceRetention", "s3:DeleteObjectVersion",
)  # fmt: skip
BUCKET_ACTIONS = (
    "s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketAcl", "s3:PutBucketAcl", "s3:GetBucketPolicy",
    "s3:PutBucketPolicy", "s3:GetBucketPolicyStatus", "s3:GetBucketLocation", "s3:DeleteBucket",
)  # fmt: skip

# The callers. The federated user belongs to dave.
CALLERS = (
    "A root", "A/dave", "A/eve", "A:role/r/s", "A:guest", "B root", "B/dave", "B:role/r/s", "B:guest", "C/x",
    "anonymous",
)  # fmt: skip


def who(caller: str) -> dict[str, Any]:
    """Return a caller for the naive authorizer, without policies."""
    account = {"A": A, "B": B, "C": C}.get(caller[0], "anonymous")
    iam, sts = f"arn:aws:iam::{account}", f"arn:aws:sts::{account}"
    known: dict[str, Any] = {
        "account": account,
        "user": None,
        "role": None,
        "canonical": f"canonical:{account}",
    }
    if caller == "anonymous":
        known |= {"kind": "anonymous", "account": None, "arn": None}
    elif caller.endswith(" root"):
        known |= {"kind": "root", "arn": f"{iam}:root"}
    elif ":role/" in caller:
        known |= {"kind": "session", "arn": f"{sts}:assumed-role/r/s", "role": f"{iam}:role/r"}
    elif caller.endswith(":guest"):
        known |= {"kind": "federated", "arn": f"{sts}:federated-user/guest", "user": f"{iam}:user/dave"}
    else:
        known |= {"kind": "user", "arn": f"{iam}:user/{caller[2:]}", "user": f"{iam}:user/{caller[2:]}"}
    return known


def whose(caller: str) -> str:
    """Return the user or role whose policies a caller has. A federated user has those of dave."""
    return caller.replace(":guest", "/dave")


# Statements

_actions = st.one_of(
    st.sampled_from(
        ("*", "s3:*", "s3:Get*", "s3:*Object", "s3:*Acl", "s3:List*", "s3:*Policy", "s3:getobject")
    ),
    st.sampled_from((*OBJECT_ACTIONS, *BUCKET_ACTIONS)),
)
_resources = st.one_of(
    st.sampled_from(("*", "arn:aws:s3:::bkt*")),
    st.sampled_from(
        ("arn:aws:s3:::bkt", "arn:aws:s3:::bkt/*", "arn:aws:s3:::b?t/k", "arn:aws:s3:::bkt/other")
    ),
)
_named = [
    A, B, C, f"arn:aws:iam::{A}:root", f"arn:aws:iam::{B}:root", f"arn:aws:iam::{A}:user/dave",
    f"arn:aws:iam::{B}:user/dave", f"arn:aws:iam::{A}:role/r", f"arn:aws:iam::{B}:role/r",
    f"arn:aws:sts::{A}:assumed-role/r/s", f"arn:aws:sts::{B}:assumed-role/r/s",
    f"arn:aws:sts::{A}:federated-user/guest", f"arn:aws:sts::{B}:federated-user/guest",
]  # fmt: skip


def principals(cast: Any = ()) -> Any:
    """Generate Principal elements. Half of them name a caller of the test, in one of the forms that match it."""
    known = [who(person["who"]) for person in cast]
    forms = [one[form] for one in known for form in ("arn", "user", "role", "account") if one.get(form)]
    return st.one_of(
        st.just("*"),
        st.just({"AWS": "*"}),
        st.builds(lambda some: {"AWS": some}, st.lists(st.sampled_from(_named), min_size=1, max_size=3)),
        st.builds(lambda account: {"CanonicalUser": f"canonical:{account}"}, st.sampled_from((A, B, C))),
        *[st.builds(lambda form: {"AWS": form}, st.sampled_from(forms or _named))] * 4,
    )


_conditions = st.one_of(
    *[st.just({})] * 4,
    st.builds(
        lambda operator, key, wanted: {operator: {key: wanted}},
        st.sampled_from(
            ("StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists", "StringNotLike")
        ),
        st.sampled_from(("aws:PrincipalAccount", "aws:Referer", "aws:SourceAccount")),
        st.lists(st.sampled_from((A, B, "1*", "here")), min_size=1, max_size=2),
    ),
    st.builds(
        lambda operator, wanted: {operator: {"aws:PrincipalArn": wanted}},
        st.sampled_from(("ArnEquals", "ArnLike", "ArnNotEquals")),
        st.sampled_from((f"arn:aws:iam::{A}:user/dave", "arn:aws:iam::*:user/*", f"arn:aws:iam::{B}:role/r")),
    ),
    st.builds(lambda wanted: {"Null": {"aws:Referer": wanted}}, st.sampled_from(("true", "false"))),
)


def statements(naming: Any = None, *, most: int = 3, effects: Any = ("Allow", "Allow", "Deny")) -> Any:
    """Generate lists of statements; with ``naming`` those of a resource-based policy."""

    def one(effect: str, actions: Any, resources: Any, condition: Any, principal: Any, negated: bool) -> Any:
        statement = {"Effect": effect, "Action": actions, "Resource": resources}
        if principal is not None:
            negated = negated and effect == "Deny" and principal not in ("*", {"AWS": "*"})
            statement["NotPrincipal" if negated else "Principal"] = principal
        return {**statement, "Condition": condition} if condition else statement

    drawn = st.builds(
        one,
        st.sampled_from(effects),
        st.lists(_actions, min_size=1, max_size=2),
        st.lists(_resources, min_size=1, max_size=2),
        _conditions,
        st.none() if naming is None else naming,
        st.sampled_from((False, False, False, True)),
    )
    return st.lists(drawn, min_size=1, max_size=most)


def rare(strategy: Any) -> Any:
    """Generate a value, and in three of four cases None."""
    return st.one_of(st.none(), st.none(), st.none(), strategy)


people = st.fixed_dictionaries(
    {
        "who": st.sampled_from(CALLERS),
        "identity": st.one_of(st.just([]), st.just([FULL]), st.just([FULL]), statements(most=2)),
        "boundary": st.one_of(st.none(), st.none(), statements(most=2)),
        "session": st.one_of(st.none(), statements(most=2)),
    }
)
casts = st.lists(people, min_size=2, max_size=4, unique_by=lambda person: whose(person["who"]))


_grants = st.lists(
    st.tuples(
        st.sampled_from((A, B, C, "AllUsers", "AuthenticatedUsers")),
        st.sampled_from(("READ", "WRITE", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL")),
    ),
    max_size=3,
)
_levels = st.lists(
    st.one_of(st.builds(lambda more: [FULL, *more], statements(most=1)), statements(most=2)),
    min_size=1,
    max_size=2,
)
_objects = st.fixed_dictionaries({"owner": st.sampled_from((A, B, B, C)), "acl": _grants})


def worlds(cast: Any) -> Any:
    """Generate worlds whose policies can be about the callers of the test."""
    return st.fixed_dictionaries(
        {
            "ownership": st.sampled_from(MODES),
            "object": st.one_of(st.none(), _objects, _objects),
            "bucket_acl": _grants,
            "policy": st.one_of(st.none(), *[statements(principals(cast))] * 3),
            "ignore": st.sampled_from((False, False, True)),
            "restrict": st.sampled_from((False, False, True)),
            "org": st.sampled_from(((), (), (), (A,), (B,), (A, B))),
            "scps": _levels,
            "rcps": st.one_of(st.just([]), statements(st.just("*"), most=1, effects=("Deny",))),
            "referer": st.sampled_from((None, "here", A)),
            "endpoint": rare(statements(principals(cast), most=2)),
        }
    )


scenes = casts.flatmap(lambda cast: st.tuples(st.just(cast), worlds(cast)))


# The same world in mocks3


def document(statements: Any) -> str:
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    for account in (A, B, C):
        text = text.replace(f"canonical:{account}", canonical_id(account))
    return text


def build(world: Any, cast: Any) -> tuple[MockAWS, list[Principal]]:
    """Set up mocks3 from a world, and return the callers."""
    aws = MockAWS()
    for account in (A, B, C):
        aws.account(account)
    callers = [person_of(aws, person) for person in cast]
    aws.store.create_bucket(
        "bkt",
        owner=A,
        region="us-east-1",
        created=clock.now(),
        ownership=world["ownership"],
        acl=_acl(aws, world["bucket_acl"]),
        public_access_block=PublicAccessBlock(
            ignore_public_acls=world["ignore"],
            restrict_public_buckets=world["restrict"],
            block_public_acls=False,
            block_public_policy=False,
        ),
    )
    with aws.store.editing("bkt") as bucket:
        bucket.policy = None if world["policy"] is None else document(world["policy"])
        if world["object"] is not None:
            held = world["object"]
            bucket.put(Version("k", clock.now(), held["owner"], acl=_acl(aws, held["acl"])))
    _guard(aws, world)
    return aws, callers


def _acl(aws: MockAWS, grants: Any) -> Acl:
    def grantee(name: str) -> AclGrantee:
        if name in GROUPS:
            return AclGrantee("Group", GROUPS[name])
        return AclGrantee("CanonicalUser", aws.account(name).canonical_id)

    return Acl(tuple(Grant(grantee(name), permission) for name, permission in grants))


def person_of(aws: MockAWS, person: Any) -> Principal:
    """Return the caller with its policies, boundary and session policy, if it can have them."""
    caller, known = person["who"], who(person["who"])
    identity = document(person["identity"]) if person["identity"] else ()
    boundary = None if person["boundary"] is None else document(person["boundary"])
    session = None if person["session"] is None else document(person["session"])
    if known["kind"] == "anonymous":
        return aws.anonymous
    account = aws.account(known["account"])
    if known["kind"] == "root":
        return account.root
    if known["kind"] == "session":
        role = account.create_role("r", policies=identity, boundary=boundary)
        return role.assume(session_name="s", policy=session)
    name = "dave" if known["kind"] == "federated" else caller[2:]
    user = account.create_user(name, policies=identity, boundary=boundary)
    return user.federate("guest", policy=session or ()) if known["kind"] == "federated" else user


def naive_caller(person: Any, context: Any) -> dict[str, Any]:
    """Return the same caller for the naive authorizer, with its policies."""
    known = who(person["who"])
    bound = known["kind"] in ("user", "session", "federated")
    limited = known["kind"] in ("session", "federated")
    return {
        **known,
        "identity": person["identity"] if bound else [],
        "boundary": person["boundary"] if bound else None,
        "session": person["session"] if limited else None,
        "context": {**_own_keys(known), **context},
    }


def _own_keys(known: Any) -> dict[str, list[str]]:
    """Return the condition keys of the caller that generated conditions use (P-1 to P-11)."""
    if known["kind"] == "anonymous":
        return {"aws:PrincipalAccount": ["anonymous"]}
    arn = known["role"] if known["kind"] == "session" else known["arn"]
    return {"aws:PrincipalAccount": [known["account"]], "aws:PrincipalArn": [arn]}


def _guard(aws: MockAWS, world: Any) -> None:
    if world["org"]:
        organization = aws.organization("o-1")
        unit = organization.ou("unit")
        places: list[Any] = [None, unit]
        for account in world["org"]:
            organization.add(aws.account(account), unit)
        for place, level in zip(places, world["scps"], strict=False):
            organization.delete_scp("FullAWSAccess", on=place)
            organization.put_scp(document(level), on=place)
        if world["rcps"]:
            organization.put_rcp(document(world["rcps"]))
    if world["endpoint"] is not None:
        policy = document(world["endpoint"])
        # The policy may only name users and roles that exist; those that are no callers have no policies.
        for account, kind, name in set(re.findall(r"arn:aws:iam::(\d{12}):(user|role)/(\w+)", policy)):
            owner = aws.account(account)
            create = owner.create_user if kind == "user" else owner.create_role
            with contextlib.suppress(Mocks3Error):  # it exists
                create(name)
        aws.vpc_endpoint("vpce-1", vpc="vpc-1", policy=policy)

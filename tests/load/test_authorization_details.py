"""What GetAccountAuthorizationDetails returns of an account, loaded into another AWS, answers the same questions."""

from __future__ import annotations

import itertools
import json
from typing import Any

from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from mocks3 import MockAWS

ACCOUNT = "123456789012"
ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteBucket")
RESOURCES = ("arn:aws:s3:::data", "arn:aws:s3:::data/team/k", "arn:aws:s3:::logs/k")
USERS, GROUPS, ROLES, MANAGED = ("ann", "bob"), ("devs", "ops"), ("reader", "writer"), ("one", "two", "three")
AWS_MANAGED = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"

statements = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(("Allow", "Allow", "Allow", "Deny")),
        "Action": st.lists(
            st.sampled_from((*ACTIONS, "s3:*", "s3:Get*")), min_size=1, max_size=2, unique=True
        ),
        "Resource": st.lists(
            st.sampled_from((*RESOURCES, "*", "arn:aws:s3:::data/${aws:PrincipalTag/team}/*")),
            min_size=1,
            max_size=2,
        ),
    },
    optional={
        "Condition": st.sampled_from(
            (
                {"StringEquals": {"aws:PrincipalTag/team": "team"}},
                {"StringLike": {"aws:username": "a*"}},
                {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}},
                {"Null": {"aws:PrincipalTag/team": "true"}},
            )
        )
    },
)
policies = st.builds(
    lambda found: {"Version": "2012-10-17", "Statement": found}, st.lists(statements, min_size=1, max_size=2)
)
tags = st.sampled_from(({}, {"team": "team"}, {"team": "other", "Stage": "é"}))
paths = st.sampled_from(("/", "/team/", "/a/b/"))
managed = st.lists(st.sampled_from((*MANAGED, AWS_MANAGED)), max_size=2, unique=True)
boundaries = st.one_of(st.none(), st.none(), st.sampled_from(MANAGED))
holders = st.fixed_dictionaries(
    {
        "policies": st.lists(policies, max_size=2),
        "attached": managed,
        "path": paths,
        "tags": tags,
        "boundary": boundaries,
    }
)
trusted = st.sampled_from(
    (f"arn:aws:iam::{ACCOUNT}:root", *(f"arn:aws:iam::{ACCOUNT}:user/{name}" for name in USERS))
)
accounts = st.fixed_dictionaries(
    {
        "managed": st.fixed_dictionaries({name: st.tuples(policies, paths) for name in MANAGED}),
        "users": st.fixed_dictionaries(dict.fromkeys(USERS, holders)),
        "roles": st.fixed_dictionaries({name: st.tuples(holders, trusted) for name in ROLES}),
        "groups": st.fixed_dictionaries(
            {
                name: st.tuples(policies, managed, st.lists(st.sampled_from(USERS), unique=True))
                for name in GROUPS
            }
        ),
    }
)


def build(made: Any) -> MockAWS:
    """Create the account by handles."""
    aws = MockAWS()
    account = aws.account()
    managed = {
        name: account.create_policy(name, document, path=path)
        for name, (document, path) in made["managed"].items()
    }

    def fill(holder: Any, names: list[str]) -> None:
        for name in names:
            holder.attach(managed.get(name, name))

    for name, given_ in made["users"].items():
        path = "/" if f"user/{name}" in str(made["roles"]) else given_["path"]  # a trust policy names the ARN
        user = account.create_user(
            name,
            policies=given_["policies"],
            path=path,
            tags=given_["tags"],
            boundary=managed.get(given_["boundary"]),
        )
        fill(user, given_["attached"])
    for name, (given_, who) in made["roles"].items():
        statement = {"Effect": "Allow", "Principal": {"AWS": who}, "Action": "sts:AssumeRole"}
        role = account.create_role(
            name,
            policies=given_["policies"],
            path=given_["path"],
            tags=given_["tags"],
            boundary=managed.get(given_["boundary"]),
            trust={"Version": "2012-10-17", "Statement": statement},
        )
        fill(role, given_["attached"])
    for name, (document, attached, members) in made["groups"].items():
        group = account.create_group(
            name, policies=document, members=[account.user(each) for each in members]
        )
        fill(group, attached)
    return aws


def exported(aws: MockAWS) -> Any:
    """Return what ``aws iam get-account-authorization-details`` prints."""
    pages = (
        aws.client("iam")
        .get_paginator("get_account_authorization_details")
        .paginate(PaginationConfig={"PageSize": 3})
    )
    return json.loads(json.dumps(pages.build_full_result(), default=str))


def answers(aws: MockAWS) -> dict[Any, Any]:
    """Return what each principal may do, and who may assume which role."""
    account, found = aws.account(), {}
    people = {
        **{name: account.user(name) for name in USERS},
        **{name: account.role(name).assume(session_name="s") for name in ROLES},
    }
    for (name, who), action, resource in itertools.product(people.items(), ACTIONS, RESOURCES):
        found[name, action, resource] = aws.explain(who, action, resource).verdict
    for user, role in itertools.product(USERS, ROLES):
        call = account.user(user).client("sts").assume_role
        try:
            call(RoleArn=account.role(role).arn, RoleSessionName="session")
            found[user, role] = "assumed"
        except ClientError as error:
            found[user, role] = error.response["Error"]["Code"]
    return found


@given(accounts)
def test_an_account_that_is_exported_and_loaded_answers_the_same(made: Any) -> None:
    first = build(made)
    output, second = exported(first), MockAWS()
    second.load(output, strict=True)
    assert answers(second) == answers(first)
    again = exported(second)
    for name in ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"):
        assert by_arn(again[name]) == by_arn(output[name])


def by_arn(entities: list[Any]) -> dict[str, Any]:
    """Return entities by ARN, without dates and without ids, which a new account does not share."""
    without = ("CreateDate", "UpdateDate", "PolicyId", "UserId", "RoleId", "GroupId")
    return {each["Arn"]: _plain(each, without) for each in entities}


def _plain(value: Any, without: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each, without) for name, each in value.items() if name not in without}
    return [_plain(each, without) for each in value] if isinstance(value, list) else value

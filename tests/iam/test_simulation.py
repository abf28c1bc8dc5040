"""The policy simulator and the condition keys of policies (API_SimulateCustomPolicy, API_SimulatePrincipalPolicy)."""

from __future__ import annotations

import json

import pytest

from mocks3 import NotSupported

from .conftest import ACCOUNT, document, fault

IN_TEAM = document("s3:GetObject", Condition={"StringEquals": {"aws:PrincipalTag/team": "blue"}})
OWN = document("s3:PutObject", resource="arn:aws:s3:::data/${aws:username}/*")


def decisions(answer) -> list[tuple[str, str, str]]:
    return [
        (each["EvalActionName"], each["EvalResourceName"], each["EvalDecision"])
        for each in answer["EvaluationResults"]
    ]


class TestCustomPolicies:
    def test_every_action_on_every_resource_is_decided(self, iam):
        policies = [
            document("s3:*", resource="arn:aws:s3:::data/*"),
            document("s3:DeleteObject", effect="Deny"),
        ]
        answer = iam.simulate_custom_policy(
            PolicyInputList=policies,
            ActionNames=["s3:GetObject", "s3:DeleteObject"],
            ResourceArns=["arn:aws:s3:::data/k", "arn:aws:s3:::other/k"],
        )
        assert decisions(answer) == [
            ("s3:GetObject", "arn:aws:s3:::data/k", "allowed"),
            ("s3:GetObject", "arn:aws:s3:::other/k", "implicitDeny"),
            ("s3:DeleteObject", "arn:aws:s3:::data/k", "explicitDeny"),
            ("s3:DeleteObject", "arn:aws:s3:::other/k", "explicitDeny"),
        ]

    def test_matched_statements_have_their_place(self, iam):
        text = json.dumps(json.loads(document("s3:GetObject")), indent=1)
        answer = iam.simulate_custom_policy(PolicyInputList=[text], ActionNames=["s3:GetObject"])
        [matched] = answer["EvaluationResults"][0]["MatchedStatements"]
        lines = text.splitlines()
        start, end = matched["StartPosition"], matched["EndPosition"]
        assert matched["SourcePolicyId"] == "PolicyInputList.1"
        assert lines[start["Line"] - 1][start["Column"] - 1] == "{"
        assert lines[end["Line"] - 1][: end["Column"] - 1].endswith("}")

    def test_missing_context_is_named_and_given_context_counts(self, iam):
        members = {"PolicyInputList": [IN_TEAM], "ActionNames": ["s3:GetObject"]}
        [result] = iam.simulate_custom_policy(**members)["EvaluationResults"]
        assert (result["EvalDecision"], result["MissingContextValues"]) == (
            "implicitDeny",
            ["aws:PrincipalTag/team"],
        )
        entry = {
            "ContextKeyName": "aws:principaltag/team",
            "ContextKeyValues": ["blue"],
            "ContextKeyType": "string",
        }
        [result] = iam.simulate_custom_policy(**members, ContextEntries=[entry])["EvaluationResults"]
        assert (result["EvalDecision"], result["MissingContextValues"]) == ("allowed", [])

    def test_a_boundary_must_allow_too(self, iam):
        [result] = iam.simulate_custom_policy(
            PolicyInputList=[document("s3:*")],
            PermissionsBoundaryPolicyInputList=[document("s3:Get*")],
            ActionNames=["s3:PutObject"],
        )["EvaluationResults"]
        assert result["EvalDecision"] == "implicitDeny"
        assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}

    def test_a_resource_policy_allows_by_itself(self, iam):
        caller = f"arn:aws:iam::{ACCOUNT}:user/eve"
        policy = document("s3:GetObject", Principal={"AWS": caller})
        members = {"ActionNames": ["s3:GetObject"], "ResourceArns": ["arn:aws:s3:::data/k"]}
        allowed = iam.simulate_custom_policy(
            PolicyInputList=[document("sqs:*")], ResourcePolicy=policy, CallerArn=caller, **members
        )
        assert decisions(allowed)[0][2] == "allowed"
        foreign = iam.simulate_custom_policy(
            PolicyInputList=[document("sqs:*")],
            ResourcePolicy=policy,
            CallerArn=caller,
            ResourceOwner="arn:aws:iam::111122223333:root",
            **members,
        )
        assert decisions(foreign)[0][2] == "implicitDeny"

    def test_pages(self, iam):
        members = {
            "PolicyInputList": [document("s3:*")],
            "ActionNames": ["s3:GetObject", "s3:PutObject", "sqs:SendMessage"],
        }
        pages = iam.get_paginator("simulate_custom_policy").paginate(
            **members, PaginationConfig={"PageSize": 2}
        )
        assert [len(page["EvaluationResults"]) for page in pages] == [2, 1]

    def test_refused_input(self, iam):
        assert fault(iam.simulate_custom_policy, PolicyInputList=["{"], ActionNames=["s3:GetObject"])[:2] == (
            "InvalidInput",
            400,
        )
        with pytest.raises(NotSupported, match="ResourceHandlingOption"):
            iam.simulate_custom_policy(
                PolicyInputList=[IN_TEAM], ActionNames=["s3:GetObject"], ResourceHandlingOption="EC2-VPC"
            )


class TestPrincipals:
    def test_a_user_has_the_policies_of_its_groups_and_its_boundary(self, iam, user, group, policy):
        arn = f"arn:aws:iam::{ACCOUNT}:user/eve"
        members = {"PolicySourceArn": arn, "ActionNames": ["s3:GetObject", "s3:PutObject"]}
        iam.add_user_to_group(UserName=user, GroupName=group)
        iam.attach_group_policy(GroupName=group, PolicyArn=policy)
        iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument=document("s3:PutObject"))
        assert [each[2] for each in decisions(iam.simulate_principal_policy(**members))] == ["allowed"] * 2
        iam.put_user_permissions_boundary(UserName=user, PermissionsBoundary=policy)
        after = decisions(iam.simulate_principal_policy(**members))
        assert [each[2] for each in after] == ["allowed", "implicitDeny"]

    def test_groups_and_roles_are_sources_too(self, iam, group, role, policy):
        iam.attach_role_policy(RoleName=role, PolicyArn=policy)
        answers = [
            decisions(
                iam.simulate_principal_policy(
                    PolicySourceArn=f"arn:aws:iam::{ACCOUNT}:{what}", ActionNames=["s3:GetObject"]
                )
            )[0][2]
            for what in ("role/reader", "group/team")
        ]
        assert answers == ["allowed", "implicitDeny"]
        missing = fault(
            iam.simulate_principal_policy,
            PolicySourceArn=f"arn:aws:iam::{ACCOUNT}:user/nobody",
            ActionNames=["s3:GetObject"],
        )
        assert missing[:2] == ("NoSuchEntity", 404)


class TestContextKeys:
    def test_keys_of_conditions_and_variables(self, iam, user):
        names = ["aws:PrincipalTag/team", "aws:username"]
        assert (
            iam.get_context_keys_for_custom_policy(PolicyInputList=[IN_TEAM, OWN])["ContextKeyNames"] == names
        )
        iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument=IN_TEAM)
        answer = iam.get_context_keys_for_principal_policy(
            PolicySourceArn=f"arn:aws:iam::{ACCOUNT}:user/eve", PolicyInputList=[OWN]
        )
        assert answer["ContextKeyNames"] == names

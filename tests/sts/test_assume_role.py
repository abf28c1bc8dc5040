"""AssumeRole: its decisions, and the session tags of role chains (API_AssumeRole)."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3 import mock_s3

ACCOUNT = "123456789012"


def trust(*principals: str, **condition: Any) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": list(principals)},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
    }
    if condition:
        statement["Condition"] = condition
    return {"Version": "2012-10-17", "Statement": statement}


def without_tagging(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "Statement": {**document["Statement"], "Action": "sts:AssumeRole"}}


def assume(principal: Any, role: Any, **members: Any) -> Any:
    return principal.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="next", **members)


class TestADeniedCall:
    def test_its_decision_is_recorded_and_attached_to_the_error(self):
        with mock_s3() as aws:
            eve = aws.account().create_user("eve")
            role = aws.account().create_role("reader", trust=trust(f"arn:aws:iam::{ACCOUNT}:root"))
            with pytest.raises(ClientError) as denied:
                assume(eve, role)
            error = denied.value.response["Error"]
            assert (error["Code"], denied.value.response["ResponseMetadata"]["HTTPStatusCode"]) == (
                "AccessDenied",
                403,
            )
            decision = aws.decisions[-1]
            assert denied.value.mocks3_decision is decision
            assert (decision.action, decision.resource, decision.allowed) == (
                "sts:AssumeRole",
                role.arn,
                False,
            )
            assert "trust policy" in str(decision)

    def test_it_is_expected_with_denied(self):
        with mock_s3() as aws:
            eve = aws.account().create_user("eve")
            role = aws.account().create_role("reader", trust=trust(f"arn:aws:iam::{ACCOUNT}:root"))
            with aws.denied("sts:AssumeRole"):
                assume(eve, role)

    def test_report_mode_records_the_denial_and_allows_the_call(self):
        with mock_s3(enforce="report") as aws:
            eve = aws.account().create_user("eve")
            role = aws.account().create_role("reader", trust=trust(f"arn:aws:iam::{ACCOUNT}:root"))
            answer = assume(eve, role)
            assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/next"
            assert not aws.decisions[-1].allowed


@pytest.fixture
def chain():
    """A session of role "first" with the tags team=blue (transitive) and step=1, and the role "second"."""
    with mock_s3() as aws:
        account = aws.account()
        eve = account.create_user("eve")
        first = account.create_role(
            "first",
            trust=trust(eve.arn),
            policies=[
                {
                    "Version": "2012-10-17",
                    "Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "*"},
                }
            ],
        )
        second = account.create_role("second", trust=trust(first.arn))
        answer = assume(
            eve,
            first,
            Tags=[{"Key": "Team", "Value": "blue"}, {"Key": "step", "Value": "1"}],
            TransitiveTagKeys=["team"],
        )
        yield aws, session_of(aws, answer), second


def session_of(aws: Any, answer: Any) -> Any:
    """The botocore client factory of the credentials that AssumeRole returned."""
    import boto3

    keys = answer["Credentials"]

    class Session:
        def client(self, service: str) -> Any:
            return boto3.client(
                service,
                region_name="us-east-1",
                aws_access_key_id=keys["AccessKeyId"],
                aws_secret_access_key=keys["SecretAccessKey"],
                aws_session_token=keys["SessionToken"],
            )

    return Session()


class TestTransitiveTags:
    def test_the_next_session_has_them_and_no_others(self, chain):
        aws, session, second = chain
        bucket = aws.account().create_bucket("data")
        bucket.put_policy(
            {
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"AWS": second.arn},
                    "Action": "s3:ListBucket",
                    "Resource": "arn:aws:s3:::data",
                    "Condition": {
                        "StringEquals": {"aws:PrincipalTag/team": "blue"},
                        "Null": {"aws:PrincipalTag/step": "true"},
                    },
                },
            }
        )
        chained = session_of(aws, assume(session, second))
        assert chained.client("s3").list_objects_v2(Bucket="data")["KeyCount"] == 0

    def test_they_stay_transitive_down_the_chain(self, chain):
        aws, session, second = chain
        third = aws.account().create_role(
            "third", trust=trust(second.arn, StringEquals={"aws:PrincipalTag/Team": "blue"})
        )
        chained = session_of(aws, assume(session, second))
        with pytest.raises(ClientError, match="sts:AssumeRole"):
            assume(aws.account().create_user("bob"), third)
        answer = assume(chained, third)
        assert answer["AssumedRoleUser"]["Arn"].endswith("assumed-role/third/next")

    def test_the_trust_policy_must_allow_tag_session(self, chain):
        aws, session, _ = chain
        closed = aws.account().create_role(
            "closed", trust=without_tagging(trust(f"arn:aws:iam::{ACCOUNT}:role/first"))
        )
        with pytest.raises(ClientError) as denied:
            assume(session, closed)
        assert denied.value.response["Error"] == {
            "Code": "AccessDenied",
            "Type": "Sender",
            "Message": f"User: arn:aws:sts::{ACCOUNT}:assumed-role/first/next is not authorized to perform: "
            f"sts:TagSession on resource: {closed.arn}",
        }

    def test_an_inherited_key_cannot_be_passed_again(self, chain):
        _, session, second = chain
        with pytest.raises(ClientError) as refused:
            assume(session, second, Tags=[{"Key": "TEAM", "Value": "red"}])
        assert refused.value.response["Error"]["Code"] == "InvalidParameterValue"
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400

    def test_a_transitive_key_must_be_among_the_tags(self, chain):
        _, session, second = chain
        with pytest.raises(ClientError) as refused:
            assume(session, second, TransitiveTagKeys=["absent"])
        assert refused.value.response["Error"]["Code"] == "InvalidParameterValue"

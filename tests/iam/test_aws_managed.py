"""AWS managed policies: their documents are AWS's own; other names are unknown."""

from __future__ import annotations

import pytest

from mocks3.policy import PolicyKind
from mocks3.storage.iam import aws_managed

from .conftest import fault

PREFIX = "arn:aws:iam::aws:policy/"


@pytest.mark.parametrize("record", aws_managed.policies(), ids=lambda record: record.name)
def test_every_document_is_a_valid_identity_policy(record):
    record.policy.check_strictly(PolicyKind.IDENTITY)
    found = aws_managed.policy(record.arn)
    assert found is not None
    assert (found.arn, found.default, found.updated) == (record.arn, record.default, record.updated)
    assert (record.account, record.policy.name) == ("aws", record.arn)


def may(principal, **call) -> str | None:
    try:
        principal.client().put_object(**call)
    except Exception as error:
        return error.response["Error"]["Code"]
    return None


class TestAttached:
    def test_full_access_to_s3(self, aws, iam, user):
        aws.account().create_bucket("data")
        eve = aws.account().user(user)
        assert may(eve, Bucket="data", Key="k") == "AccessDenied"
        iam.attach_user_policy(UserName=user, PolicyArn=f"{PREFIX}AmazonS3ReadOnlyAccess")
        assert may(eve, Bucket="data", Key="k") == "AccessDenied"
        assert eve.client().list_objects_v2(Bucket="data")["KeyCount"] == 0
        iam.attach_user_policy(UserName=user, PolicyArn=f"{PREFIX}AmazonS3FullAccess")
        assert may(eve, Bucket="data", Key="k") is None

    def test_a_handle_attaches_it_by_its_arn(self, aws, iam):
        eve = aws.account().create_user("eve")
        eve.attach(f"{PREFIX}AdministratorAccess")
        assert eve.client("iam").get_user()["User"]["UserName"] == "eve"
        eve.put_boundary(f"{PREFIX}job-function/ViewOnlyAccess")
        assert fault(eve.client("iam").create_user, UserName="new")[0] == "AccessDenied"

    def test_power_users_do_not_manage_iam(self, aws, iam, user):
        iam.attach_user_policy(UserName=user, PolicyArn=f"{PREFIX}PowerUserAccess")
        eve = aws.account().user(user)
        eve.client().create_bucket(Bucket="mine")
        assert fault(eve.client("iam").create_user, UserName="new")[0] == "AccessDenied"


def test_they_are_read_like_other_managed_policies(aws, iam, user):
    arn = f"{PREFIX}AmazonS3FullAccess"
    shown = iam.get_policy(PolicyArn=arn)["Policy"]
    assert (shown["PolicyName"], shown["DefaultVersionId"], shown["AttachmentCount"]) == (
        "AmazonS3FullAccess",
        "v2",
        0,
    )
    document = iam.get_policy_version(PolicyArn=arn, VersionId="v2")["PolicyVersion"]["Document"]
    assert document["Statement"][0]["Action"] == ["s3:*", "s3-object-lambda:*"]
    names = {each["Arn"] for each in iam.list_policies(Scope="AWS")["Policies"]}
    assert names == {each.arn for each in aws_managed.policies()}
    assert iam.list_policies(Scope="Local")["Policies"] == []
    iam.attach_user_policy(UserName=user, PolicyArn=arn)
    [attached] = iam.list_policies(OnlyAttached=True)["Policies"]
    assert (attached["Arn"], attached["AttachmentCount"]) == (arn, 1)
    details = iam.get_account_authorization_details(Filter=["AWSManagedPolicy"])
    assert [each["Arn"] for each in details["Policies"]] == [arn]


def test_unknown_names_and_changes_are_refused(aws, iam, user):
    unknown = f"{PREFIX}AmazonS3PartialAccess"
    assert fault(iam.get_policy, PolicyArn=unknown)[:2] == ("NoSuchEntity", 404)
    assert fault(iam.attach_user_policy, UserName=user, PolicyArn=unknown)[:2] == ("NoSuchEntity", 404)
    assert fault(iam.delete_policy, PolicyArn=f"{PREFIX}AWSDenyAll")[:2] == ("InvalidInput", 400)

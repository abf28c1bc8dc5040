"""Tags, delegated administrators and handshakes of an organization, through boto3."""

from __future__ import annotations

import json
from typing import Any

import freezegun
import pytest

from mocks3 import NotSupported

from .conftest import EVERYTHING, MANAGEMENT, SCP, create_policy, deny, fault

IAM, SSO = "iam.amazonaws.com", "sso.amazonaws.com"
INVITED = "222233334444"
NOT_FOUND = (
    "HandshakeNotFoundException",
    400,
    "We can't find a handshake with the HandshakeId that you specified.",
)


def tags_of(client: Any, resource: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in client.list_tags_for_resource(ResourceId=resource)["Tags"]}


def tags(**values: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in values.items()]


class TestTags:
    def test_roots_units_accounts_and_policies_have_tags(self, client, ids) -> None:
        for resource in (ids.root, ids.unit, ids.account, ids.policy):
            client.tag_resource(ResourceId=resource, Tags=tags(team="blue", stage="test"))
            client.tag_resource(ResourceId=resource, Tags=tags(stage="live"))
            client.untag_resource(ResourceId=resource, TagKeys=["team", "absent"])
            assert tags_of(client, resource) == {"stage": "live"}

    def test_what_is_created_with_tags_has_them_until_it_is_deleted(self, aws, client, ids) -> None:
        unit = client.create_organizational_unit(ParentId=ids.root, Name="x", Tags=tags(a="1"))
        unit_id = unit["OrganizationalUnit"]["Id"]
        policy = client.create_policy(
            Name="p", Description="", Type=SCP, Content=deny("s3:*"), Tags=tags(b="2")
        )["Policy"]["PolicySummary"]["Id"]
        request = client.create_account(Email="t@example.com", AccountName="t", Tags=tags(c="3"))
        status = client.describe_create_account_status(
            CreateAccountRequestId=request["CreateAccountStatus"]["Id"]
        )
        account = status["CreateAccountStatus"]["AccountId"]
        assert [tags_of(client, each) for each in (unit_id, policy, account)] == [
            {"a": "1"},
            {"b": "2"},
            {"c": "3"},
        ]
        client.delete_organizational_unit(OrganizationalUnitId=unit_id)
        client.remove_account_from_organization(AccountId=account)
        for resource in (unit_id, account):
            assert fault(client.list_tags_for_resource, ResourceId=resource)[0] == "TargetNotFoundException"
        [organization] = aws.guardrails.organizations.values()
        assert organization.tags.keys() == {policy}
        again = client.create_organizational_unit(ParentId=ids.root, Name="x")["OrganizationalUnit"]["Id"]
        assert (again != unit_id, tags_of(client, again)) == (True, {})

    @pytest.mark.parametrize(
        ("given", "code", "message"),
        [
            (
                [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}],
                "InvalidInputException",
                "Your request includes duplicate tag keys.",
            ),
            (
                [{"Key": "aws:a", "Value": "1"}],
                "InvalidInputException",
                "You specified a tag key that is a system tag, which you can't change.",
            ),
            (
                [{"Key": f"k{n}", "Value": ""} for n in range(51)],
                "ConstraintViolationException",
                "You have exceeded the number of tags allowed on this resource.",
            ),
        ],
        ids=["duplicate", "reserved", "many"],
    )
    def test_tags_that_are_refused(self, aws, client, ids, given: Any, code: str, message: str) -> None:
        before = aws.guardrails
        assert fault(client.tag_resource, ResourceId=ids.unit, Tags=given) == (code, 400, message)
        assert aws.guardrails == before

    @pytest.mark.parametrize("resource", ["ou-abcd-11111111", "p-11111111", "111111111111"])
    def test_nothing_has_the_id(self, client, ids, resource: str) -> None:
        for call, more in ((client.tag_resource, {"Tags": []}), (client.list_tags_for_resource, {})):
            assert fault(call, ResourceId=resource, **more) == (
                "TargetNotFoundException",
                400,
                "You specified a target that doesn't exist.",
            )

    def test_tags_are_conditions(self, aws, client, ids) -> None:
        client.tag_resource(ResourceId=ids.unit, Tags=tags(team="blue"))
        eve = aws.account().create_user("eve")
        of_eve = eve.client("organizations")
        for condition, allowed in (
            ({"aws:ResourceTag/team": "red"}, False),
            ({"aws:ResourceTag/team": "blue"}, True),
            ({"aws:RequestTag/stage": "live"}, False),
            ({"aws:RequestTag/stage": "test"}, True),
        ):
            statement = {
                "Effect": "Allow",
                "Action": "organizations:TagResource",
                "Resource": "*",
                "Condition": {"StringEquals": condition},
            }
            eve.put_policy({"Version": "2012-10-17", "Statement": statement})
            members = {"ResourceId": ids.unit, "Tags": tags(stage="test")}
            if allowed:
                of_eve.tag_resource(**members)
            else:
                assert fault(of_eve.tag_resource, **members)[0] == "AccessDeniedException"

    def test_creating_with_tags_needs_the_permission_to_tag(self, aws, ids) -> None:
        eve = aws.account().create_user("eve")
        allow = {"Effect": "Allow", "Action": ["organizations:CreatePolicy"], "Resource": "*"}
        eve.put_policy({"Version": "2012-10-17", "Statement": allow})
        of_eve = eve.client("organizations")
        members = {"Name": "p", "Description": "", "Type": SCP, "Content": deny("s3:*")}
        assert "organizations:TagResource" in fault(of_eve.create_policy, **members, Tags=tags(a="b"))[2]
        of_eve.create_policy(**members)


class TestDelegatedAdministrators:
    @pytest.fixture
    def admin(self, client, ids, member) -> Any:
        """The Organizations client of a user in the account that is registered for IAM."""
        client.enable_aws_service_access(ServicePrincipal=IAM)
        client.register_delegated_administrator(AccountId=ids.account, ServicePrincipal=IAM)
        return member.client("organizations")

    def test_it_is_listed_with_its_services(self, client, ids, admin) -> None:
        client.enable_aws_service_access(ServicePrincipal=SSO)
        [found] = client.list_delegated_administrators()["DelegatedAdministrators"]
        assert (found["Id"], found["Name"], "DelegationEnabledDate" in found) == (
            ids.account,
            "dev",
            True,
        )
        assert client.list_delegated_administrators(ServicePrincipal=SSO)["DelegatedAdministrators"] == []
        services = client.list_delegated_services_for_account(AccountId=ids.account)["DelegatedServices"]
        assert [each["ServicePrincipal"] for each in services] == [IAM]

    def test_it_may_read_the_organization_and_change_nothing(self, aws, client, ids, admin) -> None:
        assert {each["Name"] for each in admin.list_accounts()["Accounts"]} == {"default", "dev"}
        assert admin.describe_policy(PolicyId=ids.policy)["Policy"]["PolicySummary"]["Id"] == ids.policy
        before = aws.guardrails
        assert fault(admin.create_organizational_unit, ParentId=ids.root, Name="x")[0] == (
            "AccessDeniedException"
        )
        assert aws.guardrails == before
        client.deregister_delegated_administrator(AccountId=ids.account, ServicePrincipal=IAM)
        assert fault(admin.list_accounts)[0] == "AccessDeniedException"
        assert client.list_delegated_administrators()["DelegatedAdministrators"] == []

    def test_the_one_for_iam_administers_root_access(self, aws, client, ids, member) -> None:
        """P-8."""
        other = client.create_account(Email="o@example.com", AccountName="o")["CreateAccountStatus"]["Id"]
        status = client.describe_create_account_status(CreateAccountRequestId=other)
        target = status["CreateAccountStatus"]["AccountId"]
        client.enable_aws_service_access(ServicePrincipal=IAM)
        of_member, sts = member.client("iam"), member.client("sts")
        policy = {"arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"}
        members = {"TargetPrincipal": target, "TaskPolicyArn": policy}
        assert fault(of_member.enable_organizations_root_sessions)[0] == (
            "AccountNotManagementOrDelegatedAdministratorException"
        )
        assert fault(sts.assume_root, **members)[0] == "AccessDenied"
        assert "delegated administrator account" in " ".join(str(aws.decisions[-1]).split())
        client.register_delegated_administrator(AccountId=ids.account, ServicePrincipal=IAM)
        of_member.enable_organizations_root_sessions()
        assert sts.assume_root(**members)["Credentials"]["SessionToken"]

    @pytest.mark.parametrize(
        ("account", "service", "code", "message"),
        [
            (
                MANAGEMENT,
                IAM,
                "ConstraintViolationException",
                "You cannot register master account/yourself as delegated administrator for your organization.",
            ),
            (
                None,
                SSO,
                "ConstraintViolationException",
                "You attempted to register a delegated administrator before you enabled service access. Call the "
                "EnableAWSServiceAccess API first.",
            ),
            (
                None,
                IAM,
                "AccountAlreadyRegisteredException",
                "The provided account is already a delegated administrator for your organization.",
            ),
            ("111111111111", IAM, "AccountNotFoundException", "You specified an account that doesn't exist."),
        ],
    )
    def test_what_is_refused(
        self, aws, client, ids, admin, account: str | None, service: str, code: str, message: str
    ) -> None:
        before = aws.guardrails
        members = {"AccountId": account or ids.account, "ServicePrincipal": service}
        assert fault(client.register_delegated_administrator, **members) == (code, 400, message)
        assert aws.guardrails == before

    def test_an_account_that_is_not_registered(self, client, ids) -> None:
        message = "The provided account is not a registered delegated administrator for your organization."
        for call, more in (
            (client.deregister_delegated_administrator, {"ServicePrincipal": IAM}),
            (client.list_delegated_services_for_account, {}),
        ):
            assert fault(call, AccountId=ids.account, **more) == (
                "AccountNotRegisteredException",
                400,
                message,
            )

    def test_it_stays_in_the_organization(self, client, ids, admin) -> None:
        for call in (
            lambda: client.remove_account_from_organization(AccountId=ids.account),
            admin.leave_organization,
        ):
            assert fault(call)[0] == "ConstraintViolationException"
        client.deregister_delegated_administrator(AccountId=ids.account, ServicePrincipal=IAM)
        client.remove_account_from_organization(AccountId=ids.account)

    def test_the_service_is_a_condition(self, aws, client, ids, admin) -> None:
        eve = aws.account().create_user("eve")
        statement = {
            "Effect": "Allow",
            "Action": "organizations:*",
            "Resource": "*",
            "Condition": {"StringEquals": {"organizations:ServicePrincipal": IAM}},
        }
        eve.put_policy({"Version": "2012-10-17", "Statement": statement})
        of_eve = eve.client("organizations")
        of_eve.list_delegated_administrators(ServicePrincipal=IAM)
        assert fault(of_eve.list_delegated_administrators, ServicePrincipal=SSO)[0] == (
            "AccessDeniedException"
        )


class TestHandshakes:
    @pytest.fixture
    def invited(self, aws) -> Any:
        """The Organizations client of an account in no organization."""
        return aws.account(INVITED).client("organizations")

    def invite(self, client: Any, **more: Any) -> Any:
        return client.invite_account_to_organization(Target={"Id": INVITED, "Type": "ACCOUNT"}, **more)[
            "Handshake"
        ]

    def test_an_account_that_accepts_is_a_member_whom_policies_limit(self, aws, client, ids, invited) -> None:
        handshake = self.invite(client, Notes="Join us", Tags=tags(team="blue"))
        organization = client.describe_organization()["Organization"]
        assert handshake["Arn"] == (
            f"arn:aws:organizations::{MANAGEMENT}:handshake/{organization['Id']}/invite/{handshake['Id']}"
        )
        assert (handshake["State"], handshake["Action"]) == ("OPEN", "INVITE")
        assert {"Type": "NOTES", "Value": "Join us"} in handshake["Resources"]
        assert (handshake["ExpirationTimestamp"] - handshake["RequestedTimestamp"]).days == 15
        [seen] = invited.list_handshakes_for_account()["Handshakes"]
        assert seen == handshake == invited.describe_handshake(HandshakeId=handshake["Id"])["Handshake"]
        eve = aws.account(INVITED).create_user("eve", policies=EVERYTHING)
        client.attach_policy(PolicyId=ids.policy, TargetId=ids.root)
        eve.client("s3").list_buckets()
        accepted = invited.accept_handshake(HandshakeId=handshake["Id"])["Handshake"]
        assert accepted["State"] == "ACCEPTED"
        assert fault(eve.client("s3").list_buckets)[0] == "AccessDenied"
        [found] = [each for each in client.list_accounts()["Accounts"] if each["Id"] == INVITED]
        assert found["JoinedMethod"] == "INVITED"
        assert tags_of(client, INVITED) == {"team": "blue"}

    @pytest.mark.parametrize("end", ["accept", "decline", "cancel"])
    def test_it_ends_once(self, client, ids, invited, end: str) -> None:
        handshake = self.invite(client)["Id"]
        by = client if end == "cancel" else invited
        getattr(by, f"{end}_handshake")(HandshakeId=handshake)
        for again in ("accept", "decline", "cancel"):
            caller = client if again == "cancel" else invited
            code = "HandshakeAlreadyInState" if again == end else "InvalidHandshakeTransition"
            assert (
                fault(getattr(caller, f"{again}_handshake"), HandshakeId=handshake)[0] == f"{code}Exception"
            )

    def test_it_expires_and_leaves_the_lists_a_month_later(self, client, ids, invited) -> None:
        with freezegun.freeze_time("2026-01-01") as clock:
            handshake = self.invite(client)["Id"]
            clock.move_to("2026-01-15T23:59:59Z")
            assert client.describe_handshake(HandshakeId=handshake)["Handshake"]["State"] == "OPEN"
            clock.move_to("2026-01-16T00:00:01Z")
            assert client.describe_handshake(HandshakeId=handshake)["Handshake"]["State"] == "EXPIRED"
            assert fault(invited.accept_handshake, HandshakeId=handshake)[0] == (
                "InvalidHandshakeTransitionException"
            )
            self.invite(client)
            clock.move_to("2026-02-15T00:00:01Z")
            assert len(client.list_handshakes_for_organization()["Handshakes"]) == 1
            assert fault(client.describe_handshake, HandshakeId=handshake) == NOT_FOUND

    def test_only_its_parties_see_it(self, aws, client, ids, invited) -> None:
        handshake = self.invite(client)["Id"]
        stranger = aws.account("555566667777").client("organizations")
        for call in (stranger.describe_handshake, stranger.accept_handshake, client.accept_handshake):
            assert fault(call, HandshakeId=handshake) == NOT_FOUND
        assert fault(client.cancel_handshake, HandshakeId="h-11111111") == NOT_FOUND
        assert stranger.list_handshakes_for_account()["Handshakes"] == []
        assert (
            invited.list_handshakes_for_account(Filter={"ActionType": "ENABLE_ALL_FEATURES"})["Handshakes"]
            == []
        )

    def test_whom_it_cannot_invite(self, aws, client, ids) -> None:
        self.invite(client)
        assert fault(self.invite, client=client)[0] == "DuplicateHandshakeException"
        members = {"Target": {"Id": ids.account, "Type": "ACCOUNT"}}
        assert fault(client.invite_account_to_organization, **members)[0] == (
            "HandshakeConstraintViolationException"
        )
        before = aws.guardrails
        with pytest.raises(NotSupported, match="EMAIL"):
            client.invite_account_to_organization(Target={"Id": "a@example.com", "Type": "EMAIL"})
        assert aws.guardrails == before

    def test_an_account_that_joined_another_organization_cannot_accept(self, client, ids, invited) -> None:
        handshake = self.invite(client)["Id"]
        invited.create_organization()
        assert fault(invited.accept_handshake, HandshakeId=handshake)[0] == (
            "HandshakeConstraintViolationException"
        )

    def test_the_invited_account_needs_the_permission(self, aws, client, ids) -> None:
        handshake = self.invite(client)
        eve = aws.account(INVITED).create_user("eve")
        action = "organizations:AcceptHandshake"
        of_eve = eve.client("organizations")
        assert fault(of_eve.accept_handshake, HandshakeId=handshake["Id"])[2] == (
            f"User: {eve.arn} is not authorized to perform: {action} on resource: {handshake['Arn']} because no "
            f"identity-based policy allows the {action} action"
        )
        statement = {"Effect": "Allow", "Action": action, "Resource": handshake["Arn"]}
        eve.put_policy(json.dumps({"Version": "2012-10-17", "Statement": statement}))
        of_eve.accept_handshake(HandshakeId=handshake["Id"])
        assert create_policy(client, "new")

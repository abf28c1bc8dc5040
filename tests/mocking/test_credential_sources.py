"""Sources of credentials that a test sets up while a mock is open: profiles with roles, token files, metadata."""

from __future__ import annotations

import datetime
import json
import os
from typing import Any

import boto3
import botocore.session
import httpx
import pytest
import requests
from botocore.exceptions import ClientError, CredentialRetrievalError
from freezegun import freeze_time

from mocks3 import Mocks3Error, NotSupported, RealAWSCallBlocked, mock_s3
from mocks3.handles.mock_aws import MockAWS

ROOT = "arn:aws:iam::123456789012:root"
ROLE = "arn:aws:iam::123456789012:role/app"
ALL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
IMDS = "http://169.254.169.254/latest"


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """The machine has a config file."""
    (tmp_path / "machine").write_text(CONFIG)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "machine"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def aws(machine):
    with mock_s3() as world:
        yield world


def caller(session: Any = None) -> str:
    session = session or boto3.Session(region_name="us-east-1")
    return str(session.client("sts", region_name="us-east-1").get_caller_identity()["Arn"])


CONFIG = f"""
[profile base]
region = eu-west-1
[profile app]
role_arn = {ROLE}
source_profile = base
role_session_name = ann
[profile external]
role_arn = {ROLE}
source_profile = base
external_id = secret-7
[profile chain]
role_arn = arn:aws:iam::123456789012:role/second
source_profile = app
role_session_name = chained
[profile instance]
role_arn = {ROLE}
credential_source = Ec2InstanceMetadata
role_session_name = from-instance
[profile environment]
role_arn = {ROLE}
credential_source = Environment
role_session_name = from-env
[profile in-credentials-file]
role_arn = {ROLE}
source_profile = only-there
role_session_name = ann
[profile web]
role_arn = {ROLE}
web_identity_token_file = TOKEN
role_session_name = web
[profile sso]
sso_start_url = https://d-1.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = app
[profile process]
credential_process = /bin/false
"""


def trusting(*arns: str, **condition: Any) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": list(arns)},
        "Action": "sts:AssumeRole",
    }
    if condition:
        statement["Condition"] = condition
    return {"Version": "2012-10-17", "Statement": statement}


class TestProfilesWithARole:
    def test_the_role_is_assumed_with_the_principal_of_the_source_profile(self, aws: MockAWS) -> None:
        eve, bob = (aws.account().create_user(name) for name in ("eve", "bob"))
        aws.account().create_role("app", trust=trusting(eve.arn))
        aws.profiles["base"] = eve
        session = boto3.Session(profile_name="app")
        assert caller(session).endswith(":assumed-role/app/ann")
        assert [call.operation for call in aws.calls] == ["AssumeRole", "GetCallerIdentity"]
        assert aws.calls[0].principal == eve.arn
        aws.profiles["base"] = bob
        with pytest.raises(ClientError, match=r"user/bob is not authorized to perform: sts:AssumeRole"):
            caller(boto3.Session(profile_name="app"))

    def test_a_source_profile_that_is_not_in_the_config_file(self, aws: MockAWS) -> None:
        eve = aws.account().create_user("eve")
        aws.account().create_role("app", trust=trusting(eve.arn))
        aws.profiles["only-there"] = eve
        assert caller(boto3.Session(profile_name="in-credentials-file")).endswith(":assumed-role/app/ann")

    def test_the_ambient_credentials_are_the_default(self, aws: MockAWS) -> None:
        """The root user cannot assume roles."""
        aws.account().create_role("app", trust=trusting(ROOT))
        with pytest.raises(ClientError, match="Roles may not be assumed by root accounts"):
            caller(boto3.Session(profile_name="app"))

    def test_external_id(self, aws: MockAWS) -> None:
        aws.profiles["base"] = eve = aws.account().create_user("eve")
        aws.account().create_role("app", trust=trusting(eve.arn, StringEquals={"sts:ExternalId": "secret-7"}))
        assert ":assumed-role/app/" in caller(boto3.Session(profile_name="external"))
        with pytest.raises(ClientError, match="AccessDenied"):
            caller(boto3.Session(profile_name="app"))

    def test_a_chain(self, aws: MockAWS) -> None:
        aws.profiles["base"] = eve = aws.account().create_user("eve")
        first = aws.account().create_role("app", trust=trusting(eve.arn), policies=ALL)
        aws.account().create_role("second", trust=trusting(first.arn))
        assert caller(boto3.Session(profile_name="chain")).endswith(":assumed-role/second/chained")

    def test_credential_source(self, aws: MockAWS, monkeypatch: pytest.MonkeyPatch) -> None:
        host = aws.account().create_role("host", policies=ALL)
        eve = aws.account().create_user("eve")
        aws.account().create_role("app", trust=trusting(host.arn, eve.arn))
        aws.instance_profile(host)
        assert caller(boto3.Session(profile_name="instance")).endswith(":assumed-role/app/from-instance")
        assert aws.calls[0].principal.startswith("arn:aws:sts::123456789012:assumed-role/host/i-")
        with monkeypatch.context() as keys:
            keys.setenv("AWS_ACCESS_KEY_ID", eve.access_key.id)
            keys.setenv("AWS_SECRET_ACCESS_KEY", eve.access_key.secret)
            assert caller(boto3.Session(profile_name="environment")).endswith(":assumed-role/app/from-env")

    def test_a_role_that_the_world_does_not_have(self, aws: MockAWS) -> None:
        assert caller(boto3.Session(profile_name="app")) == ROOT
        assert [note.partition(" is not")[0] for note in aws.notes] == ["the profile 'app'"]

    def test_with_any_role(self) -> None:
        with mock_s3(roles="any") as world:
            world.profiles["base"] = world.account().create_user("eve")
            assert caller(boto3.Session(profile_name="app")).endswith(":assumed-role/app/ann")

    def test_a_principal_of_the_profile_itself_comes_first(self, aws: MockAWS) -> None:
        aws.account().create_role("app")
        aws.profiles["app"] = bob = aws.account().create_user("bob")
        assert caller(boto3.Session(profile_name="app")) == bob.arn

    def test_the_variable_for_the_profile(self, aws: MockAWS, monkeypatch: pytest.MonkeyPatch) -> None:
        aws.profiles["base"] = eve = aws.account().create_user("eve")
        aws.account().create_role("app", trust=trusting(eve.arn))
        monkeypatch.setenv("AWS_PROFILE", "base")
        assert caller() == eve.arn
        monkeypatch.setenv("AWS_PROFILE", "app")
        assert caller().endswith(":assumed-role/app/ann")
        monkeypatch.setenv("AWS_PROFILE", "process")
        assert caller() == ROOT

    def test_credentials_are_renewed(self, aws: MockAWS) -> None:
        with freeze_time("2026-03-01T12:00:00Z") as frozen:
            aws.profiles["base"] = eve = aws.account().create_user("eve")
            aws.account().create_role("app", trust=trusting(eve.arn))
            sts = boto3.Session(profile_name="app").client("sts", region_name="us-east-1")
            first = sts.get_caller_identity()["UserId"]
            frozen.tick(2 * 3600)
            assert sts.get_caller_identity()["UserId"] == first
            assert [call.operation for call in aws.calls].count("AssumeRole") == 2


class TestTokenFiles:
    @pytest.fixture
    def token(self, aws: MockAWS, tmp_path: Any) -> Any:
        provider = aws.oidc_provider("https://oidc.eks.us-east-1.amazonaws.com/id/ABC")
        statement = {
            "Effect": "Allow",
            "Principal": {"Federated": provider.arn},
            "Action": "sts:AssumeRoleWithWebIdentity",
        }
        aws.account().create_role("app", trust={"Version": "2012-10-17", "Statement": statement})
        path = tmp_path / "token"
        path.write_text(provider.token(sub="system:serviceaccount:default:app"))
        return path

    def test_the_variables_of_a_pod(self, aws: MockAWS, token: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(token))
        monkeypatch.setenv("AWS_ROLE_ARN", ROLE)
        monkeypatch.setenv("AWS_ROLE_SESSION_NAME", "pod")
        assert caller().endswith(":assumed-role/app/pod")
        assert caller(boto3).endswith(":assumed-role/app/pod"), "the default session"
        assert [call.operation for call in aws.calls][:2] == [
            "AssumeRoleWithWebIdentity",
            "GetCallerIdentity",
        ]
        token.write_text("not.a.token")
        with pytest.raises(ClientError, match="not a valid JWT"):
            caller()

    def test_a_profile_of_a_file_that_the_test_names(
        self, aws: MockAWS, token: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        own = tmp_path / "own"
        own.write_text(CONFIG.replace("TOKEN", str(token)))
        assert caller(boto3.Session(profile_name="web")) == ROOT, (
            "the machine's file, whose token is not read"
        )
        monkeypatch.setenv("AWS_CONFIG_FILE", str(own))
        assert caller(boto3.Session(profile_name="web")).endswith(":assumed-role/app/web")

    def test_keys_in_the_environment_come_first(
        self, aws: MockAWS, token: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        eve = aws.account().create_user("eve")
        monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(token))
        monkeypatch.setenv("AWS_ROLE_ARN", ROLE)
        with monkeypatch.context() as keys:
            keys.setenv("AWS_ACCESS_KEY_ID", eve.access_key.id)
            keys.setenv("AWS_SECRET_ACCESS_KEY", eve.access_key.secret)
            assert caller() == eve.arn

    def test_the_machines_variables_are_not_used(
        self, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "missing"))
        monkeypatch.setenv("AWS_ROLE_ARN", ROLE)
        with mock_s3():
            assert caller() == ROOT


class TestInstanceMetadata:
    @pytest.fixture
    def role(self, aws: MockAWS) -> Any:
        return aws.account().create_role("host", policies=ALL)

    def test_clients_use_the_role(self, aws: MockAWS, role: Any) -> None:
        assert caller() == ROOT
        aws.instance_profile(role)
        arn = "arn:aws:sts::123456789012:assumed-role/host/i-0123456789abcdef0"
        assert caller() == caller(boto3) == caller(boto3.Session(profile_name="nowhere")) == arn
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="data")
        role.put_policy(
            {
                "Version": "2012-10-17",
                "Statement": {"Effect": "Deny", "Action": "s3:ListBucket", "Resource": "*"},
            }
        )
        with pytest.raises(ClientError, match="assumed-role/host/i-.*explicit deny"):
            s3.list_objects_v2(Bucket="data")
        aws.instance_profile(None)
        assert caller() == ROOT

    def test_it_ends_with_the_snapshot_and_the_mock(self, aws: MockAWS, role: Any) -> None:
        mark = aws.snapshot()
        aws.instance_profile(role)
        aws.restore(mark)
        assert caller() == ROOT
        with mock_s3():
            assert caller() == ROOT

    def test_credentials_are_renewed(self, aws: MockAWS, role: Any) -> None:
        with freeze_time("2026-03-01T12:00:00Z") as frozen:
            aws.instance_profile(role)
            sts = boto3.client("sts", region_name="us-east-1")
            sts.get_caller_identity()
            for _ in range(4):
                frozen.tick(3 * 3600)
                assert ":assumed-role/host/" in sts.get_caller_identity()["Arn"]

    @pytest.mark.parametrize("library", [requests, httpx])
    def test_the_endpoints_by_other_libraries(self, aws: MockAWS, role: Any, library: Any) -> None:
        aws.instance_profile(role)
        url = f"{IMDS}/meta-data/iam/security-credentials/"
        ttl = {"X-aws-ec2-metadata-token-ttl-seconds": "21600"}
        token = library.put(f"{IMDS}/api/token", headers=ttl)
        assert (token.status_code, token.headers["X-aws-ec2-metadata-token-ttl-seconds"]) == (200, "21600")
        headers = {"X-aws-ec2-metadata-token": token.text}
        assert library.get(url, headers=headers).text == "host"
        found = library.get(f"{url}host", headers=headers).json()
        assert (found["Code"], found["Type"]) == ("Success", "AWS-HMAC")
        assert found["AccessKeyId"].startswith("ASIA")
        assert library.get(f"{IMDS}/meta-data/placement/region", headers=headers).text == "us-east-1"
        profile = library.get(f"{IMDS}/meta-data/iam/info", headers=headers).json()["InstanceProfileArn"]
        assert profile == "arn:aws:iam::123456789012:instance-profile/host"
        document = library.get(f"{IMDS}/dynamic/instance-identity/document", headers=headers).json()
        assert document["accountId"] == "123456789012"
        for call, status in (
            (library.get(url), 401),
            (library.get(f"{url}other", headers=headers), 404),
            (library.put(url, headers=headers), 405),
            (library.get(f"{IMDS}/api/token"), 405),
            (library.put(f"{IMDS}/api/token"), 400),
            (
                library.put(
                    f"{IMDS}/api/token", headers={**ttl, "X-aws-ec2-metadata-token-ttl-seconds": "21601"}
                ),
                400,
            ),
        ):
            assert call.status_code == status

    def test_without_a_role_it_is_blocked(self, aws: MockAWS, role: Any) -> None:
        with pytest.raises(RealAWSCallBlocked, match=r"imds.*\n.*aws.instance_profile\(role\)"):
            requests.get(f"{IMDS}/meta-data/", timeout=5)

    def test_what_it_cannot_be(self, aws: MockAWS, role: Any) -> None:
        with pytest.raises(Mocks3Error, match="a role, like"):
            aws.instance_profile(aws.account().create_user("eve"))  # type: ignore[arg-type]
        aws.instance_profile(role)
        aws.client("iam").delete_role_policy(RoleName="host", PolicyName="inline")
        aws.client("iam").delete_role(RoleName="host")
        with pytest.raises(Mocks3Error, match="role/host, was deleted"):
            requests.get(f"{IMDS}/meta-data/instance-id", headers=token_headers(), timeout=5)


def token_headers() -> dict[str, str]:
    answer = requests.put(
        f"{IMDS}/api/token", headers={"X-aws-ec2-metadata-token-ttl-seconds": "60"}, timeout=5
    )
    return {"X-aws-ec2-metadata-token": answer.text}


class TestContainers:
    @pytest.fixture
    def role(self, aws: MockAWS) -> Any:
        role = aws.account().create_role("task", policies=ALL)
        aws.instance_profile(role)
        return role

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/abc"),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"),
        ],
    )
    def test_the_variables_of_a_container(
        self, aws: MockAWS, role: Any, monkeypatch: pytest.MonkeyPatch, name: str, value: str
    ) -> None:
        monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "pod-token")
        credentials = botocore.session.Session().get_credentials()
        assert credentials.method == "container-role"
        assert caller().startswith("arn:aws:sts::123456789012:assumed-role/task/")
        url = f"http://169.254.170.2{value}" if value.startswith("/") else value
        found = requests.get(url, timeout=5).json()
        assert (found["RoleArn"], found["AccountId"]) == (role.arn, "123456789012")
        assert set(found) >= {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"}
        assert requests.post(url, timeout=5).status_code == 405

    def test_without_a_role_it_is_blocked(self, aws: MockAWS, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/abc")
        with pytest.raises(RealAWSCallBlocked, match=r"aws.instance_profile\(role\)"):
            caller()


def test_sso_is_refused_by_name(aws: MockAWS, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert caller(boto3.Session(profile_name="sso")) == ROOT, "the machine's file"
    own = tmp_path / "own"
    own.write_text(CONFIG)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(own))
    with pytest.raises(NotSupported, match=r"IAM Identity Center \(SSO\), which the profile 'sso' uses"):
        caller(boto3.Session(profile_name="sso"))
    aws.profiles["sso"] = eve = aws.account().create_user("eve")
    assert caller(boto3.Session(profile_name="sso")) == eve.arn


def test_a_process_is_never_started(aws: MockAWS, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = tmp_path / "ran"
    own = tmp_path / "own"
    own.write_text(f"[profile process]\ncredential_process = touch {ran}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(own))
    session = boto3.Session(profile_name="process")
    assert caller(session) == ROOT
    provider = session._session.get_component("credential_provider").get_provider("custom-process")
    with pytest.raises(CredentialRetrievalError, match="does not run a credential_process"):
        provider._retrieve_credentials_using(f"touch {ran}")
    assert not ran.exists()


def test_nothing_is_left_after_the_mock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED", raising=False)
    session = botocore.session.Session(profile="app")
    with mock_s3() as world:
        world.profiles["base"] = eve = world.account().create_user("eve")
        world.account().create_role("app", trust=trusting(eve.arn))
        assert session.get_credentials().method == "assume-role"
        assert "role_arn" not in json.dumps(session.full_config), "only the provider sees it"
    assert session.full_config["profiles"]["app"]["role_arn"] == ROLE
    provider = session.get_component("credential_provider").get_provider("assume-role")
    assert not getattr(provider, "_loaded_config", None)
    assert "AWS_EC2_METADATA_DISABLED" not in os.environ


def test_how_long_the_credentials_of_an_instance_last(aws: MockAWS) -> None:
    with freeze_time("2026-03-01T12:00:00Z"):
        aws.instance_profile(aws.account().create_role("host"))
        url = f"{IMDS}/meta-data/iam/security-credentials/host"
        found = requests.get(url, headers=token_headers(), timeout=5).json()
        assert found["LastUpdated"] == "2026-03-01T12:00:00Z"
        assert datetime.datetime.fromisoformat(found["Expiration"]).hour == 18

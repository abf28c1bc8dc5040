"""The machine's credentials: none is read, run, used or shown while a mock is open (SECURITY.md)."""

from __future__ import annotations

import json
import logging
import sys

import boto3
import botocore.configloader
import botocore.credentials
import botocore.session
import botocore.tokens
import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials, DeferredRefreshableCredentials, RefreshableCredentials
from botocore.exceptions import ClientError
from freezegun import freeze_time

from mocks3 import MockAWS, Mocks3Error, RealAWSCallBlocked, mock_s3

KEYS = ("AKIAREALPROD00000000", "AKIAREALBASE00000000", "AKIAREALPROC00000000")
SECRETS = (*KEYS, "REALSECRET", "REALTOKEN")
ROOT = "arn:aws:iam::123456789012:root"
MASKED = "AKIA" + "*" * 16

CREDENTIALS = f"""
[prod]
aws_access_key_id = {KEYS[0]}
aws_secret_access_key = REALSECRET
aws_session_token = REALTOKEN
[base]
aws_access_key_id = {KEYS[1]}
aws_secret_access_key = REALSECRET
"""
CONFIG = """
[profile process]
credential_process = {program}
region = eu-west-3
[profile assume]
role_arn = arn:aws:iam::999999999999:role/real
source_profile = base
[profile metadata]
role_arn = arn:aws:iam::999999999999:role/real
credential_source = Ec2InstanceMetadata
[profile web]
role_arn = arn:aws:iam::999999999999:role/real
web_identity_token_file = {folder}/token
[profile sso]
sso_start_url = https://d-1.awsapps.com/start
sso_region = us-east-1
sso_account_id = 999999999999
sso_role_name = real
[profile login]
login_session = arn:aws:iam::999999999999:user/real
[profile plain]
aws_access_key_id = AKIAREALPROD00000000
aws_secret_access_key = REALSECRET
[sso-session real]
sso_start_url = https://d-1.awsapps.com/start
sso_region = us-east-1
"""
PROFILES = ["prod", "base", "process", "assume", "metadata", "web", "sso", "login", "plain", "nowhere"]


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """A machine with credentials of every kind. Gives the file that its credential_process leaves behind."""
    ran = tmp_path / "ran"
    printed = {"Version": 1, "AccessKeyId": KEYS[2], "SecretAccessKey": "REALSECRET"}
    program = tmp_path / "program.py"
    program.write_text(f"open({str(ran)!r}, 'w').close()\nprint({json.dumps(printed)!r})\n")
    (tmp_path / "token").write_text("REALTOKEN")
    (tmp_path / "config").write_text(CONFIG.format(program=f"{sys.executable} {program}", folder=tmp_path))
    (tmp_path / "credentials").write_text(CREDENTIALS)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    return ran


@pytest.fixture
def opened(monkeypatch):
    """The names of the files that botocore has read."""
    found = []
    parse = botocore.configloader.raw_config_parse

    def parsed(name, *args, **kwargs):
        found.append(name.rpartition("/")[2])
        return parse(name, *args, **kwargs)

    monkeypatch.setattr(botocore.configloader, "raw_config_parse", parsed)
    return found


def caller(session):
    return session.client("sts", region_name="us-east-1").get_caller_identity()["Arn"]


def shown(aws):
    """All that an AWS keeps and says."""
    return repr((aws.calls, aws.decisions, [str(each) for each in aws.decisions], aws.notes, aws.profiles))


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_nobody_mentioned_has_the_ambient_credentials_and_a_note(profile, machine, opened, caplog):
    with caplog.at_level(logging.DEBUG), mock_s3() as aws:
        session = boto3.Session(profile_name=profile)
        assert session.get_credentials().access_key == aws.ambient_key.id
        assert caller(session) == ROOT
        session.client("s3", region_name="us-east-1").create_bucket(Bucket="data")
        assert [note.partition(" is not")[0] for note in aws.notes] == [f"the profile {profile!r}"]
        text = shown(aws)
    assert not machine.exists()
    assert "credentials" not in opened
    assert not [secret for secret in SECRETS if secret in text + caplog.text]


def test_profiles_are_principals():
    with mock_s3(profiles={"prod": "ops:role/reader", "base": "user/eve", "new": "ops:root"}) as aws:
        ops = aws.account("111122223333", name="ops")
        ops.create_role("reader")
        eve = aws.account().create_user("eve")
        assert caller(boto3.Session(profile_name="base")) == eve.arn
        assert caller(boto3.Session(profile_name="new")) == "arn:aws:iam::111122223333:root"
        arn = "arn:aws:sts::111122223333:assumed-role/reader/prod"
        assert caller(boto3.Session(profile_name="prod")) == arn
        assert caller(botocore_session("prod")) == arn
        with pytest.raises(
            ClientError, match="reader/prod is not authorized to perform: s3:ListAllMyBuckets"
        ):
            boto3.Session(profile_name="prod").client("s3").list_buckets()
        assert set(boto3.Session().available_profiles) >= {"prod", "base", "new", "process"}
        assert aws.notes == []


def botocore_session(profile):
    session = botocore.session.Session(profile=profile)
    session.client = session.create_client
    return session


def test_profiles_are_assigned_later_and_restored():
    with mock_s3(profiles={"prod": "user/eve"}) as aws:
        eve, bob = (aws.account().create_user(name) for name in ("eve", "bob"))
        role = aws.account().create_role("r")
        mark = aws.snapshot()
        aws.profiles["prod"] = bob
        aws.profiles["a"] = role
        aws.profiles["b c/ü"] = "role/r"
        assert caller(boto3.Session(profile_name="prod")) == bob.arn
        assert caller(boto3.Session(profile_name="a")).endswith(":assumed-role/r/a-")
        assert caller(boto3.Session(profile_name="b c/ü")).endswith(":assumed-role/r/b-c--")
        first = boto3.Session(profile_name="a").get_credentials().access_key
        assert boto3.Session(profile_name="a").get_credentials().access_key == first
        assert dict(aws.profiles) == {"prod": bob, "a": role, "b c/ü": "role/r"}
        del aws.profiles["prod"]
        assert caller(boto3.Session(profile_name="prod")) == eve.arn
        caller(boto3.Session(profile_name="other"))
        assert len(aws.notes) == 1
        aws.restore(mark)
        assert (dict(aws.profiles), aws.notes) == ({"prod": "user/eve"}, [])
        assert caller(boto3.Session(profile_name="prod")) == eve.arn


def test_a_role_session_that_expired_is_made_anew():
    with freeze_time("2026-01-01") as frozen, mock_s3() as aws:
        aws.profiles["prod"] = aws.account().create_role("r")
        assert caller(boto3.Session(profile_name="prod")).endswith("/r/prod")
        frozen.tick(2 * 3600)
        assert caller(boto3.Session(profile_name="prod")).endswith("/r/prod")


def test_a_principal_of_another_aws_is_its_namesake_here():
    other = MockAWS()
    role = other.account().create_role("reader")
    with mock_s3(profiles={"prod": role}) as aws:
        with pytest.raises(
            Mocks3Error, match=r"profiles\['prod'\]: there is no principal 'arn:aws:iam::.*reader'"
        ):
            caller(boto3.Session(profile_name="prod"))
        aws.account().create_role("reader")
        assert caller(boto3.Session(profile_name="prod")).endswith(":assumed-role/reader/prod")


def test_what_profiles_cannot_be():
    for wrong, sentence in {
        ("prod",): "must be a dict of profile names to principals",
        (("prod", 7),): "must be a principal with credentials, or a string like",
        (("prod", ""),): "must be a principal with credentials",
        (("", "user/eve"),): "the name of a profile must be a string that is not empty, not ''",
    }.items():
        options = dict(wrong) if isinstance(wrong[0], tuple) else list(wrong)
        with pytest.raises(Mocks3Error, match=sentence):
            mock_s3(profiles=options)
    with mock_s3() as aws, pytest.raises(Mocks3Error, match="not Anonymous"):
        aws.profiles["prod"] = aws.anonymous
    with mock_s3(profiles={"prod": "user/evee"}) as aws:
        aws.account().create_user("eve")
        with pytest.raises(Mocks3Error, match=r"there is no principal 'user/evee'; did you mean 'user/eve'"):
            boto3.Session(profile_name="prod").client("s3")


def test_the_default_profile_is_ambient_unless_it_is_given_to_somebody():
    with mock_s3() as aws:
        assert caller(boto3.Session(profile_name="default")) == ROOT
        assert aws.notes == []
        aws.profiles["default"] = eve = aws.account().create_user("eve")
        assert caller(boto3.Session(profile_name="default")) == eve.arn
        assert caller(boto3.Session()) == ROOT


def test_settings_are_read_and_credentials_left_out():
    with mock_s3():
        session = botocore.session.Session(profile="process")
        assert session.get_scoped_config() == {"region": "eu-west-3"}
        assert session.full_config["profiles"]["plain"] == {}
        assert "REALSECRET" not in json.dumps(session.full_config)
        assert "sso" not in json.dumps(session.full_config["profiles"]["sso"])
    assert "REALSECRET" not in json.dumps(MockAWS().session()._session.full_config)


# Sessions and clients of before.


def test_a_session_of_before_finds_the_machines_again_after():
    before = boto3.Session(profile_name="prod")
    later = boto3.Session(profile_name="base")
    assert before.get_credentials().access_key == KEYS[0]
    with mock_s3() as aws:
        inside = boto3.Session(profile_name="prod")
        for session in (before, later, inside):
            assert session.get_credentials().access_key == aws.ambient_key.id
            assert caller(session) == ROOT
    assert before.get_credentials().access_key == KEYS[0]
    assert later.get_credentials().access_key == KEYS[1]
    assert inside.get_credentials().access_key == KEYS[0]


def test_a_client_of_before_signs_with_the_ambient_key(monkeypatch):
    real = boto3.Session(profile_name="prod").client("s3", region_name="us-east-1")
    with mock_s3() as aws:
        aws.account().create_bucket("data", objects={"k": b"x"})
        url = real.generate_presigned_url("get_object", Params={"Bucket": "data", "Key": "k"})
        form = real.generate_presigned_post("data", "k")
        assert aws.ambient_key.id in url
        assert requests.get(url, timeout=5).content == b"x"
        real.list_buckets()
        text = shown(aws) + url + repr(form)
        assert not [secret for secret in SECRETS if secret in text]
        eve = aws.account().create_user("eve")
        key = eve.access_key
        own = boto3.client("sts", "us-east-1", aws_access_key_id=key.id, aws_secret_access_key=key.secret)
        assert own.get_caller_identity()["Arn"] == eve.arn
    assert KEYS[0] in real.generate_presigned_url("get_object", Params={"Bucket": "data", "Key": "k"})


def test_nothing_is_fetched_for_a_client_of_before(machine):
    clients = [
        boto3.Session(profile_name=profile).client("s3", region_name="us-east-1") for profile in ("assume",)
    ]
    fetched = []

    def fetch():
        fetched.append(1)
        return {"access_key": KEYS[2], "secret_key": "x", "token": "t", "expiry_time": "2020-01-01T00:00:00Z"}

    session = botocore.session.Session()
    for method in ("custom-process", "sso", "iam-role", "container-role"):
        session._credentials = DeferredRefreshableCredentials(fetch, method)
        clients.append(session.create_client("s3", region_name="us-east-1"))
    expired = RefreshableCredentials.create_from_metadata(
        {"access_key": KEYS[2], "secret_key": "x", "token": "t", "expiry_time": "2020-01-01T00:00:00Z"},
        fetch,
        "custom-process",
    )
    session._credentials = expired
    clients.append(session.create_client("s3", region_name="us-east-1"))
    for strict in (False, True):
        with mock_s3(strict=strict):
            for client in clients:
                if strict:
                    with pytest.raises(ClientError) as raised:
                        client.list_buckets()
                    assert raised.value.response["Error"]["AWSAccessKeyId"].endswith("*" * 16)
                else:
                    client.list_buckets()
    assert fetched == []
    assert not machine.exists()


def allows(action, resource=None, **elements):
    statement = {"Effect": "Allow", "Action": action, **elements}
    return {"Statement": statement if resource is None else {**statement, "Resource": resource}}


def test_credentials_of_code_under_test_are_fetched():
    with mock_s3() as aws:
        eve = aws.account().create_user("eve", policies=[allows("sts:AssumeRole", "*")])
        role = aws.account().create_role("app", trust=allows("sts:AssumeRole", Principal={"AWS": eve.arn}))
        key = eve.access_key
        fetcher = botocore.credentials.AssumeRoleCredentialFetcher(
            botocore.session.Session().create_client,
            Credentials(key.id, key.secret),
            role.arn,
            {"RoleSessionName": "own"},
        )
        session = botocore.session.Session()
        session._credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
        found = session.create_client("sts", region_name="us-east-1").get_caller_identity()["Arn"]
        assert found.endswith(":assumed-role/app/own")


def test_providers_by_themselves(machine):
    session = botocore.session.Session(profile="process")
    provider = session.get_component("credential_provider").get_provider("custom-process")
    with mock_s3() as aws:
        assert provider.load().access_key == aws.ambient_key.id
        with pytest.raises(
            botocore.exceptions.CredentialRetrievalError, match="does not run a credential_process"
        ):
            provider._retrieve_credentials_using(f"{sys.executable} -c pass")
        assert botocore.tokens.SSOTokenProvider(session).load_token() is None
    assert not machine.exists()


def test_every_provider_of_botocores_is_replaced():
    classes = [
        each
        for each in vars(botocore.credentials).values()
        if isinstance(each, type) and issubclass(each, botocore.credentials.CredentialProvider)
    ]
    before = {each: vars(each).get("load") for each in classes}
    with mock_s3():
        kept = {each.__name__ for each in classes if each.load is before[each]}
    assert kept == {"CredentialProvider", "EnvProvider"}
    assert {each: vars(each).get("load") for each in classes} == before


def test_a_provider_of_the_users_own_is_asked():
    class Own(botocore.credentials.CredentialProvider):
        METHOD = CANONICAL_NAME = "own"

        def load(self):
            return Credentials(key.id, key.secret, key.token, method="own")

    session = botocore.session.Session()
    session.get_component("credential_provider").insert_before("env", Own())
    with mock_s3() as aws:
        eve = aws.account().create_user("eve")
        key = eve.access_key
        assert session.create_client("sts", region_name="us-east-1").get_caller_identity()["Arn"] == eve.arn


def test_what_is_let_through_is_signed_as_its_client_would():
    real = boto3.Session(profile_name="prod").client("kms", region_name="us-east-1")
    url = {"ClientMethod": "list_keys", "Params": {}}
    with mock_s3(passthrough=["kms"]):
        assert KEYS[0] in real.generate_presigned_url(**url)
    with mock_s3():
        assert KEYS[0] not in real.generate_presigned_url(**url)


# What is shown of keys that come by other ways.


def signed_by_hand(key, url="https://data.s3.us-east-1.amazonaws.com/k", token="REALTOKEN", **headers):
    request = AWSRequest("GET", url, headers={"x-amz-content-sha256": "UNSIGNED-PAYLOAD", **headers})
    SigV4Auth(Credentials(key, "REALSECRET", token), "s3", "us-east-1").add_auth(request)
    return dict(request.headers)


def test_a_strange_key_is_masked_under_strict():
    url = "https://data.s3.us-east-1.amazonaws.com/k"
    prod = boto3.Session(profile_name="prod").client("s3", region_name="us-east-1")
    with mock_s3(strict=True) as aws:
        aws.account().create_bucket("data", objects={"k": b"x"})
        with pytest.raises(ClientError) as raised:
            prod.get_object(Bucket="data", Key="k")
        assert raised.value.response["Error"]["Code"] == "InvalidAccessKeyId"
        assert raised.value.response["Error"]["AWSAccessKeyId"] == MASKED
        answer = requests.get(url, headers=signed_by_hand(KEYS[0]), timeout=5)
        assert answer.status_code == 403
        assert f"<AWSAccessKeyId>{MASKED}</AWSAccessKeyId>" in answer.text
        assert caller(boto3.Session(profile_name="prod")) == ROOT
        text = answer.text + shown(aws)
    assert not [secret for secret in SECRETS if secret in text]


SHOWN = [
    lambda key: ({"Authorization": f"AWS3 {key}:x"}, ""),
    lambda key: (signed_by_hand(key), f"?X-Amz-Credential={key}/20260101/us-east-1/s3/aws4_request"),
    lambda key: (
        {
            "Authorization": f"AWS4-HMAC-SHA256 Credential=x/{key}/us-east-1/s3/aws4_request,"
            "SignedHeaders=a,Signature=b"
        },
        "",
    ),
]


@pytest.mark.parametrize("ask", SHOWN, ids=["another scheme", "two mechanisms", "the date"])
def test_errors_that_show_what_was_sent_mask_it(ask):
    with mock_s3() as aws:
        for key, seen in ((KEYS[0], MASKED), (aws.ambient_key.id, aws.ambient_key.id)):
            headers, query = ask(key)
            answer = requests.get(
                f"https://data.s3.us-east-1.amazonaws.com/k{query}", headers=headers, timeout=5
            )
            assert answer.status_code == 400
            assert seen in answer.text
            assert KEYS[0] not in answer.text


def test_errors_of_other_services_mask_it():
    with mock_s3():
        answer = requests.post(
            "https://sts.us-east-1.amazonaws.com/",
            data={"Action": "GetCallerIdentity", "Version": "2011-06-15"},
            headers={"Authorization": f"AWS4-HMAC-SHA256 Credential={KEYS[0]}/x"},
            timeout=5,
        )
    assert answer.status_code == 400
    assert MASKED in answer.text
    assert KEYS[0] not in answer.text


def test_a_call_that_is_blocked_masks_it():
    url = f"https://sqs.us-east-1.amazonaws.com/?X-Amz-Credential={KEYS[0]}%2F2026&X-Amz-Security-Token=REALTOKEN&a=b"
    with mock_s3(), pytest.raises(RealAWSCallBlocked) as raised:
        requests.get(url, timeout=5)
    stars = "*" * 16
    assert raised.value.url.endswith(f"?X-Amz-Credential={MASKED}%2F2026&X-Amz-Security-Token={stars}&a=b")
    assert not [secret for secret in SECRETS if secret in str(raised.value)]


def test_access_logs_mask_it():
    with mock_s3() as aws:
        account = aws.account()
        account.create_bucket("data", objects={"k": b"x"})
        account.create_bucket(
            "logs",
            policy={
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"Service": "logging.s3.amazonaws.com"},
                    "Action": "s3:PutObject",
                    "Resource": "arn:aws:s3:::logs/*",
                }
            },
        )
        s3 = aws.client()
        s3.put_bucket_logging(
            Bucket="data",
            BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": ""}},
        )
        real = Credentials(KEYS[0], "REALSECRET", "REALTOKEN")
        client = boto3.client("s3", "us-east-1")
        signer = botocore.auth.S3SigV4QueryAuth(real, "s3", "us-east-1")
        request = AWSRequest("GET", "https://data.s3.us-east-1.amazonaws.com/k")
        signer.add_auth(request)
        assert KEYS[0] in request.url
        assert requests.get(request.url, timeout=5).content == b"x"
        lines = "".join(
            client.get_object(Bucket="logs", Key=each["Key"])["Body"].read().decode()
            for each in client.list_objects_v2(Bucket="logs").get("Contents", [])
        )
        assert "X-Amz-Credential" in lines
        assert not [secret for secret in SECRETS if secret in lines]
        assert MASKED in lines

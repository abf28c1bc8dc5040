"""Calls that S3, STS and KMS refuse: one for each error and for each rule, through boto3 and through requests.

``CASES`` has for each the row of the catalogue, what refuses it (``by``), and words of the reason.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import boto3
import requests
from botocore import UNSIGNED
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from freezegun import freeze_time

from mocks3.access import bucket_checks
from mocks3.access.access_points import object_lambdas, request_checks
from mocks3.access.iam import authorizing
from mocks3.access.kms import calls as kms_calls
from mocks3.errors import refusals as rows
from mocks3.iam import root_access
from mocks3.iam.faults import INVALID_CODE
from mocks3.identity import account_status, error_formats
from mocks3.organizations import lookup as organizations
from mocks3.s3control import access_grants_errors
from mocks3.storage.kms import faults
from mocks3.sts import operations as sts
from mocks3.sts import web_identity_tokens

from .asking import allow

NOW = "2026-11-10T12:00:00Z"
KEY_BYTES = b"0123456789abcdef0123456789abcdef"
V4 = Config(signature_version="s3v4")
ONCE = Config(retries={"total_max_attempts": 1})
ENDPOINT = "https://s3.us-east-1.amazonaws.com"


class World(NamedTuple):
    """The in-memory AWS of a case: account A with the bucket ``bkt`` and the object ``k``, and account B."""

    aws: Any
    a: Any
    b: Any
    s3: Any
    bucket: Any


class Case(NamedTuple):
    """A refused call: the row of its error, what refuses it, words of the reason, and the function that makes it."""

    row: Any
    by: str
    words: str
    call: Callable[[World], Any]


CASES: dict[str, Case] = {}


def case(row: Any, by: str, words: str) -> Callable[[Callable[[World], Any]], Callable[[World], Any]]:
    def register(call: Callable[[World], Any]) -> Callable[[World], Any]:
        CASES[call.__name__] = Case(row, by, words, call)
        return call

    return register


def signed_put(key: Any, body: bytes = b"", **headers: str) -> requests.Response:
    """Send a signed PUT of ``bkt/new``, with headers that were added after it was signed."""
    request = AWSRequest("PUT", f"{ENDPOINT}/bkt/new", data=body)
    S3SigV4Auth(Credentials(key.id, key.secret), "s3", "us-east-1").add_auth(request)
    sent = dict(request.headers.items()) | {name.replace("_", "-"): text for name, text in headers.items()}
    return requests.put(request.url, data=body, headers=sent, timeout=5)


def presigned(world: World, version: str = "s3v4", **params: Any) -> str:
    client = world.a.root.client("s3", region_name="us-east-1", config=Config(signature_version=version))
    return str(client.generate_presigned_url("get_object", Params={"Bucket": "bkt", "Key": "k"}, **params))


def without(url: str, name: str) -> str:
    parts = urlsplit(url)
    return parts._replace(query=urlencode([p for p in parse_qsl(parts.query) if p[0] != name])).geturl()


# Policies


@case(rows.DENIED_BY_POLICIES, "identity", "no identity policy")
def policies(w: World) -> Any:
    w.a.create_user("eve").client("s3").get_object(Bucket="bkt", Key="k")


@case(rows.DENIED_BY_POLICIES, "identity", "the trust policy does not allow it either")
def assuming_a_role_that_trusts_others(w: World) -> Any:
    role = w.a.create_role("reader", trust=_trust("222222222222"))
    w.a.create_user("eve").client("sts").assume_role(RoleArn=role.arn, RoleSessionName="session")


@case(kms_calls.DENIED, "identity", "key policy")
def a_key_by_kms_itself(w: World) -> Any:
    key = w.a.create_kms_key()
    w.a.create_user("eve").client("kms").describe_key(KeyId=key.arn)


@case(object_lambdas.LAMBDA_PERMISSION_ERROR, "identity", "no identity policy")
def a_function(w: World) -> Any:
    point = _object_lambda(w, lambda event: None)
    eve = w.a.create_user("eve", policies=allow("s3-object-lambda:*"))
    eve.client("s3", config=ONCE).get_object(Bucket=point.arn, Key="k")


# Who sent the request


@case(rows.INVALID_ACCESS_KEY_ID, "signature", "was deleted")
def a_deleted_user(w: World) -> Any:
    eve = w.a.create_user("eve")
    client = eve.client("s3")
    eve.delete()
    client.get_object(Bucket="bkt", Key="k")


@case(rows.INVALID_ACCESS_KEY_ID, "signature", "is inactive")
def an_inactive_key(w: World) -> Any:
    eve = w.a.create_user("eve")
    eve.deactivate_key()
    return signed_put(eve.access_key)


@case(rows.SIGNATURE_DOES_NOT_MATCH, "signature", "with the secret of AKIA")
def a_wrong_secret(w: World) -> Any:
    key = w.a.create_user("eve").access_key
    _client("s3", key.id, "wrong").get_object(Bucket="bkt", Key="k")


@case(rows.SIGNATURE_DOES_NOT_MATCH, "signature", "with the secret of AKIA")
def a_wrong_secret_of_version_2(w: World) -> Any:
    key = w.a.create_user("eve").access_key
    _client("s3", key.id, "wrong", config=Config(signature_version="s3")).get_object(Bucket="bkt", Key="k")


@case(rows.REQUEST_TIME_TOO_SKEWED, "signature", "more than 15 minutes")
def a_wrong_clock(w: World) -> Any:
    return requests.get(f"{ENDPOINT}/bkt/k", headers=_old_headers(w, "s3", "GET", "/bkt/k"), timeout=5)


@case(rows.EXPIRED_TOKEN, "signature", "temporary credentials ended at")
def an_expired_session(w: World) -> Any:
    with freeze_time(NOW) as clock:
        session = w.a.create_role("r", policies=allow()).assume(session_name="s")
        clock.tick(datetime.timedelta(hours=2))
        session.client("s3").get_object(Bucket="bkt", Key="k")


@case(rows.INVALID_TOKEN, "signature", "no session token")
def a_session_without_its_token(w: World) -> Any:
    key = w.a.create_role("r", policies=allow()).assume(session_name="s").access_key
    _client("s3", key.id, key.secret).get_object(Bucket="bkt", Key="k")


@case(rows.INVALID_TOKEN, "signature", "long-term key")
def a_user_with_a_token(w: World) -> Any:
    key = w.a.create_user("eve").access_key
    _client("s3", key.id, key.secret, aws_session_token="t").get_object(Bucket="bkt", Key="k")


@case(rows.AUTHORIZATION_HEADER_MALFORMED, "signature", "signed for|the region 'eu-west-1' is wrong")
def a_wrong_region(w: World) -> Any:
    key = w.a.root.access_key
    headers = dict(_signed_headers(key, "GET", f"{ENDPOINT}/bkt/k", region="eu-west-1"))
    return requests.get(f"{ENDPOINT}/bkt/k", headers=headers, timeout=5)


@case(rows.MISSING_DATE, "signature", "which is not a date")
def a_wrong_date(w: World) -> Any:
    return signed_put(w.a.root.access_key, X_Amz_Date="yesterday")


@case(rows.UNSIGNED_HEADERS, "signature", "x-amz-acl, which the signature does not cover")
def an_unsigned_header(w: World) -> Any:
    return signed_put(w.a.root.access_key, x_amz_acl="private")


@case(rows.AUTHORIZATION_QUERY_ERROR, "signature", "X-Amz-Date")
def an_incomplete_presigned_url(w: World) -> Any:
    return requests.get(without(presigned(w), "X-Amz-Date"), timeout=5)


@case(rows.REQUEST_EXPIRED, "signature", "was valid until 2026-11-10T12:01:00Z")
def an_expired_url(w: World) -> Any:
    with freeze_time(NOW) as clock:
        url = presigned(w, ExpiresIn=60)
        clock.tick(61)
        return requests.get(url, timeout=5)


@case(rows.REQUEST_EXPIRED, "signature", "was valid until 2026-11-10T12:01:00Z")
def an_expired_url_of_version_2(w: World) -> Any:
    with freeze_time(NOW) as clock:
        url = presigned(w, "s3", ExpiresIn=60)
        clock.tick(61)
        return requests.get(url, timeout=5)


@case(rows.REQUEST_NOT_YET_VALID, "signature", "signed for 20261110T120000Z")
def a_url_of_tomorrow(w: World) -> Any:
    with freeze_time(NOW) as clock:
        url = presigned(w)
        clock.tick(datetime.timedelta(days=-1))
        return requests.get(url, timeout=5)


@case(rows.INCOMPLETE_QUERY_SIGNATURE, "signature", "no Expires")
def a_url_without_expires(w: World) -> Any:
    return requests.get(without(presigned(w, "s3"), "Expires"), timeout=5)


@case(rows.INVALID_EXPIRY, "signature", "'soon'")
def a_url_that_expires_soon(w: World) -> Any:
    return requests.get(without(presigned(w, "s3"), "Expires") + "&Expires=soon", timeout=5)


@case(rows.SEVERAL_MECHANISMS, "signature", "another one in its query")
def two_signatures(w: World) -> Any:
    return requests.get(presigned(w), headers={"Authorization": "AWS a:b"}, timeout=5)


@case(rows.UNSUPPORTED_AUTHORIZATION, "signature", "'Bearer'")
def a_bearer_token(w: World) -> Any:
    return requests.get(f"{ENDPOINT}/bkt/k", headers={"Authorization": "Bearer t"}, timeout=5)


@case(rows.MALFORMED_V2_HEADER, "signature", "KEY:SIGNATURE")
def a_malformed_header_of_version_2(w: World) -> Any:
    return requests.get(f"{ENDPOINT}/bkt/k", headers={"Authorization": "AWS key"}, timeout=5)


@case(rows.SIGNATURE_V4_NEEDED, "signature", "eu-central-1 accepts only Version 4")
def version_2_in_a_newer_region(w: World) -> Any:
    w.a.create_bucket("bkt-frankfurt", region="eu-central-1", objects={"k": b""})
    client = w.a.root.client("s3", region_name="eu-central-1", config=Config(signature_version="s3"))
    client.get_object(Bucket="bkt-frankfurt", Key="k")


@case(rows.INVALID_CHUNK_SIZE, "body-signature", "fewer than 8192 bytes")
def a_small_chunk(w: World) -> Any:
    headers = {
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": "2",
        "content-encoding": "aws-chunked",
    }
    key = w.a.root.access_key
    request = AWSRequest("PUT", f"{ENDPOINT}/bkt/new", headers=headers)
    signer = S3SigV4Auth(Credentials(key.id, key.secret), "s3", "us-east-1")
    signer.payload = lambda request: headers["x-amz-content-sha256"]
    signer.add_auth(request)
    body = b"1\r\na\r\n1\r\nb\r\n0\r\n\r\n"
    return requests.put(request.url, data=body, headers=dict(request.headers.items()), timeout=5)


@case(
    rows.FORM_POLICY_DENIES, "form-policy", "wants 'private' in the field acl, and the form has 'public-read'"
)
def a_form_with_another_acl(w: World) -> Any:
    return _form(w, {"acl": "private"}, [{"acl": "private"}], acl="public-read")


@case(rows.FORM_POLICY_DENIES, "form-policy", "no condition of the form's policy names the field tagging")
def a_form_with_another_field(w: World) -> Any:
    return _form(w, {}, [], tagging="t")


@case(rows.FORM_POLICY_DENIES, "form-policy", "was valid until")
def an_expired_form(w: World) -> Any:
    with freeze_time(NOW) as clock:
        form = w.s3.generate_presigned_post("bkt", "new", ExpiresIn=60)
        clock.tick(61)
        return requests.post(form["url"], data=form["fields"], files={"file": b""}, timeout=5)


@case(rows.UNSIGNED_CALL, "unsigned", "never accepts this operation unsigned")
def an_unsigned_acl(w: World) -> Any:
    w.aws.anonymous.client("s3").put_object_acl(Bucket="bkt", Key="k", ACL="private")


@case(error_formats.QUERY.unsigned, "unsigned", "sts has no anonymous callers")
def an_unsigned_call_of_sts(w: World) -> Any:
    url = "https://sts.us-east-1.amazonaws.com/"
    return requests.post(url, data={"Action": "GetCallerIdentity", "Version": "2011-06-15"}, timeout=5)


@case(error_formats.QUERY.unknown_key, "signature", "was deleted")
def a_deleted_user_at_sts(w: World) -> Any:
    eve = w.a.create_user("eve")
    client = eve.client("sts")
    eve.delete()
    client.get_caller_identity()


@case(error_formats.QUERY.expired, "signature", "temporary credentials ended at")
def an_expired_session_at_sts(w: World) -> Any:
    with freeze_time(NOW) as clock:
        session = w.a.create_role("r", policies=allow()).assume(session_name="s")
        clock.tick(datetime.timedelta(hours=2))
        session.client("sts").get_caller_identity()


@case(error_formats.QUERY.mismatch, "signature", "with the secret of AKIA")
def a_wrong_secret_at_sts(w: World) -> Any:
    _client("sts", w.a.create_user("eve").access_key.id, "wrong").get_caller_identity()


@case(error_formats.QUERY.incomplete, "signature", "does not know|three components")
def a_malformed_header_at_sts(w: World) -> Any:
    return _malformed("sts")


@case(error_formats.JSON.incomplete, "signature", "three components")
def a_malformed_header_at_kms(w: World) -> Any:
    return _malformed("kms")


@case(error_formats.JSON.unsigned, "unsigned", "kms has no anonymous callers")
def an_unsigned_call_of_kms(w: World) -> Any:
    boto3.client("kms", "us-east-1", config=Config(signature_version=UNSIGNED)).list_keys()


@case(error_formats.JSON.unknown_key, "signature", "was deleted")
def a_deleted_user_at_kms(w: World) -> Any:
    eve = w.a.create_user("eve")
    client = eve.client("kms", region_name="us-east-1")
    eve.delete()
    client.list_keys()


@case(error_formats.JSON.expired, "signature", "temporary credentials ended at")
def an_expired_session_at_kms(w: World) -> Any:
    with freeze_time(NOW) as clock:
        session = w.a.create_role("r", policies=allow()).assume(session_name="s")
        clock.tick(datetime.timedelta(hours=2))
        session.client("kms", region_name="us-east-1").list_keys()


@case(error_formats.JSON.mismatch, "signature", "with the secret of AKIA")
def a_wrong_secret_at_kms(w: World) -> Any:
    _client("kms", w.a.create_user("eve").access_key.id, "wrong").list_keys()


@case(error_formats.QUERY.inactive_account, "account-status", "111111111111 is suspended")
def a_suspended_account_at_sts(w: World) -> Any:
    client = w.a.create_user("eve").client("sts")
    w.a.suspend()
    client.get_caller_identity()


@case(account_status.ACCOUNT_PROBLEM, "account-status", "the caller's account 222222222222 is suspended")
def a_suspended_account(w: World) -> Any:
    client = w.b.root.client("s3")
    w.b.suspend()
    client.get_object(Bucket="bkt", Key="k")


@case(account_status.NOT_SIGNED_UP, "account-status", "the caller's account 222222222222 is closed")
def a_closed_account(w: World) -> Any:
    client = w.b.root.client("s3")
    w.b.close()
    client.get_object(Bucket="bkt", Key="k")


@case(bucket_checks.ALL_ACCESS_DISABLED, "account-status", "owns the bucket")
def a_bucket_of_a_suspended_account(w: World) -> Any:
    w.a.suspend()
    w.b.root.client("s3").get_object(Bucket="bkt", Key="k")


@case(rows.ROOT_MAY_NOT_ASSUME, "sts-caller", "root user")
def a_role_of_the_root_user(w: World) -> Any:
    role = w.a.create_role("r", trust=_trust("111111111111"))
    w.a.root.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="session")


@case(sts.NOT_FOR_SESSIONS, "sts-caller", "is a session")
def a_session_of_a_session(w: World) -> Any:
    w.a.create_role("r", policies=allow()).assume(session_name="s").client("sts").get_session_token()


@case(organizations.NOT_MANAGEMENT, "organizations-caller", "in the member account")
def a_member_account_that_manages_its_organization(w: World) -> Any:
    w.aws.organization("o-1", management=w.b).add(w.a)
    w.a.root.client("organizations").list_accounts()


@case(
    root_access.NOT_MANAGEMENT,
    "organizations-caller",
    "is neither in the management account 222222222222 of o-1 nor in a delegated",
)
def a_member_account_that_enables_root_sessions(w: World) -> Any:
    w.aws.organization("o-1", management=w.b).add(w.a)
    w.a.root.client("iam").enable_organizations_root_sessions()


@case(rows.MFA_NOT_VALID, "mfa-device", "has no MFA device arn:aws:iam::111111111111:mfa/other")
def a_device_of_another_user(w: World) -> Any:
    device = {"SerialNumber": "arn:aws:iam::111111111111:mfa/other", "TokenCode": "123456"}
    w.a.create_user("eve").client("sts").get_session_token(**device)


@case(rows.MFA_INCOMPLETE, "mfa-device", "no TokenCode")
def a_device_without_a_code(w: World) -> Any:
    w.a.create_user("eve").client("sts").get_session_token(SerialNumber="arn:aws:iam::111111111111:mfa/eve")


@case(rows.ROLE_DENIED, "role", "there is no role")
def a_missing_role(w: World) -> Any:
    arn = "arn:aws:iam::111111111111:role/none"
    w.a.create_user("eve").client("sts").assume_role(RoleArn=arn, RoleSessionName="session")


@case(
    rows.INVALID_IDENTITY_TOKEN,
    "web-identity",
    "there is no provider arn:aws:iam::111111111111:oidc-provider/x",
)
def a_token_of_an_unknown_provider(w: World) -> Any:
    token = w.b.oidc_provider("https://x.example.com").token(sub="eve")
    _with_token(w, token)


@case(rows.EXPIRED_IDENTITY_TOKEN, "web-identity", "the token ended at")
def an_expired_token_of_a_provider(w: World) -> Any:
    _with_token(w, w.a.oidc_provider("https://x.example.com").token(sub="eve", exp=1))


@case(rows.INVALID_IDENTITY_TOKEN, "saml-assertion", "verifies an assertion in the response")
def an_assertion_of_another_provider(w: World) -> Any:
    role, one, other = w.a.create_role("r"), w.a.saml_provider("one"), w.a.saml_provider("other")
    boto3.client("sts", "us-east-1").assume_role_with_saml(
        RoleArn=role.arn, PrincipalArn=one.arn, SAMLAssertion=other.assertion(role=role)
    )


def _with_token(w: World, token: str) -> None:
    role = w.a.create_role("r")
    boto3.client("sts", "us-east-1").assume_role_with_web_identity(
        RoleArn=role.arn, RoleSessionName="session", WebIdentityToken=token
    )


# The bucket and its settings


@case(rows.ACCESS_DENIED, "expected-bucket-owner", "expects that the account 333333333333 owns")
def another_owner_is_expected(w: World) -> Any:
    w.s3.get_object(Bucket="bkt", Key="k", ExpectedBucketOwner="333333333333")


@case(rows.ACCESS_DENIED, "expected-bucket-owner", "owns the bucket bkt")
def another_owner_of_the_source_is_expected(w: World) -> Any:
    w.s3.copy_object(Bucket="bkt", Key="new", CopySource="bkt/k", ExpectedSourceBucketOwner="333333333333")


@case(rows.ACCESS_DENIED, "requester-pays", "does not say that 222222222222 pays")
def a_requester_who_does_not_pay(w: World) -> Any:
    _requester_pays(w)
    w.b.root.client("s3").get_object(Bucket="bkt", Key="k")


@case(rows.ACCESS_DENIED, "requester-pays", "no account that could pay")
def an_anonymous_requester(w: World) -> Any:
    _requester_pays(w)
    w.aws.anonymous.client("s3").get_object(Bucket="bkt", Key="k", RequestPayer="requester")


@case(rows.PUBLIC_ACCESS_BLOCKED, "block-public-access", "grants access to AllUsers")
def a_public_acl(w: World) -> Any:
    _blocked(w).put_object_acl(Bucket="blocked", Key="k", ACL="public-read")


@case(rows.PUBLIC_ACCESS_BLOCKED, "block-public-access", "grants access to AuthenticatedUsers")
def a_new_object_with_a_public_acl(w: World) -> Any:
    _blocked(w).put_object(Bucket="blocked", Key="new", ACL="authenticated-read")


@case(rows.ACCESS_DENIED, "block-public-access", "grants access to AllUsers")
def a_public_acl_of_another_account(w: World) -> Any:
    blocked = w.a.create_bucket("blocked", ownership="ObjectWriter")
    blocked.put_policy(_for(w.b, "s3:PutObject", "blocked"))
    w.b.root.client("s3").put_object(Bucket="blocked", Key="new", ACL="public-read")


@case(rows.PUBLIC_ACCESS_BLOCKED, "block-public-access", "the policy is public")
def a_public_policy(w: World) -> Any:
    w.a.create_bucket("blocked")
    w.s3.put_bucket_policy(Bucket="blocked", Policy=json.dumps(_public("blocked")))


@case(rows.ACCESS_DENIED, "acl-owner", "an ACL never changes it")
def an_acl_with_another_owner(w: World) -> Any:
    w.a.create_bucket("acls", ownership="ObjectWriter", objects={"k": b""})
    policy = {"Owner": {"ID": w.b.canonical_id}, "Grants": []}
    w.s3.put_object_acl(Bucket="acls", Key="k", AccessControlPolicy=policy)


@case(rows.CROSS_LOCATION_LOGGING, "logging", "the target bucket logs in eu-west-1")
def logs_of_another_region(w: World) -> Any:
    w.a.create_bucket("logs", region="eu-west-1")
    target = {"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": ""}}
    w.s3.put_bucket_logging(Bucket="bkt", BucketLoggingStatus=target)


@case(rows.MFA_REQUIRED, "mfa-delete", "no x-amz-mfa")
def a_delete_without_mfa(w: World) -> Any:
    version, _ = _mfa_delete(w)
    w.s3.delete_object(Bucket="mfa", Key="k", VersionId=version)


@case(rows.ACCESS_DENIED, "mfa-delete", "no MFA device")
def a_delete_with_an_unknown_device(w: World) -> Any:
    version, _ = _mfa_delete(w)
    w.s3.delete_object(Bucket="mfa", Key="k", VersionId=version, MFA="other 123456")


@case(rows.ACCESS_DENIED, "mfa-delete", "is not the root user")
def a_delete_by_a_user_with_mfa(w: World) -> Any:
    version, device = _mfa_delete(w)
    client = w.a.create_user("eve", policies=allow()).client("s3")
    client.delete_object(Bucket="mfa", Key="k", VersionId=version, MFA=device)


@case(rows.OBJECT_LOCKED, "object-lock", "has a legal hold")
def a_version_with_a_legal_hold(w: World) -> Any:
    version = _locked(w, ObjectLockLegalHoldStatus="ON")
    w.s3.delete_object(Bucket="locked", Key="k", VersionId=version)


@case(rows.OBJECT_LOCKED, "object-lock", "GOVERNANCE retention until 2026-11-11T12:00:00Z")
def a_version_under_governance(w: World) -> Any:
    with freeze_time(NOW):
        version = _locked(w, **_retention("GOVERNANCE"))
        w.s3.delete_object(Bucket="locked", Key="k", VersionId=version)


@case(rows.OBJECT_LOCKED, "object-lock", "COMPLIANCE retention until 2026-11-11T12:00:00Z")
def a_retention_that_would_be_shorter(w: World) -> Any:
    with freeze_time(NOW):
        _locked(w, **_retention("COMPLIANCE"))
        until = datetime.datetime(2026, 11, 10, 13, tzinfo=datetime.UTC)
        retention = {"Mode": "COMPLIANCE", "RetainUntilDate": until}
        w.s3.put_object_retention(Bucket="locked", Key="k", Retention=retention)


@case(rows.LOCKED_ENCRYPTION, "object-lock", "forbids another encryption")
def another_encryption_of_a_locked_version(w: World) -> Any:
    with freeze_time(NOW):
        _locked(w, **_retention("GOVERNANCE"))
        _encrypt_again(w, "locked", w.a.create_kms_key().arn)


@case(rows.FOREIGN_KEY, "kms-key", "the key belongs to the account 222222222222")
def a_key_of_another_account(w: World) -> Any:
    _encrypt_again(w, "bkt", w.b.create_kms_key().arn)


# Encryption and archives


@case(rows.CUSTOMER_KEYS_BLOCKED, "customer-key", "blocks writes with customer-provided keys")
def a_customer_key(w: World) -> Any:
    w.a.create_bucket("fresh")
    w.s3.put_object(Bucket="fresh", Key="k", **_customer_key())


@case(rows.WRONG_CUSTOMER_KEY, "customer-key", "the request has another key")
def another_customer_key(w: World) -> Any:
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
        "BlockedEncryptionTypes": {"EncryptionType": ["NONE"]},
    }
    w.s3.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration={"Rules": [rule]})
    w.s3.put_object(Bucket="bkt", Key="c", **_customer_key())
    w.s3.get_object(Bucket="bkt", Key="c", **_customer_key(KEY_BYTES[::-1]))


@case(rows.KMS_DENIED, "kms-key", "does not exist in us-east-1")
def a_missing_key_of_another_account(w: World) -> Any:
    arn = "arn:aws:kms:us-east-1:222222222222:key/11111111-2222-3333-4444-555555555555"
    w.s3.put_object(Bucket="bkt", Key="new", ServerSideEncryption="aws:kms", SSEKMSKeyId=arn)


@case(kms_calls.KEY_DENIED, "kms-key", "there is no KMS key")
def a_missing_key_by_kms_itself(w: World) -> Any:
    arn = "arn:aws:kms:us-east-1:222222222222:key/11111111-2222-3333-4444-555555555555"
    w.a.root.client("kms", region_name="us-east-1").describe_key(KeyId=arn)


@case(rows.CIPHERTEXT_OF_MISSING_KEY, "kms-key", "does not exist in us-east-1")
def a_deleted_key(w: World) -> Any:
    with freeze_time(NOW) as clock:
        _encrypted(w).schedule_deletion(days=7)
        clock.tick(datetime.timedelta(days=8))
        w.s3.get_object(Bucket="bkt", Key="e")


@case(faults.DISABLED_KEY, "kms-key", "is disabled")
def a_disabled_key(w: World) -> Any:
    _encrypted(w).disable()
    w.s3.get_object(Bucket="bkt", Key="e")


@case(faults.PENDING_KEY, "kms-key", "pending deletion")
def a_key_pending_deletion(w: World) -> Any:
    _encrypted(w).schedule_deletion()
    w.s3.get_object(Bucket="bkt", Key="e")


@case(rows.KMS_NEEDS_SIGNATURE, "kms-key", "is not signed")
def an_unsigned_read_of_an_encrypted_object(w: World) -> Any:
    _encrypted(w)
    w.bucket.put_policy(_public("bkt"))
    w.aws.anonymous.client("s3").get_object(Bucket="bkt", Key="e")


@case(rows.INVALID_OBJECT_STATE, "storage-class", "archived in GLACIER, and it was not restored")
def an_archived_object(w: World) -> Any:
    w.s3.put_object(Bucket="bkt", Key="old", StorageClass="GLACIER")
    w.s3.get_object(Bucket="bkt", Key="old")


@case(rows.ARCHIVED_SOURCE, "storage-class", "restore of the archived object ends at")
def a_copy_of_an_archived_object(w: World) -> Any:
    w.s3.put_object(Bucket="bkt", Key="old", StorageClass="DEEP_ARCHIVE")
    w.s3.restore_object(Bucket="bkt", Key="old", RestoreRequest={"Days": 1})
    w.s3.copy_object(Bucket="bkt", Key="new", CopySource="bkt/old")


@case(rows.NOT_RESTORABLE, "storage-class", "only archived objects are restored")
def a_restore_of_a_usual_object(w: World) -> Any:
    w.s3.restore_object(Bucket="bkt", Key="k", RestoreRequest={"Days": 1})


# Access points, directory buckets and browsers


@case(rows.ACCESS_DENIED, "access-point", "has no signature")
def an_unsigned_call_through_an_access_point(w: World) -> Any:
    point = w.bucket.create_access_point("own")
    client = boto3.client("s3", region_name="us-east-1", config=Config(signature_version=UNSIGNED))
    client.get_object(Bucket=point.arn, Key="k")


@case(request_checks.UNSUPPORTED_MECHANISM, "access-point", "a signature of Version 2")
def version_2_through_an_access_point(w: World) -> Any:
    point = w.bucket.create_access_point("own")
    client = w.a.root.client("s3", region_name="us-east-1", config=Config(signature_version="s3"))
    named = {"Bucket": point.alias, "Key": "k"}
    return requests.get(client.generate_presigned_url("get_object", Params=named), timeout=5)


@case(rows.ACCESS_DENIED, "bucket-session", "valid for its own bucket only")
def a_session_of_another_directory_bucket(w: World) -> Any:
    for name in ("one--use1-az4--x-s3", "two--use1-az4--x-s3"):
        w.a.create_bucket(name)
    client = w.a.root.client("s3", region_name="us-east-1")
    key = client.create_session(Bucket="one--use1-az4--x-s3")["Credentials"]
    url = "https://two--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com/k"
    request = AWSRequest("GET", url, headers={"x-amz-s3session-token": key["SessionToken"]})
    credentials = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    S3SigV4Auth(credentials, "s3express", "us-east-1").add_auth(request)
    return requests.get(url, headers=dict(request.headers.items()), timeout=5)


@case(rows.CORS_BUCKET_NOT_FOUND, "cors", "there is no bucket none")
def a_preflight_of_a_missing_bucket(w: World) -> Any:
    return _preflight("none")


@case(rows.CORS_NOT_ENABLED, "cors", "has no CORS configuration")
def a_preflight_without_rules(w: World) -> Any:
    return _preflight("bkt")


@case(rows.CORS_NOT_ALLOWED, "cors", "matches a PUT from https://app.example")
def a_preflight_that_no_rule_allows(w: World) -> Any:
    rule = {"AllowedOrigins": ["https://app.example"], "AllowedMethods": ["GET"]}
    w.s3.put_bucket_cors(Bucket="bkt", CORSConfiguration={"CORSRules": [rule]})
    return _preflight("bkt")


# Helpers


def _client(service: str, key: str, secret: str, **more: Any) -> Any:
    return boto3.client(
        service, "us-east-1", aws_access_key_id=key, aws_secret_access_key=secret, **{"config": ONCE, **more}
    )


def _malformed(service: str) -> requests.Response:
    headers = {"Authorization": "AWS4-HMAC-SHA256 Credential=none", "X-Amz-Target": "TrentService.ListKeys"}
    headers["Content-Type"] = "application/x-amz-json-1.1"
    body = "{}"
    if service == "sts":
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = "Action=GetCallerIdentity&Version=2011-06-15"
    return requests.post(f"https://{service}.us-east-1.amazonaws.com/", body, headers=headers, timeout=5)


def _signed_headers(key: Any, method: str, url: str, region: str = "us-east-1") -> Any:
    request = AWSRequest(method, url)
    S3SigV4Auth(Credentials(key.id, key.secret), "s3", region).add_auth(request)
    return request.headers.items()


def _old_headers(w: World, service: str, method: str, path: str) -> dict[str, str]:
    key = w.a.root.access_key
    with freeze_time(NOW):
        return dict(_signed_headers(key, method, ENDPOINT + path))


def _form(w: World, fields: dict[str, str], conditions: list[Any], **changed: str) -> requests.Response:
    form = w.s3.generate_presigned_post("bkt", "new", Fields=fields, Conditions=conditions)
    data = {**form["fields"], **changed}
    return requests.post(form["url"], data=data, files={"file": b"content"}, timeout=5)


def _public(bucket: str) -> dict[str, Any]:
    return allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*", Principal="*")


def _for(account: Any, action: str, bucket: str) -> dict[str, Any]:
    return allow(action, f"arn:aws:s3:::{bucket}/*", Principal={"AWS": account.id})


def _trust(account: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": account}}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _requester_pays(w: World) -> None:
    w.s3.put_bucket_request_payment(Bucket="bkt", RequestPaymentConfiguration={"Payer": "Requester"})
    w.bucket.put_policy(_public("bkt"))


def _blocked(w: World) -> Any:
    w.a.create_bucket("blocked", ownership="ObjectWriter", objects={"k": b""})
    return w.s3


def _mfa_delete(w: World) -> tuple[str, str]:
    """Return a version of a bucket with MFA delete, and a valid value of ``MFA``."""
    device = f"{w.a.enable_mfa()} 123456"
    w.a.create_bucket("mfa")
    configuration = {"Status": "Enabled", "MFADelete": "Enabled"}
    w.s3.put_bucket_versioning(Bucket="mfa", VersioningConfiguration=configuration, MFA=device)
    return w.s3.put_object(Bucket="mfa", Key="k")["VersionId"], device


def _locked(w: World, **lock: Any) -> str:
    w.s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    return str(w.s3.put_object(Bucket="locked", Key="k", Body=b"", **lock)["VersionId"])


def _retention(mode: str) -> dict[str, Any]:
    until = datetime.datetime(2026, 11, 11, 12, tzinfo=datetime.UTC)
    return {"ObjectLockMode": mode, "ObjectLockRetainUntilDate": until}


def _encrypt_again(w: World, bucket: str, arn: str) -> None:
    w.s3.update_object_encryption(Bucket=bucket, Key="k", ObjectEncryption={"SSEKMS": {"KMSKeyArn": arn}})


def _customer_key(key: bytes = KEY_BYTES) -> dict[str, Any]:
    return {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": key}


def _encrypted(w: World) -> Any:
    """Store ``bkt/e`` under a new KMS key, and return the key."""
    key = w.a.create_kms_key()
    w.s3.put_object(Bucket="bkt", Key="e", ServerSideEncryption="aws:kms", SSEKMSKeyId=key.arn)
    return key


def _object_lambda(w: World, function: Callable[[Any], object]) -> Any:
    supporting = w.bucket.create_access_point("own")
    return w.a.create_object_lambda_access_point("upper", supporting, function)


def _preflight(bucket: str) -> requests.Response:
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "PUT"}
    return requests.options(f"{ENDPOINT}/{bucket}/k", headers=asked, timeout=5)


@case(authorizing.INVALID_TOKEN, "iam-caller", "from GetFederationToken, and IAM does not accept those")
def a_federated_user_at_iam(w: World) -> Any:
    """P-17."""
    w.a.create_user("eve", policies=allow()).federate("f").client("iam").list_users()


@case(INVALID_CODE, "mfa-device", "the two authentication codes are the same")
def one_code_twice(w: World) -> Any:
    """P-18."""
    iam = w.a.root.client("iam")
    iam.create_user(UserName="eve")
    serial = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]["SerialNumber"]
    codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "123456"}
    iam.enable_mfa_device(UserName="eve", SerialNumber=serial, **codes)


def _with_access_grants(world: World, *trusted: str) -> None:
    """Create an instance of S3 Access Grants with a location and a role."""
    statement = {
        "Effect": "Allow" if trusted else "Deny",
        "Principal": {"Service": "access-grants.s3.amazonaws.com"},
        "Action": list(trusted) or "sts:*",
    }
    trust = {"Version": "2012-10-17", "Statement": statement}
    role = world.a.create_role("grants", trust=trust, policies=allow("s3:*"))
    control = world.a.client("s3control", region_name="us-east-1")
    control.create_access_grants_instance(AccountId=world.a.id)
    control.create_access_grants_location(AccountId=world.a.id, LocationScope="s3://", IAMRoleArn=role.arn)


def _ask_for_data(world: World) -> Any:
    caller = world.a.create_user("grantee", policies=allow("s3:GetDataAccess"))
    world.a.client("s3control", region_name="us-east-1").create_access_grant(
        AccountId=world.a.id,
        AccessGrantsLocationId="default",
        AccessGrantsLocationConfiguration={"S3SubPrefix": "bkt/a*"},
        Grantee={"GranteeType": "IAM", "GranteeIdentifier": caller.arn},
        Permission="READ",
    )
    return caller.client("s3control", region_name="us-east-1")


@case(access_grants_errors.NOT_GRANTED, "access-grant", "no grant of")
def data_without_a_grant(world: World) -> Any:
    """F-170."""
    _with_access_grants(world, "sts:AssumeRole", "sts:SetSourceIdentity")
    client = _ask_for_data(world)
    return client.get_data_access(AccountId=world.a.id, Target="s3://bkt/b*", Permission="READ")


@case(access_grants_errors.MAY_NOT_ASSUME, "resource", "explicit Deny in the trust policy")
def a_location_whose_role_does_not_trust_access_grants(world: World) -> Any:
    """F-170."""
    _with_access_grants(world)
    client = _ask_for_data(world)
    return client.get_data_access(AccountId=world.a.id, Target="s3://bkt/a*", Permission="READ")


def _ask_for_a_token(world: World) -> Any:
    caller = world.a.create_user("asking", policies=allow("sts:*"))
    session = world.a.create_role("asking", policies=allow("sts:*")).assume(by=caller, duration=900)
    client = session.client("sts", region_name="us-east-1")
    return client.get_web_identity_token(Audience=["api"], SigningAlgorithm="ES384", DurationSeconds=3600)


@case(web_identity_tokens.DISABLED, "sts-caller", "is not enabled in the account 111111111111")
def a_token_for_services_outside_aws(world: World) -> Any:
    """P-25."""
    return _ask_for_a_token(world)


@case(web_identity_tokens.ESCALATION, "sts-caller", "and the session of")
def a_token_that_outlives_its_session(world: World) -> Any:
    """P-25."""
    world.a.root.client("iam").enable_outbound_web_identity_federation()
    return _ask_for_a_token(world)

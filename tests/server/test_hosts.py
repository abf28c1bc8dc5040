"""What a host names: a bucket, a website, or nothing; and what headers and the connection say about the client."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from mocks3 import MockAWS, Mocks3Error
from mocks3.server import Server

ANYBODY_READS = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::site/*",
    },
}

Get = Callable[..., tuple[int, str, http.client.HTTPMessage]]


@pytest.fixture
def server(aws: MockAWS) -> Iterator[Server]:
    with aws.serve(domain="S3.test") as server:
        yield server


@pytest.fixture
def get(server: Server) -> Get:
    """Return a function that sends GET with a Host header, and returns status, body and headers."""

    def send(
        host: str, target: str, method: str = "GET", **headers: str
    ) -> tuple[int, str, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.request(method, target, headers={"Host": host, **headers})
        answer = connection.getresponse()
        found = answer.status, answer.read().decode(), answer.headers
        connection.close()
        return found

    return send


@pytest.fixture
def site(aws: MockAWS) -> str:
    aws.account().create_bucket(
        "site",
        policy=ANYBODY_READS,
        public_access_block=None,
        objects={
            "index.html": b"home",
            "folder/index.html": b"inside",
            "k": b"x",
            "_mocks3/decisions": b"key",
        },
    )
    aws.client().put_bucket_website(
        Bucket="site",
        WebsiteConfiguration={
            "IndexDocument": {"Suffix": "index.html"},
            "RoutingRules": [
                {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/"}}
            ],
        },
    )
    return "site"


@pytest.mark.parametrize(
    "host", ["site.s3.test", "site.s3.test:9400", "site.S3.TEST", "site.s3.test.", "site.localhost"]
)
def test_a_bucket_below_a_name_of_the_users_choice(site: str, get: Get, host: str) -> None:
    assert get(host, "/k")[:2] == (200, "x")


@pytest.mark.parametrize("host", ["s3.test", "S3.test:9400", "localhost", "other.test", "xs3.test"])
def test_a_bucket_in_the_path(site: str, get: Get, host: str) -> None:
    assert get(host, "/site/k")[:2] == (200, "x")


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let names below ``s3.test`` and ``localhost`` lead to this machine, as /etc/hosts or systemd-resolved do."""
    resolve = socket.getaddrinfo

    def resolving(host: str, *rest: Any, **more: Any) -> Any:
        is_ours = host.endswith(("s3.test", "localhost"))
        return resolve("127.0.0.1" if is_ours else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolving)


def test_a_virtual_hosted_client_of_a_name_of_the_users_choice(
    server: Server, site: str, resolved: None
) -> None:
    """The signature covers the host, so boto3 must send the name."""
    options = {**server.options("boto3"), "endpoint_url": f"http://s3.test:{server.port}"}
    config = Config(s3={"addressing_style": "virtual"}, retries={"total_max_attempts": 1})
    s3 = boto3.session.Session().client("s3", config=config, **options)
    sent: list[str] = []
    s3.meta.events.register("before-send.s3", lambda request, **_: sent.append(request.url))
    assert s3.get_object(Bucket="site", Key="k")["Body"].read() == b"x"
    assert sent == [f"http://site.s3.test:{server.port}/k"]
    presigned = s3.generate_presigned_url("get_object", Params={"Bucket": "site", "Key": "k"})
    assert presigned.startswith(f"http://site.s3.test:{server.port}/k?")


@pytest.mark.parametrize("name", ["http://s3.test", "127.0.0.1", "s3.test:9400", "", ".test", "a b", 7])
def test_a_domain_that_is_no_host_name_is_refused(aws: MockAWS, name: Any) -> None:
    with pytest.raises(Mocks3Error, match="domain must be a host name such as 's3.test'"):
        aws.serve(domain=name)


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("site.s3.test", "/k"),
        ("site.localhost", "/k"),
        ("with.dots.localhost", "/k"),
        ("s3.test", "/site/k"),
        ("localhost", "/site/k"),
    ],
)
def test_the_certificate_is_for_the_name_that_the_client_uses(
    aws: MockAWS, site: str, name: str, target: str
) -> None:
    public = {
        "Version": "2012-10-17",
        "Statement": {**ANYBODY_READS["Statement"], "Resource": "arn:aws:s3:::with.dots/*"},  # type: ignore[dict-item]
    }
    aws.account().create_bucket("with.dots", policy=public, public_access_block=None, objects={"k": b"x"})
    with aws.serve(domain="s3.test", tls=True) as server:
        trusted = ssl.create_default_context(cafile=str(server.ca_file))
        for _ in range(2):
            sock = socket.create_connection(("127.0.0.1", server.port), timeout=30)
            connection = http.client.HTTPConnection(name)
            connection.sock = trusted.wrap_socket(sock, server_hostname=name)
            connection.request("GET", target)
            assert connection.getresponse().read() == b"x"
            connection.close()


def test_other_names_are_not_the_servers(aws: MockAWS) -> None:
    with aws.serve(tls=True) as server:
        trusted = ssl.create_default_context(cafile=str(server.ca_file))
        with (
            socket.create_connection(("127.0.0.1", server.port), timeout=30) as sock,
            pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"),
        ):
            trusted.wrap_socket(sock, server_hostname="site.s3.test")


@pytest.mark.parametrize(
    "host",
    [
        "site.s3-website.localhost",
        "site.s3-website-us-east-1.localhost:9400",
        "site.s3-website.us-east-1.s3.test",
        "site.s3-website-us-east-1.amazonaws.com",
    ],
)
def test_a_website(site: str, get: Get, host: str, aws: MockAWS) -> None:
    assert get(host, "/")[:2] == (200, "home")
    assert get(host, "/folder/")[:2] == (200, "inside")
    status, _, headers = get(host, "/folder")
    assert (status, headers["Location"]) == (302, "/folder/")
    status, _, headers = get(host, "/old/page?q=1")
    assert (status, headers["Location"]) == (301, f"http://{host}/new/page?q=1")
    status, page, headers = get(host, "/missing")
    assert (status, headers["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert "<li>Code: AccessDenied</li>" in page


def test_a_website_in_another_region_is_redirected(site: str, get: Get) -> None:
    status, page, _ = get("site.s3-website-eu-west-1.localhost", "/")
    assert (status, "IncorrectEndpoint" in page) == (400, True)


def test_with_a_bucket_in_the_host_the_path_is_a_key(site: str, get: Get) -> None:
    for host in ("site.localhost", "site.s3.test", "site.s3.amazonaws.com", "site.s3-website.localhost"):
        assert get(host, "/_mocks3/decisions")[:2] == (200, "key"), host
        assert get(host, "/_mocks3/reset", "POST")[0] != 200
    assert "decisions" in json.loads(get("localhost", "/_mocks3/decisions")[1])


# The client


FROM_OFFICE = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::data/*",
        "Condition": {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]}},
    },
}


@pytest.fixture
def office(aws: MockAWS) -> None:
    aws.account().create_bucket("data", policy=FROM_OFFICE, public_access_block=None, objects={"k": b"x"})


@pytest.mark.parametrize(
    ("forwarded", "status"),
    [
        ("203.0.113.9", 200),
        ("203.0.113.9, 198.51.100.7", 200),
        ("198.51.100.7, 203.0.113.9", 403),
        ("2001:db8::7", 200),
    ],
)
def test_the_first_address_of_x_forwarded_for_is_the_source_address(
    office: None, get: Get, forwarded: str, status: int
) -> None:
    assert get("localhost", "/data/k", **{"X-Forwarded-For": forwarded})[0] == status
    assert get("localhost", "/data/k")[0] == 403


def test_the_context_of_the_test_has_precedence_over_x_forwarded_for(
    office: None, get: Get, aws: MockAWS
) -> None:
    with aws.request_context(source_ip="198.51.100.7"):
        assert get("localhost", "/data/k", **{"X-Forwarded-For": "203.0.113.9"})[0] == 403


@pytest.mark.parametrize("forwarded", ["", "unknown", "203.0.113.9:80", "203.0.113"])
def test_an_x_forwarded_for_without_an_address_is_refused(office: None, get: Get, forwarded: str) -> None:
    status, text, _ = get("localhost", "/data/k", **{"X-Forwarded-For": forwarded})
    assert (status, "X-Forwarded-For must begin with an IP address" in text) == (501, True)


def test_the_user_agent_and_the_referer_of_the_client_are_condition_keys(aws: MockAWS, get: Get) -> None:
    conditions = {
        "StringLike": {"aws:UserAgent": "story/*", "aws:Referer": "https://site.test/*"},
        "Bool": {"aws:SecureTransport": "false"},
    }
    policy = {
        "Version": "2012-10-17",
        "Statement": {**FROM_OFFICE["Statement"], "Condition": conditions},  # type: ignore[dict-item]
    }
    aws.account().create_bucket("data", policy=policy, public_access_block=None, objects={"k": b"x"})
    sent = {"User-Agent": "story/1", "Referer": "https://site.test/page"}
    assert get("localhost", "/data/k", **sent)[0] == 200
    assert get("localhost", "/data/k", **{**sent, "User-Agent": "other"})[0] == 403
    assert get("localhost", "/data/k", **{**sent, "Referer": "https://other.test/"})[0] == 403


def test_an_unknown_key_is_the_root_user_and_strict_refuses_it(aws: MockAWS) -> None:
    from mocks3.model.world import Settings

    for strict in (False, True):
        own = MockAWS(Settings(strict=strict))
        own.account().create_user("eve")
        with own.serve() as server:
            options = {
                **server.options("boto3"),
                "aws_access_key_id": "test",
                "aws_secret_access_key": "test",
            }
            session = boto3.session.Session()
            if strict:
                for service, call, code in (
                    ("s3", "list_buckets", "InvalidAccessKeyId"),
                    ("iam", "list_users", "InvalidClientTokenId"),
                    ("sts", "get_caller_identity", "InvalidClientTokenId"),
                    ("kms", "list_keys", "UnrecognizedClientException"),
                ):
                    with pytest.raises(ClientError) as raised:
                        getattr(session.client(service, **options), call)()
                    assert raised.value.response["Error"]["Code"] == code
            else:
                assert session.client("sts", **options).get_caller_identity()["Arn"].endswith(":root")
                assert session.client("s3", **options).list_buckets()["Buckets"] == []
                assert [
                    each["UserName"] for each in session.client("iam", **options).list_users()["Users"]
                ] == ["eve"]


@pytest.mark.parametrize("name", ["localhost", "s3.test"])
def test_all_services_share_the_port(
    client: Callable[..., Any], aws: MockAWS, server: Server, resolved: None, name: str
) -> None:
    """Clients of S3 Control put the account's id before the host, so their endpoint cannot be an IP address."""
    account = aws.account()
    account.create_bucket("data", objects={"k": b"x"})
    assert client("s3").list_buckets()["Buckets"][0]["Name"] == "data"
    assert client("iam").list_users()["Users"] == []
    assert len(client("kms").list_keys()["Keys"]) == 1  # the key of AWS for S3
    assert client("sts").get_caller_identity()["Account"] == account.id
    options = {**server.options("boto3"), "endpoint_url": f"http://{name}:{server.port}"}
    control = boto3.session.Session().client("s3control", **options)
    control.put_public_access_block(
        AccountId=account.id, PublicAccessBlockConfiguration={"BlockPublicAcls": True}
    )
    found = control.get_public_access_block(AccountId=account.id)["PublicAccessBlockConfiguration"]
    assert found["BlockPublicAcls"] is True
    made = client("organizations").create_organization(FeatureSet="ALL")["Organization"]
    assert made["MasterAccountId"] == account.id
    assert [call.service for call in aws.calls] == [
        "s3", "iam", "kms", "sts", "s3control", "s3control", "organizations",
    ]  # fmt: skip

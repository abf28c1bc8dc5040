"""Keys about the network path of a request, which tests set with ``request_context``."""

from __future__ import annotations

import io

import boto3
import pytest
from boto3.s3.transfer import TransferConfig

from mocks3 import Mocks3Error
from mocks3.access.context.network import DEFAULT_SOURCE_IP, DEFAULT_TLS_VERSION
from tests.access.asking import allow, answer, deny, seen


def keys_of(aws, client):
    return seen(aws, "s3:ListBucket", lambda: client.list_objects_v2(Bucket="bkt"))


def test_every_request_comes_from_somewhere(aws, a) -> None:
    """aws:SourceIp: by default an address that is reserved for documentation."""
    assert keys_of(aws, a.client())["aws:sourceip"] == (DEFAULT_SOURCE_IP,)
    with aws.request_context(source_ip="203.0.113.5"):
        assert keys_of(aws, a.client())["aws:sourceip"] == ("203.0.113.5",)


def test_through_an_endpoint_there_is_no_public_address(aws, a) -> None:
    """F-166: aws:SourceIp only without a VPC endpoint; aws:SourceVpc, aws:SourceVpce, aws:VpcSourceIp only with one."""
    network = ("aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip")
    outside = keys_of(aws, a.client())
    assert [key for key in network if key in outside] == []
    with aws.request_context(
        source_ip="203.0.113.5", source_vpc="vpc-1", source_vpce="vpce-1", vpc_source_ip="10.0.0.7"
    ):
        inside = keys_of(aws, a.client())
    assert "aws:sourceip" not in inside
    assert [inside[key] for key in network] == [("vpc-1",), ("vpce-1",), ("10.0.0.7",)]


def test_tls_is_what_the_url_says_until_told(aws, a) -> None:
    """F-167: aws:SecureTransport, s3:TlsVersion."""
    context = keys_of(aws, a.client())
    assert (context["aws:securetransport"], context["s3:tlsversion"]) == (("true",), (DEFAULT_TLS_VERSION,))
    plain = keys_of(aws, a.client("s3", use_ssl=False))
    assert plain["aws:securetransport"] == ("false",)
    assert "s3:tlsversion" not in plain
    with aws.request_context(secure_transport=False):
        assert keys_of(aws, a.client())["aws:securetransport"] == ("false",)
    with aws.request_context(tls_version=1.2):
        assert keys_of(aws, a.client())["s3:tlsversion"] == ("1.2",)


def test_headers_say_who_browses(aws, a) -> None:
    """aws:UserAgent, aws:referer."""
    context = keys_of(aws, a.client())
    assert context["aws:useragent"][0].startswith("Boto3/")
    assert "aws:referer" not in context
    with aws.request_context(user_agent="curl/8", referer="https://ex.com/page"):
        context = keys_of(aws, a.client())
    assert (context["aws:useragent"], context["aws:referer"]) == (("curl/8",), ("https://ex.com/page",))


@pytest.mark.parametrize(
    ("region", "endpoint", "expected"),
    [
        ("us-east-1", None, "us-east-1"),
        ("us-east-1", "https://s3.amazonaws.com", "us-east-1"),
        ("us-east-1", "http://localhost:9000", "us-east-1"),
        ("us-east-1", "https://s3.dualstack.us-east-1.amazonaws.com", "us-east-1"),
    ],
)
def test_the_region_is_that_of_the_endpoint(aws, a, region, endpoint, expected) -> None:
    """W-169: aws:RequestedRegion."""
    client = a.client("s3", region_name=region, endpoint_url=endpoint)
    assert keys_of(aws, client)["aws:requestedregion"] == (expected,)


def test_the_region_need_not_be_the_buckets(aws, a) -> None:
    """A bucket in eu-west-1, created through us-east-1: aws:RequestedRegion is the endpoint's."""
    client = a.client("s3", region_name="us-east-1")
    configuration = {"LocationConstraint": "eu-west-1"}
    context = seen(
        aws,
        "s3:CreateBucket",
        lambda: client.create_bucket(Bucket="far", CreateBucketConfiguration=configuration),
    )
    assert context["aws:requestedregion"] == ("us-east-1",)
    client = a.client("s3", region_name="eu-west-1")
    context = seen(aws, "s3:ListBucket", lambda: client.list_objects_v2(Bucket="far"))
    assert context["aws:requestedregion"] == ("eu-west-1",)


# How facts are told.


def test_the_innermost_says_it(aws, a) -> None:
    with aws.request_context(source_ip="203.0.113.1", referer="out"):
        with aws.request_context(source_ip="203.0.113.2", keys={"ec2:RoleDelivery": 2.0}):
            context = keys_of(aws, a.client())
            assert context["aws:sourceip"] == ("203.0.113.2",)
            assert context["aws:referer"] == ("out",)
            assert context["ec2:roledelivery"] == ("2.0",)
        context = keys_of(aws, a.client())
        assert context["aws:sourceip"] == ("203.0.113.1",)
        assert "ec2:roledelivery" not in context
    assert keys_of(aws, a.client())["aws:sourceip"] == (DEFAULT_SOURCE_IP,)


def test_what_a_client_is_told_goes_before(aws, a) -> None:
    client = a.client("s3", request_context={"source_ip": "203.0.113.9"})
    with aws.request_context(source_ip="203.0.113.1", referer="r"):
        context = keys_of(aws, client)
    assert (context["aws:sourceip"], context["aws:referer"]) == (("203.0.113.9",), ("r",))
    assert keys_of(aws, a.client())["aws:sourceip"] == (DEFAULT_SOURCE_IP,)


def test_sessions_are_told_for_their_clients(aws, a) -> None:
    session = a.root.session(request_context={"source_ip": "203.0.113.9"})
    assert keys_of(aws, session.client("s3"))["aws:sourceip"] == ("203.0.113.9",)
    bucket = session.resource("s3").Bucket("bkt")
    assert seen(aws, "s3:ListBucket", lambda: list(bucket.objects.all()))["aws:sourceip"] == ("203.0.113.9",)


def test_facts_hold_for_ambient_clients_and_for_other_threads(aws) -> None:
    """s3transfer uploads parts in its own threads."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="mine")
    config = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20, max_concurrency=4)
    before = len(aws.decisions)
    with aws.request_context(source_ip="203.0.113.7"):
        s3.upload_fileobj(io.BytesIO(bytes(11 << 20)), "mine", "k", Config=config)
    parts = [each for each in aws.decisions[before:] if each.operation == "UploadPart"]
    assert len(parts) == 3
    assert {each.request.context["aws:sourceip"] for each in parts} == {("203.0.113.7",)}


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"source_ipp": "1.2.3.4"}, "did you mean 'source_ip'?"),
        ({"colour": "red"}, "its arguments are source_ip, source_vpc"),
        ({"source_ip": "here"}, "source_ip must be an IP address, not 'here'"),
        ({"keys": {"SourceIp": "1.2.3.4"}}, "write it like aws:SourceIp"),
    ],
)
def test_what_means_nothing_is_refused(aws, a, told, sentence) -> None:
    with pytest.raises(Mocks3Error) as caught, aws.request_context(**told):
        pass
    assert sentence in str(caught.value)
    with pytest.raises(Mocks3Error):
        a.client("s3", request_context=told)


def test_explain_goes_by_what_was_told(aws, a) -> None:
    user = a.create_user("dave", policies=allow(Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}))
    ask = (user, "s3:GetObject", "arn:aws:s3:::bkt/k")
    assert not aws.explain(*ask).allowed
    with aws.request_context(source_ip="203.0.113.9"):
        assert aws.explain(*ask).allowed
        assert not aws.explain(*ask, context={"aws:SourceIp": "198.51.100.9"}).allowed
        assert not aws.explain(*ask, context={"aws:SourceIp": []}).allowed


def test_explain_asks_and_notes_nothing(aws, a) -> None:
    before = len(aws.decisions), len(aws.calls)
    aws.explain(a.root, "s3:GetObject", "arn:aws:s3:::bkt/k")
    assert (len(aws.decisions), len(aws.calls)) == before


def test_explain_supposes_a_request_like_boto3s(aws, a) -> None:
    context = aws.explain(a.root, "s3:PutObject", "arn:aws:s3:::bkt/k").request.context
    assert context["s3:authtype"] == ("REST-HEADER",)
    assert context["s3:objectcreationoperation"] == ("true",)
    assert context["aws:securetransport"] == ("true",)
    assert context["aws:requestedregion"] == ("us-east-1",)
    assert "s3:x-amz-acl" not in context
    assert "s3:authtype" not in aws.explain(aws.anonymous, "s3:GetObject", "*").request.context


def test_a_decision_explains_itself_by_what_it_saw(aws, a) -> None:
    """The mock can change before a decision is printed."""
    user = a.create_user("dave", policies=deny(Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}))
    with aws.request_context(source_ip="203.0.113.9"):
        assert answer(lambda: user.client("s3").list_objects_v2(Bucket="bkt")) == 403
    assert aws.decisions[-1].request.context["aws:sourceip"] == ("203.0.113.9",)

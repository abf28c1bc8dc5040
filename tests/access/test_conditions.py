"""Worked examples of conditions (docs/rules/worked-examples.md), through real clients."""

from __future__ import annotations

import json

import pytest

from tests.access.asking import allow, answer, both, deny, document, message

BUCKET = ["arn:aws:s3:::bkt", "arn:aws:s3:::bkt/*"]
EVERYONE = {"Principal": "*"}


def put_policy(a, policy) -> None:
    a.client().put_bucket_policy(Bucket="bkt", Policy=json.dumps(policy))


def reads(principal, **context) -> int:
    client = principal.client("s3", request_context=context) if context else principal.client("s3")
    return answer(lambda: client.get_object(Bucket="bkt", Key="k"))


def test_W_150_tls_only(a) -> None:
    """W-150, F-167."""
    put_policy(a, deny(resources=BUCKET, **EVERYONE, Condition={"Bool": {"aws:SecureTransport": "false"}}))
    dave = a.create_user("dave", policies=allow())
    plain = dave.client("s3", use_ssl=False)
    assert "explicit deny in a resource-based policy" in message(
        lambda: plain.get_object(Bucket="bkt", Key="k")
    )
    assert reads(dave) == 200
    assert reads(dave, secure_transport=False) == 403


def test_W_151_one_endpoint_only(aws, a) -> None:
    """W-151, C-41: requests that do not use the endpoint are denied."""
    admin = a.create_user("admin", policies=allow())
    condition = {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}
    put_policy(a, deny("s3:GetObject", BUCKET[1], **EVERYONE, Condition=condition))
    assert reads(admin) == 403
    assert reads(admin, source_vpce="vpce-1") == 200
    assert reads(admin, source_vpce="vpce-2") == 403


def test_W_152_addresses(a) -> None:
    """W-152, C-28."""
    condition = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    dave = a.create_user("dave", policies=allow("s3:GetObject", Condition=condition))
    assert reads(dave, source_ip="203.0.113.9") == 200
    assert reads(dave, source_ip="198.51.100.1") == 403
    assert reads(dave, source_ip="203.0.113.9", source_vpce="vpce-1") == 403
    assert reads(dave) == 403


@pytest.mark.parametrize(("operator", "long_term"), [("Bool", 204), ("BoolIfExists", 403)])
def test_W_153_W_154_deletes_want_mfa(a, operator, long_term) -> None:
    """W-153, W-154, C-42."""
    policy = both(
        allow(), deny("s3:DeleteObject", Condition={operator: {"aws:MultiFactorAuthPresent": "false"}})
    )
    dave = a.create_user("dave", policies=policy)

    def deletes(principal) -> int:
        return answer(lambda: principal.client("s3").delete_object(Bucket="bkt", Key="k"))

    assert deletes(dave) == long_term
    assert deletes(dave.session_token()) == 403
    assert deletes(dave.session_token(mfa=True)) == 204


def lists(principal, **parameters) -> int:
    return answer(lambda: principal.client("s3").list_objects_v2(Bucket="bkt", **parameters))


def test_W_155_home_directories(a) -> None:
    """W-155, OQ-12."""
    condition = {"StringLike": {"s3:prefix": "home/dave/*"}}
    dave = a.create_user("dave", policies=allow("s3:ListBucket", Condition=condition))
    assert (lists(dave, Prefix="home/dave/"), lists(dave, Prefix="home/"), lists(dave)) == (200, 403, 403)


def test_W_156_browsing(a) -> None:
    """W-156, C-46: an empty prefix is a prefix."""
    condition = {"StringEquals": {"s3:prefix": ["", "home/"], "s3:delimiter": ["/"]}}
    dave = a.create_user("dave", policies=allow("s3:ListBucket", Condition=condition))
    assert lists(dave, Prefix="", Delimiter="/") == 200
    assert lists(dave, Prefix="home/", Delimiter="/") == 200
    assert lists(dave, Prefix="home/") == 403


@pytest.mark.parametrize(("version", "own"), [("2012-10-17", 200), ("2008-10-17", 403)])
def test_W_157_W_158_variables(a, version, own) -> None:
    """W-157, W-158, C-6, C-70: role sessions have no user name."""
    a.client().put_object(Bucket="bkt", Key="home/dave/x")
    policy = allow("s3:GetObject", "arn:aws:s3:::bkt/home/${aws:username}/*") | {"Version": version}
    dave = a.create_user("dave", policies=policy)
    session = a.create_role("r", policies=policy).assume()

    def read(principal, key) -> int:
        return answer(lambda: principal.client("s3").get_object(Bucket="bkt", Key=key))

    assert read(dave, "home/dave/x") == own
    assert read(dave, "home/eve/x") == 403
    assert read(session, "home/dave/x") == 403


def test_W_161_W_162_encryption_asked_for(a) -> None:
    """W-161, W-162, F-24, OQ-8."""
    condition = {"Null": {"s3:x-amz-server-side-encryption": "true"}}
    put_policy(a, deny("s3:PutObject", BUCKET[1], **EVERYONE, Condition=condition))
    s3 = a.client()
    assert "explicit deny in a resource-based policy" in message(lambda: s3.put_object(Bucket="bkt", Key="n"))
    assert answer(lambda: s3.put_object(Bucket="bkt", Key="n", ServerSideEncryption="AES256")) == 200
    upload = s3.create_multipart_upload(Bucket="bkt", Key="m", ServerSideEncryption="AES256")["UploadId"]
    part = {"Bucket": "bkt", "Key": "m", "UploadId": upload}
    etag = s3.upload_part(**part, PartNumber=1, Body=b"x")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    assert answer(lambda: s3.complete_multipart_upload(**part, MultipartUpload=parts)) == 200


def test_W_165_objects_must_be_handed_over(aws) -> None:
    """W-165, A-44: no header is a missing key."""
    a = aws.account("111111111111")
    a.create_bucket("bkt", ownership="ObjectWriter", public_access_block=None)
    condition = {"StringNotEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
    put_policy(a, deny("s3:PutObject", BUCKET[1], **EVERYONE, Condition=condition))
    put = a.client().put_object
    assert answer(lambda: put(Bucket="bkt", Key="n")) == 403
    assert answer(lambda: put(Bucket="bkt", Key="n", ACL="bucket-owner-full-control")) == 200


def test_W_167_links_from_one_site(aws, a) -> None:
    """W-167."""
    condition = {"StringLike": {"aws:Referer": "https://ex.com/*"}}
    put_policy(a, allow("s3:GetObject", BUCKET[1], **EVERYONE, Condition=condition))
    assert reads(aws.anonymous, referer="https://ex.com/page") == 200
    assert reads(aws.anonymous) == 403


def test_W_169_a_region(a) -> None:
    """W-169."""
    condition = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    dave = a.create_user("dave", policies=allow(Condition=condition))
    assert "no identity-based policy allows the s3:GetObject action" in message(
        lambda: dave.client("s3", region_name="us-east-1").get_object(Bucket="bkt", Key="k")
    )


def test_W_172_overwriting_needs_a_condition(a) -> None:
    """W-172, F-165: parts are allowed, because they create no object."""
    condition = {"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}}
    put_policy(a, deny("s3:PutObject", BUCKET[1], **EVERYONE, Condition=condition))
    s3 = a.client()
    assert answer(lambda: s3.put_object(Bucket="bkt", Key="n")) == 403
    assert answer(lambda: s3.put_object(Bucket="bkt", Key="n", IfNoneMatch="*")) == 200
    upload = s3.create_multipart_upload(Bucket="bkt", Key="m")["UploadId"]
    part = {"Bucket": "bkt", "Key": "m", "UploadId": upload}
    etag = s3.upload_part(**part, PartNumber=1, Body=b"x")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    assert answer(lambda: s3.complete_multipart_upload(**part, MultipartUpload=parts)) == 403
    assert answer(lambda: s3.complete_multipart_upload(**part, MultipartUpload=parts, IfNoneMatch="*")) == 200


# Services (P-9).


def test_W_121_a_service_for_its_own_resource(aws, a) -> None:
    """W-121."""
    trail = "arn:aws:cloudtrail:us-east-1:111111111111:trail/T"
    service = {"Service": "cloudtrail.amazonaws.com"}
    condition = {"StringEquals": {"aws:SourceArn": trail}}
    put_policy(a, allow("s3:PutObject", BUCKET[1], Principal=service, Condition=condition))

    def puts(name, arn) -> int:
        client = aws.service(name, source_arn=arn).client("s3")
        return answer(lambda: client.put_object(Bucket="bkt", Key="log"))

    assert puts("cloudtrail.amazonaws.com", trail) == 200
    assert puts("cloudtrail.amazonaws.com", trail + "2") == 403
    assert puts("config.amazonaws.com", trail) == 403


@pytest.mark.parametrize("mode", ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"])
def test_a_service_that_hands_its_object_over_needs_no_more(aws, mode) -> None:
    """A-43, OQ-10: the policy that CloudTrail's guide gives allows s3:PutObject alone; a Deny still applies."""
    trails = aws.account().create_bucket("trails", ownership=mode)
    service = {"Service": "cloudtrail.amazonaws.com"}
    condition = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
    resource = "arn:aws:s3:::trails/*"
    given = allow("s3:PutObject", resource, Principal=service, Condition=condition)
    client = aws.service("cloudtrail.amazonaws.com").client("s3")

    def puts(acl: str) -> int:
        return answer(lambda: client.put_object(Bucket="trails", Key="log", ACL=acl))

    trails.put_policy(given)
    assert puts("bucket-owner-full-control") == 200
    assert puts("private") == 403
    trails.put_policy(both(given, deny("s3:PutObjectAcl", resource, **EVERYONE)))
    assert puts("bucket-owner-full-control") == 403


def test_services_read_the_plain_sentence(aws, a) -> None:
    """X-43: a service belongs to no account."""
    client = aws.service("cloudtrail.amazonaws.com").client("s3")
    assert message(lambda: client.put_object(Bucket="bkt", Key="log")) == "Access Denied"


@pytest.mark.parametrize(("principal", "status"), [("*", 200), ({"AWS": "*"}, 403)])
def test_everyone_and_every_service(aws, a, principal, status) -> None:
    """OQ-25: "*" admits services, {"AWS": "*"} does not; a Deny with either form applies to them."""
    service = aws.service("config.amazonaws.com")
    put_policy(a, allow("s3:GetObject", BUCKET[1], Principal=principal))
    assert reads(service) == status
    denied = deny("s3:GetObject", BUCKET[1], Principal=principal)
    put_policy(a, both(allow("s3:GetObject", BUCKET[1], Principal="*"), denied))
    assert reads(service) == 403


def test_a_60_the_log_writer_is_the_log_delivery_group(aws) -> None:
    """A-60: a grant to LogDelivery applies to logging.s3.amazonaws.com only."""
    owner = aws.account("111111111111")
    owner.create_bucket("bkt", ownership="ObjectWriter", acl="log-delivery-write", public_access_block=None)

    def puts(name) -> int:
        return answer(lambda: aws.service(name).client("s3").put_object(Bucket="bkt", Key=name))

    assert puts("logging.s3.amazonaws.com") == 200
    assert puts("cloudtrail.amazonaws.com") == 403


def test_a_service_survives_a_snapshot(aws, a) -> None:
    put_policy(a, allow("s3:GetObject", BUCKET[1], Principal={"Service": "config.amazonaws.com"}))
    service = aws.service("config.amazonaws.com")
    mark = aws.snapshot()
    aws.restore(mark)
    assert reads(service) == 200
    assert service.arn == "config.amazonaws.com"
    assert service.account is None


def test_multivalued_keys_are_no_variables(a) -> None:
    """C-67: s3:RequestObjectTagKeys is a list even when it holds one key."""
    statement = {
        "Effect": "Allow",
        "Action": ["s3:PutObject", "s3:PutObjectTagging"],
        "Resource": "arn:aws:s3:::bkt/${s3:RequestObjectTagKeys}",
    }
    dave = a.create_user("dave", policies=document(statement))
    put = dave.client("s3").put_object
    assert answer(lambda: put(Bucket="bkt", Key="a", Tagging="a=1")) == 403

"""Condition keys about tags: of the request, and of the existing object."""

from __future__ import annotations

import pytest

from tests.access.asking import allow, answer, both, seen, supposed


@pytest.fixture
def tagged(aws, a):
    """The object ``k``, tagged sec=public."""
    a.client().put_object(Bucket="bkt", Key="k", Tagging="sec=public&Team=a%2Fb")
    return a


KEY = "s3:existingobjecttag/sec"


@pytest.mark.parametrize(
    ("action", "call", "sent"),
    [
        ("s3:GetObject", "get_object", {}),
        ("s3:GetObject", "head_object", {}),
        ("s3:GetObjectAcl", "get_object_acl", {}),
        ("s3:GetObjectTagging", "get_object_tagging", {}),
        ("s3:DeleteObjectTagging", "delete_object_tagging", {}),
        ("s3:PutObjectTagging", "put_object_tagging", {"Tagging": {"TagSet": []}}),
    ],
)
def test_actions_that_see_the_object_s_tags(aws, tagged, action, call, sent) -> None:
    """s3:ExistingObjectTag/, F-80; PutObjectTagging is decided with the tags before the change."""
    context = seen(aws, action, lambda: getattr(tagged.client(), call)(Bucket="bkt", Key="k", **sent))
    assert context[KEY] == ("public",)
    assert context["s3:existingobjecttag/team"] == ("a/b",)


@pytest.mark.parametrize(
    ("action", "call", "sent"),
    [
        ("s3:PutObject", "put_object", {}),
        ("s3:PutObjectTagging", "put_object", {"Tagging": "a=b"}),
        ("s3:DeleteObject", "delete_object", {}),
        ("s3:GetObjectAttributes", "get_object_attributes", {"ObjectAttributes": ["ETag"]}),
        ("s3:GetObject", "get_object_attributes", {"ObjectAttributes": ["ETag"]}),
    ],
)
def test_actions_that_do_not(aws, tagged, action, call, sent) -> None:
    """V-16, F-32, F-80."""
    context = supposed(aws, tagged.root, action, lambda s3: getattr(s3, call)(Bucket="bkt", Key="k", **sent))
    assert KEY not in context


def test_a_missing_object_has_no_tags(aws, a) -> None:
    context = seen(
        aws, "s3:GetObject", lambda: answer(lambda: a.client().get_object(Bucket="bkt", Key="none"))
    )
    assert [key for key in context if key.startswith("s3:existingobjecttag/")] == []


def test_sources_of_copies_and_of_parts_differ(aws, tagged) -> None:
    """F-4b, W-160."""
    s3 = tagged.client()
    copy = seen(aws, "s3:GetObject", lambda: s3.copy_object(Bucket="bkt", Key="c", CopySource="bkt/k"))
    assert KEY not in copy
    upload = s3.create_multipart_upload(Bucket="bkt", Key="m")["UploadId"]
    part = {"Bucket": "bkt", "Key": "m", "UploadId": upload, "PartNumber": 1, "CopySource": "bkt/k"}
    assert seen(aws, "s3:GetObject", lambda: s3.upload_part_copy(**part))[KEY] == ("public",)


def test_W_159_tags_let_read(aws, tagged) -> None:
    """W-159, W-160."""
    condition = {"StringEquals": {"s3:ExistingObjectTag/sec": "public"}}
    dave = tagged.create_user(
        "dave",
        policies=both(
            allow(["s3:GetObject", "s3:GetObjectAttributes"], Condition=condition),
            allow(["s3:PutObject", "s3:PutObjectTagging", "s3:GetObjectTagging"]),
        ),
    )
    s3, k = dave.client("s3"), {"Bucket": "bkt", "Key": "k"}
    assert answer(lambda: s3.get_object(**k)) == 200
    assert answer(lambda: s3.head_object(**k)) == 200
    assert not aws.explain(dave, "s3:GetObjectAttributes", "arn:aws:s3:::bkt/k").allowed
    assert aws.explain(dave, "s3:GetObject", "arn:aws:s3:::bkt/k").allowed
    assert answer(lambda: s3.copy_object(Bucket="bkt", Key="c", CopySource=k)) == 403
    upload = s3.create_multipart_upload(Bucket="bkt", Key="m")["UploadId"]
    part = {"Bucket": "bkt", "Key": "m", "UploadId": upload, "PartNumber": 1, "CopySource": k}
    assert answer(lambda: s3.upload_part_copy(**part)) == 200


def test_tags_of_a_version_are_its_own(aws, a) -> None:
    s3 = a.client()
    s3.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(Bucket="bkt", Key="k", Tagging="n=1")["VersionId"]
    s3.put_object(Bucket="bkt", Key="k", Tagging="n=2")
    context = seen(aws, "s3:GetObjectVersion", lambda: s3.get_object(Bucket="bkt", Key="k", VersionId=old))
    assert context["s3:existingobjecttag/n"] == ("1",)


def test_tags_that_a_write_brings(aws, a) -> None:
    """s3:RequestObjectTag/, s3:RequestObjectTagKeys."""
    s3 = a.client()
    for action in ("s3:PutObject", "s3:PutObjectTagging"):
        context = seen(aws, action, lambda: s3.put_object(Bucket="bkt", Key="k", Tagging="Team=x%20y&empty="))
        assert context["s3:requestobjecttag/team"] == ("x y",)
        assert context["s3:requestobjecttag/empty"] == ("",)
        assert context["s3:requestobjecttagkeys"] == ("Team", "empty")
    tags = {"TagSet": [{"Key": "a", "Value": "1"}]}
    context = seen(
        aws, "s3:PutObjectTagging", lambda: s3.put_object_tagging(Bucket="bkt", Key="k", Tagging=tags)
    )
    assert context["s3:requestobjecttag/a"] == ("1",)
    assert context["s3:requestobjecttagkeys"] == ("a",)
    assert "s3:requestobjecttagkeys" not in seen(
        aws, "s3:PutObject", lambda: s3.put_object(Bucket="bkt", Key="k")
    )


def test_a_copy_brings_tags_only_to_replace(aws, a) -> None:
    copy = {"Bucket": "bkt", "Key": "c", "CopySource": "bkt/k", "Tagging": "a=b"}
    for directive, expected in {"REPLACE": ("b",), "COPY": None}.items():
        context = supposed(
            aws,
            a.root,
            "s3:PutObject",
            lambda s3, how=directive: s3.copy_object(**copy, TaggingDirective=how),
        )
        assert context.get("s3:requestobjecttag/a") == expected


def test_tags_that_a_new_bucket_gets(aws, a) -> None:
    """F-70: aws:RequestTag/, aws:TagKeys; not for the tags of objects."""
    s3 = a.client()
    tags = {"Tags": [{"Key": "Team", "Value": "x"}]}
    for action in ("s3:CreateBucket", "s3:TagResource"):
        context = supposed(
            aws, a.root, action, lambda s3: s3.create_bucket(Bucket="n", CreateBucketConfiguration=tags)
        )
        assert context["aws:requesttag/team"] == ("x",)
        assert context["aws:tagkeys"] == ("Team",)
    context = seen(aws, "s3:PutObject", lambda: s3.put_object(Bucket="bkt", Key="k", Tagging="Team=x"))
    assert "aws:requesttag/team" not in context
    assert "aws:tagkeys" not in context


def test_W_163_a_tag_that_must_come_with_the_put(aws, a) -> None:
    """W-163."""
    condition = {"StringEquals": {"s3:RequestObjectTag/team": "x"}}
    dave = a.create_user(
        "dave", policies=both(allow("s3:PutObject", Condition=condition), allow("s3:PutObjectTagging"))
    )
    put = dave.client("s3").put_object
    assert answer(lambda: put(Bucket="bkt", Key="n", Tagging="team=x")) == 200
    assert answer(lambda: put(Bucket="bkt", Key="n", Tagging="team=y")) == 403
    assert answer(lambda: put(Bucket="bkt", Key="n")) == 403


def test_W_164_tags_out_of_a_list(aws, a) -> None:
    """W-164, C-34."""
    condition = {"ForAllValues:StringEquals": {"s3:RequestObjectTagKeys": ["a", "b"]}}
    dave = a.create_user("dave", policies=allow("s3:PutObjectTagging", Condition=condition))

    def put(*keys):
        tags = {"TagSet": [{"Key": key, "Value": "v"} for key in keys]}
        return answer(lambda: dave.client("s3").put_object_tagging(Bucket="bkt", Key="k", Tagging=tags))

    assert (put("a"), put("a", "c"), put()) == (200, 403, 200)

"""Messages of denials, as AWS prints them: in every form, alone and inside other text (X-40 to X-47)."""

from __future__ import annotations

import json

import pytest

from mocks3.calls.messages import LAYERS, read_message
from mocks3.errors import Mocks3Error

from .conftest import A

DAVE = f"arn:aws:iam::{A}:user/dave"
START = f'User: {DAVE} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::data/a b/k.txt"'


@pytest.mark.parametrize(("words", "layer"), LAYERS.items())
def test_every_reason(words: str, layer: str) -> None:
    shown = words.replace("vpc", "VPC")
    implicit = read_message(f"{START} because no {shown} allows the s3:GetObject action")
    assert (implicit.principal, implicit.action, implicit.resource) == (
        DAVE,
        "s3:GetObject",
        "arn:aws:s3:::data/a b/k.txt",
    )
    assert (implicit.layer, implicit.explicit) == (layer, False)
    article = "an" if shown[0] in "aeiou" else "a"
    explicit = read_message(f"{START} with an explicit deny in {article} {shown}")
    assert (explicit.layer, explicit.explicit, explicit.policy) == (layer, True, None)
    policy = f"arn:aws:iam::{A}:policy/team/Limit"
    for end in ("", ". Go to https://console.aws.amazon.com/ for details", " (Authorization-Id: x)"):
        named = read_message(f"{START} with an explicit deny in {article} {shown}: {policy}{end}")
        assert named.policy == policy


def test_where_messages_are_found() -> None:
    sentence = f"{START} because no identity-based policy allows the s3:GetObject action"
    found = read_message(f"An error occurred (AccessDenied) when calling the GetObject operation: {sentence}")
    assert (found.code, found.operation, found.layer) == ("AccessDenied", "GetObject", "identity-policy")
    xml = (
        f"<Error><Code>AccessDenied</Code>\n<Message>{sentence.replace(chr(34), '&quot;')}</Message></Error>"
    )
    assert read_message(xml).resource == "arn:aws:s3:::data/a b/k.txt"
    assert read_message(xml).code == "AccessDenied"
    assert read_message(json.dumps({"Code": "AccessDenied", "Message": sentence})).action == "s3:GetObject"
    wrapped = sentence.replace(" because", "\n   because")
    assert read_message(wrapped).layer == "identity-policy"


@pytest.mark.parametrize(
    ("text", "layer", "resource"),
    [
        (
            f"User: {DAVE} is not authorized to perform: s3:ListAllMyBuckets because no identity-based policy allows "
            "the s3:ListAllMyBuckets action",
            "identity-policy",
            None,
        ),
        (
            f"User: {DAVE} is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:{A}:key/1 "
            "because no resource-based policy allows the kms:Decrypt action",
            "resource-policy",
            f"arn:aws:kms:eu-west-1:{A}:key/1",
        ),
        (
            f"User: {DAVE} is not authorized to perform: kms:Decrypt on this resource because the resource does not "
            "exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly "
            "denies access",
            "resource-policy",
            None,
        ),
        (f"{START} with an explicit deny", None, "arn:aws:s3:::data/a b/k.txt"),
        (START, None, "arn:aws:s3:::data/a b/k.txt"),
        (
            f'User: {DAVE} is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::data" because '
            "public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
            "block-public-access",
            "arn:aws:s3:::data",
        ),
        ("Access Denied because object protected by object lock.", "object-lock", None),
        ("Anonymous users cannot copy objects. Please authenticate.", "unsigned", None),
        ("Mfa Authentication must be used for this request", "mfa-delete", None),
        (
            "An error occurred (SignatureDoesNotMatch) when calling the GetObject operation: The",
            "signature",
            None,
        ),
        ("An error occurred (403) when calling the HeadObject operation: Forbidden", None, None),
        ("Access Denied", None, None),
    ],
)
def test_other_sentences(text: str, layer: str | None, resource: str | None) -> None:
    found = read_message(text)
    assert (found.layer, found.resource) == (layer, resource)


@pytest.mark.parametrize("text", ["", "hello", "NoSuchKey: The specified key does not exist."])
def test_texts_that_are_no_denials(text: str) -> None:
    with pytest.raises(Mocks3Error, match="this is not the message of a denial by AWS"):
        read_message(text)

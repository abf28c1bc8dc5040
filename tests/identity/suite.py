"""AWS's SigV4 test suite ("aws-sig-v4-test-suite"): the requests, and the signatures that AWS computed.

A signature covers its string to sign, which covers the canonical request. If the signature verifies, both are the same
as AWS's, so they are not repeated here. Every request goes to ``example.amazonaws.com`` at
``20150830T123600Z``, for the service "service" in us-east-1, by the suite's example credentials.

Source: AWS General Reference, "Signature Version 4 test suite"; aws-c-auth has a newer
version (``tests/aws-signing-test-suite``), which is the source of ``UNNORMALIZED`` and ``PRESIGNED``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
HOST, TIMESTAMP = "example.amazonaws.com", "20150830T123600Z"
UNRESERVED = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
TOKEN = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwt"
    "hAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAk"
    "iY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
)
SHORT_TOKEN = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"


class Row(NamedTuple):
    """One request. Headers (without host and x-amz-date) have lower-case names; repeated ones are joined."""

    name: str
    signature: str
    target: str = "/"
    headers: Mapping[str, str] = MappingProxyType({})
    method: str = "GET"
    body: bytes = b""


PLAIN = (
    Row(
        "get-header-key-duplicate",
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        headers={"my-header1": "value2,value2,value1"},
    ),
    Row(
        # The line is folded in the suite. Servers replace the fold (RFC 9112, 5.2); the suite replaces it with a comma.
        "get-header-value-multiline",
        "ba17b383a53190154eb5fa66a1b836cc297cc0a3d70a5d00705980573d8ff790",
        headers={"my-header1": "value1,value2,value3"},
    ),
    Row(
        "get-header-value-order",
        "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
        headers={"my-header1": "value4,value1,value3,value2"},
    ),
    Row(
        "get-header-value-trim",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        headers={"my-header1": " value1", "my-header2": ' "a   b   c"'},
    ),
    Row(
        "get-unreserved", "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f", f"/{UNRESERVED}"
    ),
    Row("get-vanilla", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    Row(
        "get-vanilla-empty-query-key",
        "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
        "/?Param1=value1",
    ),
    Row("get-vanilla-query", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    Row(
        "get-vanilla-query-order-encoded",
        "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
        "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
    ),
    Row(
        "get-vanilla-query-order-key",
        "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1",
        "/?Param1=value2&Param1=Value1",
    ),
    Row(
        "get-vanilla-query-order-key-case",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        "/?Param2=value2&Param1=value1",
    ),
    Row(
        "get-vanilla-query-order-value",
        "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694",
        "/?Param1=value2&Param1=value1",
    ),
    Row(
        "get-vanilla-query-unreserved",
        "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
        f"/?{UNRESERVED}={UNRESERVED}",
    ),
    Row(
        # Not encoded in the suite, but no HTTP client sends it so.
        "get-vanilla-utf8-query",
        "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
        "/?%E1%88%B4=bar",
    ),
    Row(
        "get-vanilla-with-session-token",
        "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
        headers={"x-amz-security-token": SHORT_TOKEN},
    ),
    Row(
        "post-header-key-case",
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        method="POST",
    ),
    Row(
        "post-header-key-sort",
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
        headers={"my-header1": "value1"},
        method="POST",
    ),
    Row(
        "post-header-value-case",
        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
        headers={"my-header1": "VALUE1"},
        method="POST",
    ),
    Row(
        "post-sts-header-after",
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        method="POST",
    ),
    Row(
        "post-sts-header-before",
        "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
        headers={"x-amz-security-token": TOKEN},
        method="POST",
    ),
    Row("post-vanilla", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b", method="POST"),
    Row(
        "post-vanilla-empty-query-value",
        "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
        "/?Param1=value1",
        method="POST",
    ),
    Row(
        "post-vanilla-query",
        "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
        "/?Param1=value1",
        method="POST",
    ),
    Row(
        # The suite's canonical request also has content-length; its signature and its signed headers do not.
        "post-x-www-form-urlencoded",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        headers={"content-type": "application/x-www-form-urlencoded"},
        method="POST",
        body=b"Param1=value1",
    ),
    Row(
        "post-x-www-form-urlencoded-parameters",
        "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
        headers={"content-type": "application/x-www-form-urlencoded; charset=utf8"},
        method="POST",
        body=b"Param1=value1",
    ),
)

NORMALIZED = (
    Row("get-relative", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", "/example/.."),
    Row(
        "get-relative-relative",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "/example1/example2/../..",
    ),
    Row("get-slash", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", "//"),
    Row("get-slash-dot-slash", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", "/./"),
    Row(
        "get-slash-pointless-dot",
        "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
        "/./example",
    ),
    Row("get-slashes", "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84", "//example//"),
    Row("get-space", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741", "/example space/"),
    Row("get-utf8", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85", "/\u1234"),
)
"""Paths that services other than S3 normalize and encode once more; for S3 each of them is another key."""

UNNORMALIZED = (
    Row("get-relative", "eca7ead57bb5aa5c8e28007acd4ff04e1ff9a0ff3b237ec1554a184887ff9282", "/example/.."),
    Row(
        "get-relative-relative",
        "dc33e0856fd4baca4d7aa2146c38958283844764f38c74252a333df5e613003b",
        "/example1/example2/../..",
    ),
    Row("get-slash", "c88bcd3d312d75078c0cd961d6deae3f4c754924b01669efcfcb439fd5e5b76e", "//"),
    Row("get-slash-dot-slash", "68714168e6557f8f2de0ef956fc24dc2593a4bd2961f8df51898d8a134695145", "/./"),
    Row(
        "get-slash-pointless-dot",
        "beb03f223f7deae4146464f06e29eebbee9c8afbe15c290cf07aa8b119e14cff",
        "/./example",
    ),
    Row("get-slashes", "87cca117541a147f6df867677d98a7d80dff226d2bfca9e4ffa899665623c7e5", "//example//"),
    Row("get-space", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741", "/example%20space/"),
    Row("get-utf8", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85", "/%E1%88%B4"),
)
"""The same paths, signed for S3."""

PRESIGNED = (
    Row("get-vanilla-query", "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d"),
    Row(
        "get-vanilla-query-order-encoded",
        "c5f1848ceec943ac2ca68ee720460c23aaae30a2300586597ada94c4a65e4787",
        "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
    ),
    Row(
        "get-vanilla-query-unreserved",
        "8e76a88a7433637b12778d5592799b29ad21ecd6cf6325051c21d86f0acda2bf",
        f"/?{UNRESERVED}={UNRESERVED}",
    ),
    Row(
        "get-header-value-order",
        "313720e71ca6202fdcfa9b20f88de01a4eb0638a83c833b1c184359a4eda864e",
        headers={"my-header1": "value4,value1,value3,value2"},
    ),
    Row(
        "get-vanilla-with-session-token",
        "7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c",
        f"/?X-Amz-Security-Token={SHORT_TOKEN}",
    ),
)
"""The same requests, presigned for an hour; the payload is empty."""

"""XML request bodies: dangerous, invalid and unusual ones, and when they are read."""

from __future__ import annotations

import base64
import datetime
import hashlib
import zlib
from typing import Any

import pytest

from mocks3 import wire
from mocks3.errors import S3Error
from mocks3.lib.locking import UnreadBody
from mocks3.wire import xmltree

from .wires import request

NS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def put(path: str, body: str | bytes, **headers: str) -> dict[str, Any]:
    if not headers:  # some operations need a digest
        content = body.encode() if isinstance(body, str) else body
        headers = {"x_amz_checksum_sha256": base64.b64encode(hashlib.sha256(content).digest()).decode()}
    sent = request("POST" if "delete" in path else "PUT", path, body, **headers)
    found = dict(wire.parse(sent).params)
    found.pop("Bucket")
    return found


def refused(path: str, body: str | bytes, **headers: str) -> S3Error:
    with pytest.raises(S3Error) as caught:
        put(path, body, **headers)
    return caught.value


def versioning(inside: str) -> str:
    return f"<VersioningConfiguration {NS}>{inside}</VersioningConfiguration>"


BOMB = """<?xml version="1.0"?><!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><VersioningConfiguration><Status>&c;</Status></VersioningConfiguration>"""
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + versioning("<Status>&e;</Status>")


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        OUTSIDE,
        "<!DOCTYPE x>" + versioning("<Status>Enabled</Status>"),
        "<a>" * 100 + "</a>" * 100,
        versioning("<x>" * 40 + "</x>" * 40 + "<Status>Enabled</Status>"),
        versioning("<Status>Enabled"),
        versioning("<Status>enabled</Status>"),
        versioning("<Status/>"),
        versioning("<Status><Enabled/></Status>"),
        versioning("<Status>Enabled</Status><Status>Enabled</Status>"),
        versioning("Enabled"),
        f"<Versioning {NS}/>",
        "not xml",
        b"\xff\xfe<\x00",
        b'<?xml version="1.0" encoding="latin-1"?><VersioningConfiguration><X>\xe9</X></VersioningConfiguration>',
    ],
)
def test_a_document_that_does_not_match_the_schema_is_malformed(body: str | bytes) -> None:
    error = refused("/b?versioning", body)
    assert (error.code, error.status) == ("MalformedXML", 400)
    assert error.message.startswith("The XML you provided was not well-formed")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/b?tagging", "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>"),
        ("/b?cors", "<CORSConfiguration/>"),
        ("/b?cors", "<CORSConfiguration><CORSRule><MaxAgeSeconds>1e3</MaxAgeSeconds></CORSRule></CORSConfiguration>"),
        ("/b?delete", "<Delete><Object><Key>k</Key></Object><Quiet>yes</Quiet></Delete>"),
        ("/b/k?retention", "<Retention><RetainUntilDate>soon</RetainUntilDate></Retention>"),
        ("/b/k?retention", "<Retention><RetainUntilDate>1e400</RetainUntilDate></Retention>"),
    ],
)  # fmt: skip
def test_wrong_types_and_missing_members_are_malformed(path: str, body: str) -> None:
    assert refused(path, body).code == "MalformedXML"


def test_acls_have_their_own_error_code() -> None:
    grant = f'<Grant><Grantee {XSI} xsi:type="Nobody"/><Permission>READ</Permission></Grant>'
    acl = f"<AccessControlPolicy><AccessControlList>{grant}</AccessControlList></AccessControlPolicy>"
    assert refused("/b?acl", acl).code == refused("/b/k?acl", "<x").code == "MalformedACLError"


def test_open_enumerations_are_checked_by_the_operation() -> None:
    inside = "<LocationConstraint>mars-1</LocationConstraint>"
    found = put("/b", f"<CreateBucketConfiguration>{inside}</CreateBucketConfiguration>")
    assert found == {"CreateBucketConfiguration": {"LocationConstraint": "mars-1"}}


def test_unknown_elements_are_ignored() -> None:
    found = put("/b?versioning", versioning("<!-- hm --><Colour>red</Colour> <Status>Enabled</Status>\n"))
    assert found == {"VersioningConfiguration": {"Status": "Enabled"}}


def test_namespaces_and_prefixes_do_not_matter() -> None:
    body = (
        '<a:VersioningConfiguration xmlns:a="urn:x"><a:Status>Enabled</a:Status></a:VersioningConfiguration>'
    )
    assert put("/b?versioning", body) == {"VersioningConfiguration": {"Status": "Enabled"}}


def test_text_is_not_changed() -> None:
    objects = (
        "<Object><Key> a\n&#13;&lt;b&gt;<![CDATA[<!DOCTYPE>]]> </Key></Object><Object><Key>  </Key></Object>"
    )
    body = f"<Delete>\n {objects}\n</Delete>".encode()
    parsed = wire.parse(request("POST", "/b?delete", body, content_md5=b64(hashlib.md5(body).digest())))
    assert parsed.params["Delete"] == {"Objects": [{"Key": " a\n\r<b><!DOCTYPE> "}, {"Key": "  "}]}


def test_attributes_are_members() -> None:
    grantee = f'<Grantee {XSI} xsi:type="CanonicalUser"><ID>1</ID></Grantee>'
    grant = f"<Grant>{grantee}<Permission>READ</Permission></Grant>"
    acl = f"<AccessControlPolicy><AccessControlList>{grant}</AccessControlList></AccessControlPolicy>"
    expected = {"Grants": [{"Grantee": {"Type": "CanonicalUser", "ID": "1"}, "Permission": "READ"}]}
    assert put("/b?acl", acl) == {"AccessControlPolicy": expected}


@pytest.mark.parametrize(
    "text",
    [
        "2030-01-01T00:00:00Z", "2030-01-01", "Tue, 01 Jan 2030 00:00:00 GMT", "1893456000",
        "2030-01-01T01:00:00.000+01:00",
    ]
)  # fmt: skip
def test_timestamps_of_every_format(text: str) -> None:
    found = put("/b/k?retention", f"<Retention><RetainUntilDate>{text}</RetainUntilDate></Retention>")
    assert found["Retention"]["RetainUntilDate"] == datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)


def test_empty_bodies() -> None:
    assert refused("/b?tagging", b"").code == "MissingRequestBodyError"
    assert put("/b/k?legal-hold", b"") == {"Key": "k"}
    assert put("/b", b"") == {}
    assert put("/b?policy", b"") == {"Policy": ""}
    parsed = wire.parse(request("POST", "/b/k?uploadId=u", b"<CompleteMultipartUpload/>"))
    assert parsed.params["MultipartUpload"] == {}
    assert refused("/b?policy", b"\xff").code == "MalformedXML"
    with pytest.raises(S3Error, match="EmptyRequestBody"):
        assert wire.parse(request("POST", "/b/k?select&select-type=2")).params


def test_the_body_is_read_late_and_once() -> None:
    reads = []

    class Watched:
        def read(self, amount: int = -1) -> bytes:
            reads.append(amount)
            return b"" if len(reads) > 1 else versioning("<Status>Enabled</Status>").encode()

    parsed = wire.parse(request("PUT", "/b?versioning", Watched(), x_amz_mfa="1 2"))
    assert (parsed.head, reads) == ({"Bucket": "b", "MFA": "1 2"}, [])
    with pytest.raises(UnreadBody) as caught:  # while the lock is not held
        _ = parsed.params
    assert reads == []
    caught.value.read()
    assert parsed.params is parsed.params
    assert len(reads) == 2


GOOD = versioning("<Status>Enabled</Status>").encode()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_correct_digests_are_accepted() -> None:
    put(
        "/b?versioning",
        GOOD,
        content_md5=b64(hashlib.md5(GOOD).digest()),
        x_amz_checksum_crc32=b64(zlib.crc32(GOOD).to_bytes(4, "big")),
        x_amz_content_sha256=hashlib.sha256(GOOD).hexdigest(),
    )


def test_wrong_digests_are_named() -> None:
    stated = b64(bytes(16))
    error = refused("/b?versioning", GOOD, content_md5=stated)
    assert (error.code, error.message) == (
        "BadDigest",
        "The Content-MD5 you specified did not match what we received.",
    )
    assert error.extra == {"ExpectedDigest": stated, "CalculatedDigest": b64(hashlib.md5(GOOD).digest())}
    error = refused("/b?versioning", GOOD, x_amz_checksum_crc32=b64(bytes(4)))
    assert (error.code, error.message) == (
        "BadDigest",
        "The CRC32 you specified did not match the calculated checksum.",
    )


def test_invalid_digests() -> None:
    for text in ("!", b64(bytes(15))):
        error = refused("/b?versioning", GOOD, content_md5=text)
        assert (error.code, error.extra) == ("InvalidDigest", {"Content-MD5": text})
    error = refused("/b?versioning", GOOD, x_amz_checksum_sha1="AAAA")
    assert (error.code, error.message) == (
        "InvalidRequest",
        "Value for x-amz-checksum-sha1 header is invalid.",
    )


def test_error_messages_name_the_fault() -> None:
    with pytest.raises(ValueError, match="document type"):
        xmltree.parse(BOMB.encode())
    with pytest.raises(ValueError, match="deeply"):
        xmltree.parse(b"<a>" * 33 + b"</a>" * 33)

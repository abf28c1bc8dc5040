"""Requests that say what their place cannot hold (``unfit``), each made from a seed."""

from __future__ import annotations

import base64
import json
import random
from typing import NamedTuple
from urllib.parse import quote

from mocks3.wire import models

from .raw import Headers
from .unfit import (
    BOUNDARIES,
    DATES,
    DIGITS,
    ESCAPES,
    EXPRESSIONS,
    FIELDS,
    HOSTS,
    METHODS,
    NUMBERS,
    PARAMETERS,
    RECORDS,
    TEXTS,
)


class Hostile(NamedTuple):
    """A request as it stands on the wire; without a host where there is none."""

    method: str
    target: str
    headers: Headers
    body: bytes


def request(source: random.Random) -> Hostile:
    """Make a request."""
    makers = (
        _to_operation,
        _to_operation,
        _to_operation,
        _form,
        _policy,
        _presigned,
        _select,
        _service,
        _odd,
    )
    return source.choice(makers)(source)


def _text(source: random.Random) -> str:
    return source.choice(source.choice((TEXTS, NUMBERS, DATES)))


def _header(text: str) -> bytes:
    """A text as a client can send it in a header: without what would end the header."""
    return "".join(each for each in text if each not in "\r\n\0").encode("utf-8", "surrogateescape")


def _in_xml(text: str) -> str:
    kept = "".join(each for each in text if each in "\t\n\r" or each >= " ")
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#13;")


def _path(source: random.Random) -> str:
    bucket = source.choice(["open", "locked", "none", quote(_text(source)[:80], safe="")])
    return f"/{bucket}/{source.choice(['k', 'ü', '', quote(_text(source)[:1_100], safe='/')])}"


def _document(source: random.Random, name: str, shape: object, depth: int = 0) -> str:
    """A document of a shape, some of whose texts are what they cannot be."""
    kind = getattr(shape, "type_name", "")
    if kind == "structure" and depth < 6:
        members = shape.members.items()  # type: ignore[attr-defined]
        required = shape.required_members  # type: ignore[attr-defined]
        inside = "".join(
            _document(source, inner.serialization.get("name", member), inner, depth + 1)
            for member, inner in members
            if member in required or source.random() < 0.3
        )
    elif kind == "list":
        item = shape.member  # type: ignore[attr-defined]
        flat = shape.serialization.get("flattened")  # type: ignore[attr-defined]
        tag = item.serialization.get("name", name if flat else "member")
        inside = _document(source, tag, item, depth + 1)
        if flat:
            return inside
    else:
        usual = {"integer": NUMBERS, "long": NUMBERS, "timestamp": DATES, "boolean": ["true", "false", ""]}
        known = getattr(shape, "enum", None)
        inside = _in_xml(
            source.choice(known) if known and source.random() < 0.8 else source.choice(usual.get(kind, TEXTS))
        )
    return f"<{name}>{inside}</{name}>"


OPERATIONS = sorted(models.service_model("s3").operation_names)


def _to_operation(source: random.Random) -> Hostile:
    """A request to an operation, with some of its members."""
    model = models.operation_model("s3", source.choice(OPERATIONS))
    path, _, literal = model.http["requestUri"].partition("?")
    queries, headers = [literal] if literal else [], []
    shape, body = model.input_shape, b""
    for member, inner in shape.members.items() if shape else ():
        name, place = inner.serialization.get("name", member), inner.serialization.get("location")
        if place not in ("header", "headers", "querystring") or (
            member not in shape.required_members and source.random() > 0.15
        ):
            continue
        usual = {"integer": NUMBERS, "long": NUMBERS, "timestamp": DATES}
        known = getattr(inner, "enum", None)
        text = source.choice(known or usual.get(inner.type_name, TEXTS))
        if place == "querystring":
            queries.append(f"{name}={quote(text)}")
        else:
            headers.append((name.lower().encode() + (b"x" if place == "headers" else b""), _header(text)))
    payload = shape.serialization.get("payload") if shape else None
    if payload and shape.members[payload].type_name == "structure":
        inner = shape.members[payload]
        body = _document(source, inner.serialization.get("name", payload), inner).encode("utf-8", "replace")
    elif payload:
        body = source.choice([b"x", b'{"Statement":' + source.choice(ESCAPES).encode() + b"}"])
    target = path.replace("/{Bucket}/{Key+}", _path(source)).replace(
        "{Bucket}", source.choice(["open", "locked"])
    )
    return Hostile(
        model.http["method"],
        target + ("?" + "&".join(queries) if queries else ""),
        [(b"host", b"s3.amazonaws.com"), *headers, (b"content-length", b"%d" % len(body))],
        body,
    )


def _form(source: random.Random) -> Hostile:
    """A browser's upload."""
    fields = [("key", source.choice(["f", "", "${filename}", _text(source)]))]
    fields += [(source.choice(FIELDS[1:]), _text(source)) for _ in range(source.randrange(3))]
    if source.random() < 0.5:
        expiration = source.choice([*(json.dumps(each) for each in DATES), *ESCAPES])
        condition = source.choice(
            [*ESCAPES, '["eq","$key","f"]', f'["content-length-range",{DIGITS},1]', '["\\ud800","$key","f"]']
        )
        text = f'{{"expiration":{expiration},"conditions":[{condition}]}}'
        fields += [
            ("policy", base64.b64encode(text.encode()).decode()),
            ("awsaccesskeyid", "AKIAX"),
            ("signature", "x"),
        ]
    parts = "".join(
        f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields
    )
    parts += f'--B\r\nContent-Disposition: form-data; name="file"; {source.choice(PARAMETERS)}\r\n\r\nhi\r\n--B--\r\n'
    body = parts.encode("utf-8", "surrogatepass")
    kind = _header(f"multipart/form-data; {source.choice(BOUNDARIES[:1] * 6 + BOUNDARIES)}")
    sent = [
        (b"host", b"open.s3.amazonaws.com"),
        (b"content-type", kind),
        (b"content-length", b"%d" % len(body)),
    ]
    return Hostile("POST", "/", sent, body)


def _policy(source: random.Random) -> Hostile:
    """A bucket policy, with a value in it that may be no text."""
    value = source.choice(ESCAPES)
    places = ["Sid", "Effect", "Principal", "Action", "Resource", "Condition", "NotAction"]
    inside = {
        "Effect": '"Allow"',
        "Principal": '"*"',
        "Action": '"s3:*"',
        "Resource": '"arn:aws:s3:::open/*"',
    }
    inside[source.choice(places)] = (
        value if source.random() < 0.6 else f'{{"StringEquals":{{{value}:{value}}}}}'
    )
    text = ",".join(f'"{name}":{each}' for name, each in inside.items())
    body = f'{{"Version":"2012-10-17","Statement":{{{text}}}}}'.encode()
    sent = [(b"host", b"s3.amazonaws.com"), (b"content-length", b"%d" % len(body))]
    return Hostile("PUT", "/open?policy", sent, body)


def _presigned(source: random.Random) -> Hostile:
    """A URL that carries headers, and a signature of a key that nobody knows."""
    names = [
        "response-content-type",
        "response-expires",
        "x-amz-meta-a",
        "x-amz-meta-a: b",
        "x-amz-acl",
        "X-Amz-Expires",
        "Expires",
        "x-amz-object-lock-retain-until-date",
        "X-Amz-Date",
        "X-Amz-Credential",
        "content-type",
        "x-amz-tagging",
    ]
    said = [(source.choice(names), _text(source)) for _ in range(3)]
    if source.random() < 0.5:
        signed = [
            ("AWSAccessKeyId", "AKIANOBODYKNOWS"),
            ("Signature", "x"),
            ("Expires", source.choice(["1899999999", *NUMBERS])),
        ]
    else:
        scope = "AKIANOBODYKNOWS/20261129/us-east-1/s3/aws4_request"
        signed = [
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            ("X-Amz-Credential", scope),
            ("X-Amz-Signature", "0"),
            ("X-Amz-SignedHeaders", "host"),
            ("X-Amz-Date", source.choice(["20261129T140000Z", *DATES])),
            ("X-Amz-Expires", source.choice(["604800", *NUMBERS])),
        ]
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in [*signed, *said])
    return Hostile(
        source.choice(["GET", "PUT", "HEAD"]),
        f"{_path(source)}?{query}",
        [(b"host", b"s3.amazonaws.com")],
        b"",
    )


def _select(source: random.Random) -> Hostile:
    """A query of an object; what the object holds is written before."""
    if source.random() < 0.3:
        body = source.choice(RECORDS)
        sent = [(b"host", b"s3.amazonaws.com"), (b"content-length", b"%d" % len(body))]
        return Hostile("PUT", "/open/records", sent, body)
    kind = source.choice(["<CSV/>", "<JSON><Type>LINES</Type></JSON>", "<JSON><Type>DOCUMENT</Type></JSON>"])
    text = (
        f"<SelectObjectContentRequest><Expression>{_in_xml(source.choice(EXPRESSIONS))}</Expression>"
        f"<ExpressionType>SQL</ExpressionType><InputSerialization>{kind}</InputSerialization>"
        f"<OutputSerialization>{source.choice(['<CSV/>', '<JSON/>'])}</OutputSerialization>"
        f"<ScanRange><Start>{source.choice(NUMBERS[:-1])}</Start></ScanRange></SelectObjectContentRequest>"
    )
    if source.random() < 0.7:
        text = text[: text.index("<ScanRange>")] + "</SelectObjectContentRequest>"
    body = text.encode("utf-8", "replace")
    sent = [(b"host", b"s3.amazonaws.com"), (b"content-length", b"%d" % len(body))]
    return Hostile("POST", "/open/records?select&select-type=2", sent, body)


def _service(source: random.Random) -> Hostile:
    """A request to STS or KMS."""
    if source.random() < 0.5:
        said = {
            "Action": "GetCallerIdentity",
            "Version": "2011-06-15",
            source.choice(["DurationSeconds", "Policy", "x"]): _text(source),
        }
        said["Action"] = source.choice(["GetCallerIdentity", "GetSessionToken", _text(source)])
        body = "&".join(f"{name}={quote(value)}" for name, value in said.items()).encode()
        return Hostile(
            "POST", "/", [(b"host", b"sts.amazonaws.com"), (b"content-length", b"%d" % len(body))], body
        )
    operation = source.choice(
        ["CreateKey", "DescribeKey", "ScheduleKeyDeletion", "ListAliases", "CreateAlias", "x"]
    )
    member = source.choice(
        ["KeyId", "PendingWindowInDays", "Description", "Policy", "AliasName", "TargetKeyId", "Tags"]
    )
    body = f'{{"{member}":{source.choice(ESCAPES)}}}'.encode()
    target = b"TrentService." + operation.encode()
    sent = [
        (b"host", b"kms.us-east-1.amazonaws.com"),
        (b"x-amz-target", target),
        (b"content-length", b"%d" % len(body)),
    ]
    return Hostile("POST", "/", sent, body)


def _odd(source: random.Random) -> Hostile:
    """A request whose host, method or headers are none."""
    headers = [(b"host", source.choice(HOSTS).encode("latin-1"))] if source.random() < 0.8 else []
    names = [
        b"range",
        b"x-amz-copy-source-range",
        b"content-length",
        b"x-amz-decoded-content-length",
        b"if-modified-since",
        b"origin",
        b"content-encoding",
        b"x-amz-content-sha256",
        b"x-amz-meta-\xff",
        b"x-amz-meta-(",
        b"expires",
        b"date",
        b"x-amz-date",
    ]
    values = [
        f"bytes={DIGITS}-{DIGITS}",
        f"bytes=-{DIGITS}",
        "aws-chunked",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "bytes=0-" + DIGITS,
    ]
    headers += [
        (source.choice(names), _header(source.choice(values + NUMBERS + DATES + TEXTS))) for _ in range(2)
    ]
    query = source.choice(
        [
            "",
            "",
            "?acl",
            "?versions",
            "?uploads&encoding-type=url",
            "?x=%FF",
            f"?partNumber={DIGITS}",
            "?list-type=2&prefix=%01",
        ]
    )
    return Hostile(source.choice(METHODS), _path(source) + query, headers, b"5\r\nhello\r\n0\r\n\r\n")

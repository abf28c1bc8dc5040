"""The parameters of a call from the ``requestParameters`` of its event.

CloudTrail writes what was sent, with the names of the wire: query parameters, headers, ``bucketName`` and ``key``. A
sub-resource has an empty value. Values are texts or lists of one text. The XML document of a body is a JSON object
under the name of its root element; an element that occurs once is not a list (S3 user guide, "CloudTrail log file
entries for Amazon S3"). botocore's model says which parameter each of them is.

Rule 1: what is sent and no parameter is named in ``Read.unused``, except what only signs or addresses the request.
Rule 2: values that depend on the body, such as checksums, are not used: CloudTrail logs no bodies of objects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.utils import parse_timestamp

from mocks3.wire import models

if TYPE_CHECKING:
    from botocore.model import Shape


class Read(NamedTuple):
    """The parameters, the names that are no parameter, and what was assumed, in sentences."""

    parameters: dict[str, Any]
    unused: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


class _Unreadable(Exception):
    """A value does not have the type that the model says."""


OF_THE_BODY = re.compile(r"Content(Length|MD5)|Checksum(?!Mode|Algorithm|Type).*|MpuObjectSize|Body|.*KeyMD5")
"""Parameters that depend on the body, or that botocore computes."""

SIGNING = re.compile(
    r"host|x-id|list-type|select-type|xmlns|content-md5|content-length|content-type|user-agent|date|expect|authorization|signature|expires|"
    r"awsaccesskeyid|x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token|"
    r"content-sha256|decoded-content-length|trailer|user-agent|id-2|s3session-token|checksum-.*|sdk-.*)"
)
"""Names that sign, address or protect a request, in lower case."""

_NAMES = {
    "Bucket": ("bucketname",),
    "Key": ("key", "objectkey"),
    "AccountId": ("accountid", "x-amz-account-id"),
}
_POLICY = ("bucketpolicy", "policy")
_HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
_CUSTOMER_KEY = b"0" * 32


def parameters_of(service: str, operation: str, sent: object) -> Read:
    """Return the parameters of a call.

    Args:
        service: botocore's name of the service.
        operation: The operation.
        sent: The ``requestParameters``, or None.
    """
    given = sent if isinstance(sent, Mapping) else {}
    by_name = {str(name).lower(): value for name, value in given.items()}
    shape = models.operation_model(service, operation).input_shape
    found: dict[str, Any] = {}
    used: set[str] = set()
    for name, member in (shape.members if shape is not None else {}).items():
        if OF_THE_BODY.fullmatch(name):
            used.update(_wire_names(name, member))
            continue
        for wire in _wire_names(name, member):
            if wire in by_name and not (_is_empty(by_name[wire]) and _is_sub_resource(member)):
                try:
                    found[name] = _value(member, by_name[wire])
                except _Unreadable:
                    continue
                used.add(wire)
                break
    _add_body_members(shape, given, found, used)
    found.update(_metadata(shape, by_name, used))
    assumed = _add_customer_keys(shape, found)
    unused = [
        str(name)
        for name, value in given.items()
        if str(name).lower() not in used and not SIGNING.fullmatch(str(name).lower()) and not _is_empty(value)
    ]
    return Read(found, tuple(unused), assumed)


def _wire_names(name: str, member: Shape) -> tuple[str, ...]:
    """Return the names, in lower case, under which an event can have a parameter."""
    if name in _NAMES:
        return _NAMES[name]
    if name == "Policy":
        return _POLICY
    wire = str(member.serialization.get("name", name)).lower()
    return (wire,) if wire == name.lower() else (wire, name.lower())


def _is_sub_resource(member: Shape) -> bool:
    """Whether an empty value means the sub-resource and not the parameter: ``policy``, ``tagging``, ``acl``."""
    return member.serialization.get("location") is None or member.type_name != "string"


def _is_empty(value: object) -> bool:
    return value in ("", None, [""], [])


def _add_body_members(shape: Any, given: Mapping[str, Any], found: dict[str, Any], used: set[str]) -> None:
    """Read the members of S3 Control's requests, which are in one document with the name of the request."""
    for name, value in given.items():
        if not (str(name).endswith("Request") and isinstance(value, Mapping)) or shape is None:
            continue
        used.add(str(name).lower())
        for each, member in shape.members.items():
            wire = member.serialization.get("name", each)
            if wire in value and each not in found:
                try:
                    found[each] = _value(member, value[wire])
                except _Unreadable:
                    continue


def _metadata(shape: Any, by_name: Mapping[str, Any], used: set[str]) -> dict[str, Any]:
    if shape is None or "Metadata" not in shape.members:
        return {}
    prefix = "x-amz-meta-"
    found = {name[len(prefix) :]: _text(value) for name, value in by_name.items() if name.startswith(prefix)}
    used.update(prefix + name for name in found)
    return {"Metadata": found} if found else {}


def _add_customer_keys(shape: Any, found: dict[str, Any]) -> tuple[str, ...]:
    """Add a key where an algorithm says that one was sent: CloudTrail does not log keys of SSE-C."""
    assumed: list[str] = []
    for name in list(found):
        key = name.removesuffix("Algorithm") + "Key"
        if name.endswith("SSECustomerAlgorithm") and (shape is None or key in shape.members):
            found[key] = _CUSTOMER_KEY
            assumed.append("the call has the right key for SSE-C, which CloudTrail does not log")
    return tuple(dict.fromkeys(assumed))


def _value(shape: Any, given: Any) -> Any:
    """Return a value with the type that the model says."""
    kind = shape.type_name
    if kind == "structure":
        return _structure(shape, given)
    if kind == "list":
        return _list(shape, given)
    if kind == "map":
        raise _Unreadable
    if kind == "string" and isinstance(given, Mapping):
        return json.dumps(given)
    return _scalar(kind, _text(given))


def _scalar(kind: str, text: str) -> Any:
    if text == _HIDDEN:
        raise _Unreadable
    try:
        if kind in ("integer", "long"):
            return int(text)
        if kind == "boolean":
            return {"true": True, "false": False}[text.lower()]
        if kind in ("float", "double"):
            return float(text)
        if kind == "timestamp":
            return parse_timestamp(text)
    except (ValueError, KeyError):
        raise _Unreadable from None
    return text.encode() if kind == "blob" else text


def _structure(shape: Any, given: Any) -> dict[str, Any]:
    if _is_empty(given):
        return {}
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    if not isinstance(given, Mapping):
        raise _Unreadable
    by_name = {str(name).lower(): value for name, value in given.items()}
    found = {}
    for name, member in shape.members.items():
        wire = str(member.serialization.get("name", name)).lower()
        if wire in by_name:
            found[name] = _value(member, by_name[wire])
        elif name.lower() in by_name:
            found[name] = _value(member, by_name[name.lower()])
    return found


def _list(shape: Any, given: Any) -> list[Any]:
    if _is_empty(given):
        return []
    member = shape.member
    if shape.serialization.get("location") in ("header", "querystring"):
        return [part.strip() for part in _text(given).split(",")]
    if isinstance(given, Mapping) and not shape.serialization.get("flattened"):
        wire = str(member.serialization.get("name", "member")).lower()
        by_name = {str(name).lower(): value for name, value in given.items()}
        if wire in by_name:
            given = by_name[wire]
    return [_value(member, each) for each in (given if isinstance(given, list) else [given])]


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = ",".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        raise _Unreadable
    return str(value)

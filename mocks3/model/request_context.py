"""The request context: what a test says about requests and a process cannot know, such as the source IP address.

    with aws.request_context(source_ip="203.0.113.5", mfa=True): ...
    eve.client("s3", request_context={"source_vpce": "vpce-1"})

Each field has the name of its condition key, in snake case. The rule of the key (``access.context``) decides whether a
request carries the key at all. The MFA keys, for example, exist only with temporary credentials.
"""

from __future__ import annotations

import dataclasses
import difflib
import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypedDict

from mocks3.errors import Mocks3Error

Values = tuple[str, ...]


class RequestContextArguments(TypedDict, total=False):
    """The keyword arguments of ``request_context``."""

    source_ip: str
    source_vpc: str
    source_vpce: str
    vpc_source_ip: str
    secure_transport: bool
    tls_version: str | float
    user_agent: str
    referer: str
    mfa: bool
    mfa_age: int
    source_identity: str
    called_via: str | Iterable[str]
    via_aws_service: bool
    source_arn: str
    source_account: str
    source_owner: str
    keys: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RequestContext:
    """What a test says about a request. None means that the test says nothing about it.

    source_ip          aws:SourceIp; requests through a VPC endpoint do not carry it
    source_vpc         aws:SourceVpc; the request then comes through a VPC endpoint
    source_vpce        aws:SourceVpce; the request then comes through this VPC endpoint, and the endpoint's policy
                       applies if ``aws.vpc_endpoint`` created it
    vpc_source_ip      aws:VpcSourceIp, the client's address inside the VPC
    secure_transport   aws:SecureTransport; by default the URL's scheme decides
    tls_version        s3:TlsVersion
    user_agent         aws:UserAgent; by default the header's value
    referer            aws:referer; by default the header's value
    mfa, mfa_age       aws:MultiFactorAuthPresent and aws:MultiFactorAuthAge (seconds), for temporary credentials
    source_identity    aws:SourceIdentity, for role sessions
    called_via         aws:CalledVia: the services that forward the caller's request, the first one first
    via_aws_service    aws:ViaAWSService; true by default if ``called_via`` names a service
    source_arn, source_account, source_owner    the resource for which a service principal calls
    keys               any other condition keys, in lower case; requests always carry them as they are
    """

    source_ip: str | None = None
    source_vpc: str | None = None
    source_vpce: str | None = None
    vpc_source_ip: str | None = None
    secure_transport: bool | None = None
    tls_version: str | None = None
    user_agent: str | None = None
    referer: str | None = None
    mfa: bool | None = None
    mfa_age: int | None = None
    source_identity: str | None = None
    called_via: Values | None = None
    via_aws_service: bool | None = None
    source_arn: str | None = None
    source_account: str | None = None
    source_owner: str | None = None
    keys: Mapping[str, Values] = field(default_factory=lambda: MappingProxyType({}))

    def with_defaults(self, others: RequestContext) -> RequestContext:
        """Return this context, with the values of ``others`` for all fields that are None."""
        if others is EMPTY_CONTEXT or self is EMPTY_CONTEXT:
            return others if self is EMPTY_CONTEXT else self
        own = {name: value for name in _NAMES if (value := getattr(self, name)) is not None}
        return dataclasses.replace(others, **{**own, "keys": {**others.keys, **self.keys}})

    @property
    def forwarded(self) -> bool:
        """Whether an AWS service forwards the request with the caller's credentials (P-10)."""
        return bool(self.called_via) if self.via_aws_service is None else self.via_aws_service

    @property
    def through_vpc_endpoint(self) -> bool:
        """Whether the request comes through a VPC endpoint. A request that a service forwards does not (P-10)."""
        endpoint = self.source_vpce or self.source_vpc or self.vpc_source_ip
        return endpoint is not None and not self.forwarded


EMPTY_CONTEXT = RequestContext()
_NAMES = tuple(each.name for each in dataclasses.fields(RequestContext) if each.name != "keys")


def request_context_from(arguments: Mapping[str, Any]) -> RequestContext:
    """Return the request context of keyword arguments. Raises :class:`Mocks3Error` for an unknown name or bad value."""
    known = (*_NAMES, "keys")
    for name in arguments:
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {close[0]!r}?" if close else f"its arguments are {', '.join(known)}"
            raise Mocks3Error(f"request_context has no argument {name!r}; {hint}")
    values = dict(arguments)
    for name in ("source_ip", "vpc_source_ip"):
        if values.get(name) is not None:
            _check_address(name, values[name])
    if values.get("called_via") is not None:
        values["called_via"] = _several(values["called_via"])
    if values.get("tls_version") is not None:
        values["tls_version"] = str(values["tls_version"])
    values["keys"] = condition_keys(values.get("keys") or {})
    return RequestContext(**values)


def condition_keys(given: Mapping[str, Any]) -> dict[str, Values]:
    """Return condition keys, as a test writes them, in lower case and with a tuple of texts as their values.

    A value may be a single text, bool or number, or several of them. ``[]`` or None means that the key is missing.
    Raises :class:`Mocks3Error` for a name that cannot be a condition key.
    """
    for key in given:
        if ":" not in key:
            raise Mocks3Error(f"{key!r} is not a condition key; write it like aws:SourceIp or s3:prefix")
    return {key.lower(): _several(value) for key, value in given.items()}


def _several(value: Any) -> Values:
    if value is None:
        return ()
    if isinstance(value, (bool, int, float, str)):
        return (_text(value),)
    return tuple(_text(each) for each in value)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_address(name: str, value: object) -> None:
    try:
        ipaddress.ip_address(str(value))
    except ValueError:
        raise Mocks3Error(f"{name} must be an IP address, not {value!r}") from None

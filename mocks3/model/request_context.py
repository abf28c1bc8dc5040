"""What a request's circumstances are beside what it says: what a process cannot know and a test tells.

    with aws.request_context(source_ip="203.0.113.5", mfa=True): ...
    eve.client("s3", request_context={"source_vpce": "vpce-1"})

A fact is named after the condition key it stands for, in snake case. It says what would be so; whether a request
carries the key at all is decided by the key's own rule (``access.context``): the MFA keys, say, come with temporary
credentials only, whatever a test says about MFA.
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
    """The circumstances of a request, as far as somebody told them; None is what nobody told.

    source_ip          aws:SourceIp; never seen on requests through a VPC endpoint
    source_vpc         aws:SourceVpc; with it, or with ``source_vpce``, the request comes through a VPC endpoint
    source_vpce        aws:SourceVpce; if ``aws.vpc_endpoint`` made it, its policy binds the request
    vpc_source_ip      aws:VpcSourceIp, the client's address inside the VPC
    secure_transport   aws:SecureTransport; otherwise the URL's scheme says
    tls_version        s3:TlsVersion
    user_agent         aws:UserAgent and ``referer`` aws:referer; otherwise the headers say
    mfa, mfa_age       aws:MultiFactorAuthPresent and aws:MultiFactorAuthAge (seconds), for temporary credentials
    source_identity    aws:SourceIdentity, for role sessions
    called_via         aws:CalledVia: the services that pass the caller's request on, first one first
    via_aws_service    aws:ViaAWSService; true when ``called_via`` names any
    source_arn, source_account, source_owner    the resource for which a service principal calls
    keys               any further condition keys, lower case, as they are: no rule is asked about them
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
        """These facts, and where they are silent the others."""
        if others is EMPTY_CONTEXT or self is EMPTY_CONTEXT:
            return others if self is EMPTY_CONTEXT else self
        told = {name: value for name in _NAMES if (value := getattr(self, name)) is not None}
        return dataclasses.replace(others, **{**told, "keys": {**others.keys, **self.keys}})

    @property
    def forwarded(self) -> bool:
        """Whether a service repeats the call with the caller's credentials (P-10)."""
        return bool(self.called_via) if self.via_aws_service is None else self.via_aws_service

    @property
    def through_vpc_endpoint(self) -> bool:
        """Whether the request comes to S3 through a VPC endpoint; one that a service passes on does not (P-10)."""
        told = self.source_vpce or self.source_vpc or self.vpc_source_ip
        return told is not None and not self.forwarded


EMPTY_CONTEXT = RequestContext()
_NAMES = tuple(each.name for each in dataclasses.fields(RequestContext) if each.name != "keys")


def request_context_from(told: Mapping[str, Any]) -> RequestContext:
    """Facts from keyword arguments. Raises :class:`Mocks3Error` for a name or a value that means nothing."""
    known = (*_NAMES, "keys")
    for name in told:
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
            raise Mocks3Error(f"a request context knows no {name!r}; {hint}")
    values = dict(told)
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
    """Condition keys with their values, as people write them, in the form that is decided on.

    A value may stand alone, be a bool or a number; no value at all (``[]`` or None) means that the key is missing.
    Raises :class:`Mocks3Error` for what cannot be a key.
    """
    for key in given:
        if ":" not in key:
            raise Mocks3Error(f"a condition key is written like aws:SourceIp or s3:prefix, not {key!r}")
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
        raise Mocks3Error(f"{name} is an IP address, not {value!r}") from None

"""The properties of the request of an event: network, TLS, signature, user agent.

Source: CloudTrail user guide, "CloudTrail record contents"; IAM user guide, "AWS global condition context keys".
"""

from __future__ import annotations

import datetime
import ipaddress
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from mocks3.replay.events import Event
from mocks3.replay.identities import ANONYMOUS, FEDERATED, ROLE, ROOT, SERVICE, USER, Identity, time_of

_CONSOLE = re.compile(r"\[?S3Console/")
_SIGNATURES = {"SigV2": "AWS", "SigV4": "AWS4-HMAC-SHA256", "SigV4A": "AWS4-ECDSA-P256-SHA256"}
_METHODS = {
    "AuthHeader": "REST-HEADER",
    "QueryString": "REST-QUERY-STRING",
    "Post": "POST",
    "HTMLForm": "POST",
}


class Context(NamedTuple):
    """The arguments of ``aws.request_context``, and what was assumed, in sentences."""

    arguments: dict[str, Any]
    assumed: tuple[str, ...] = ()


def context_of(event: Event, identity: Identity, *, service_role: bool, keys: Mapping[str, Any]) -> Context:
    """Return the request context of an event.

    Args:
        event: The event.
        identity: Its caller.
        service_role: Whether the role of the caller trusts the service that made the call: the service then uses its
            own role and does not forward the call of another principal.
        keys: Condition keys that CloudTrail does not log. A caller that cannot have one does not get it.
    """
    arguments: dict[str, Any] = {}
    own: dict[str, Any] = {name: value for name, value in keys.items() if _can_have(identity, name)}
    assumed: list[str] = []
    _add_network(event, identity, arguments, assumed)
    _add_forwarding(event, identity, service_role, arguments, assumed)
    _add_tls(event, arguments, assumed)
    _add_session(event, identity, arguments, own)
    _add_signature(event, own)
    agent = str(event.get("userAgent") or "")
    if agent:
        arguments["user_agent"] = agent[1:-1] if agent.startswith("[") and agent.endswith("]") else agent
    arguments["keys"] = {**arguments.get("keys", {}), **own}
    return Context(arguments, tuple(assumed))


def _can_have(identity: Identity, key: str) -> bool:
    """Whether a caller's requests can carry a key about the caller."""
    name = key.lower()
    if name.startswith("aws:principal"):
        return identity.kind != ANONYMOUS
    if name in ("aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid"):
        return identity.kind == SERVICE
    return True


def _add_network(event: Event, identity: Identity, arguments: dict[str, Any], assumed: list[str]) -> None:
    address = _address(event.get("sourceIPAddress"))
    endpoint = event.get("vpcEndpointId") or _additional(event).get("vpcEndpointId")
    if endpoint and _CONSOLE.match(str(event.get("userAgent") or "")):
        assumed.append(f"{endpoint} is a VPC endpoint of the S3 console, so the request has aws:SourceIp")
        endpoint = None
    if endpoint:
        arguments["source_vpce"] = str(endpoint)
        if address:
            arguments["vpc_source_ip"] = address
    elif address:
        arguments["source_ip"] = address
    elif identity.kind != SERVICE:
        arguments["keys"] = {"aws:SourceIp": []}


def _add_forwarding(
    event: Event,
    identity: Identity,
    service_role: bool,
    arguments: dict[str, Any],
    assumed: list[str],
) -> None:
    """Say that a service forwards the call, unless the service calls with its own role (P-10)."""
    service = identity.invoked_by
    if service is None or identity.kind == SERVICE:
        return
    if identity.kind == ROLE and (service_role or identity.name.startswith("aws-service-role/")):
        return
    if service.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        arguments["called_via"] = [service]
    arguments["via_aws_service"] = True
    if identity.kind in (ROOT, USER, ROLE, FEDERATED):
        assumed.append(f"{service} forwards the call of {identity.shown} (aws:ViaAWSService is true)")


def _add_tls(event: Event, arguments: dict[str, Any], assumed: list[str]) -> None:
    details, additional = _mapping(event.get("tlsDetails")), _additional(event)
    version = re.search(r"\d(?:\.\d)?", str(details.get("tlsVersion") or ""))
    if version is not None:
        arguments["tls_version"] = version[0] if "." in version[0] else f"{version[0]}.0"
    if details or additional.get("CipherSuite") or additional.get("cipherSuite"):
        arguments["secure_transport"] = True
    elif additional.get("AuthenticationMethod") or additional.get("SignatureVersion"):
        arguments["secure_transport"] = False
        assumed.append("the request used HTTP without TLS: the event names no cipher suite")


def _add_session(event: Event, identity: Identity, arguments: dict[str, Any], keys: dict[str, Any]) -> None:
    session = identity.session
    if session is None:
        return
    if session.mfa and session.issued is not None:
        moment = time_of(event.get("eventTime")) or session.issued
        arguments["mfa_age"] = max(0, int((moment - session.issued).total_seconds()))
    keys.update(session.keys)


def _add_signature(event: Event, keys: dict[str, Any]) -> None:
    """Add the keys of the signature if it is not one of Version 4 in a header, with which the call is made again."""
    additional, sent = _additional(event), _mapping(event.get("requestParameters"))
    version = _SIGNATURES.get(str(additional.get("SignatureVersion")))
    method = _METHODS.get(str(additional.get("AuthenticationMethod")))
    if version not in (None, "AWS4-HMAC-SHA256"):
        keys["s3:signatureversion"] = version
    if method not in (None, "REST-HEADER"):
        keys["s3:authType"] = method
        begun = _signing_time(sent)
        moment = time_of(event.get("eventTime"))
        if begun is not None and moment is not None:
            keys["s3:signatureAge"] = str(max(0, int((moment - begun).total_seconds() * 1000)))


def _signing_time(sent: Mapping[str, Any]) -> datetime.datetime | None:
    value = sent.get("X-Amz-Date")
    return time_of(value[0] if isinstance(value, list) and value else value)


def _address(value: object) -> str | None:
    try:
        return str(ipaddress.ip_address(str(value)))
    except ValueError:
        return None


def _additional(event: Event) -> Mapping[str, Any]:
    return _mapping(event.get("additionalEventData"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}

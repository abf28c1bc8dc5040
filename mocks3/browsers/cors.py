"""Cross-origin resource sharing (CORS): the effect of a bucket's CORS configuration.

Rule 1: the first rule that matches applies. Rule 2: CORS grants no permissions. It only tells browsers which origins
may read a response. Rule 3: a preflight request is not signed and needs no permission.

Source: user guide, "How does Amazon S3 evaluate the CORS configuration on a bucket?"; RESTOPTIONSobject. The error
messages are recorded. Only the message about methods is known from users' reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mocks3 import wire
from mocks3.errors import CORS_INVALID_METHOD, CORS_ORIGIN_NEEDED, S3Error, Why
from mocks3.errors.refusals import CORS_BUCKET_NOT_FOUND, CORS_NOT_ALLOWED, CORS_NOT_ENABLED
from mocks3.model.messages import WireRequest, WireResponse
from mocks3.model.parsed import PREFLIGHT, Address, Parsed
from mocks3.model.signature import Signature
from mocks3.model.stages import Authenticated
from mocks3.model.world import World
from mocks3.operations.configurations.cors import METHODS
from mocks3.wire.query import as_header

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import CORSConfigurationTypeDef, CORSRuleOutputTypeDef, CORSRuleTypeDef


Headers = Mapping[str, str]

_METHODS = METHODS | {"PATCH", "OPTIONS"}
"""Methods that a preflight request may name. No rule allows the last two (brekkylab/backlot measured it with S3)."""


def answer_preflight(world: World, request: WireRequest) -> WireResponse:
    """Answer a CORS preflight request.

    Raises ``BadRequest`` (400) if the request is not a valid preflight request, and ``AccessForbidden`` (403) if no
    CORS rule allows the actual request.
    """
    parsed = _parsed(request)
    authenticated = Authenticated(parsed, world.iam.anonymous(), Signature(), world.lock.edition)
    try:
        headers = _allowed(world, parsed.address, request.headers)
    except S3Error as error:
        world.record_call(parsed, authenticated.caller, authenticated.signature, error)
        raise
    world.record_call(parsed, authenticated.caller, authenticated.signature, None)
    return wire.empty_response(headers)


def parsed_preflight(request: WireRequest) -> Parsed | None:
    """Return a preflight request in the form that logs need, None if its path is not valid."""
    try:
        return _parsed(request)
    except S3Error:  # the path is not UTF-8
        return None


def _parsed(request: WireRequest) -> Parsed:
    address = wire.address_of(request)
    return Parsed(request, "s3", PREFLIGHT, address, _head(address), None)


def add_cors_headers(world: World, request: WireRequest, answer: WireResponse) -> WireResponse:
    """Return the response to a request with an origin, with the CORS headers of the first rule that matches, if any.

    If the request has headers of a preflight request, they are compared with the rules, and not its method (recorded).
    """
    origin = request.headers.get("origin")
    if origin is None or request.method == "OPTIONS":
        return answer
    try:
        address = wire.address_of(request)
    except S3Error:  # the path is not UTF-8: the response is an error
        return answer
    bucket = world.store.resolve_bucket(address.bucket or "")
    if bucket is None or "cors" not in bucket.configurations:
        return answer
    method = request.headers.get("access-control-request-method", request.method)
    wanted = _names(request.headers.get("access-control-request-headers", ""))
    headers = _response_headers(bucket.configurations["cors"], origin, method, wanted)
    return answer if headers is None else answer._replace(headers={**answer.headers, **headers})


def _head(address: Address) -> dict[str, str]:
    named = {"Bucket": address.bucket, "Key": address.key}
    return {member: text for member, text in named.items() if text is not None}


def _allowed(world: World, address: Address, headers: Headers) -> dict[str, str]:
    origin = headers.get("origin")
    method = headers.get("access-control-request-method")
    if not origin:
        raise CORS_ORIGIN_NEEDED({"Connection": "close"})
    if method and method not in _METHODS:
        raise CORS_INVALID_METHOD({"Connection": "close"}, method=method)
    bucket = world.store.resolve_bucket(address.bucket or "")
    shown_method = method or "OPTIONS"
    if bucket is None:
        why = _why(f"there is no bucket {address.bucket}", "use the name of a bucket that exists")
        raise CORS_BUCKET_NOT_FOUND(why, Method=shown_method, ResourceType="BUCKET")
    if "cors" not in bucket.configurations:
        why = _why("the bucket has no CORS configuration", "add one: put_bucket_cors")
        raise CORS_NOT_ENABLED(why, Method=shown_method, ResourceType="BUCKET")
    if not method:
        raise CORS_INVALID_METHOD({"Connection": "close"}, method="null")
    wanted = _names(headers.get("access-control-request-headers", ""))
    found = _response_headers(bucket.configurations["cors"], origin, method, wanted)
    if found is None:
        headers_wanted = f" with the headers {', '.join(wanted)}" if wanted else ""
        why = _why(
            f"no CORS rule of the bucket matches a {method} from {origin}{headers_wanted}",
            f"add the origin, the method and the headers to one rule: AllowedOrigins {origin}, AllowedMethods {method}"
            + (f", AllowedHeaders {', '.join(wanted)}" if wanted else ""),
        )
        raise CORS_NOT_ALLOWED(why, Method=method, ResourceType="BUCKET" if address.key is None else "OBJECT")
    return found


def _response_headers(
    document: CORSConfigurationTypeDef, origin: str, method: str, wanted: list[str]
) -> dict[str, str] | None:
    """Return the CORS headers of the first rule that allows the method and the requested headers, if there is one."""
    rule = _first_rule(document, origin, method, wanted)
    if rule is None:
        return None
    echoed = {"Access-Control-Allow-Headers": ", ".join(wanted)} if wanted else {}
    return {**_rule_headers(rule, origin), **echoed}


def _why(text: str, fix: str) -> Why:
    return Why("cors", text, "F-163", (fix,))


def _names(text: str) -> list[str]:
    return [name.strip().lower() for name in text.split(",") if name.strip()]


def _first_rule(
    document: CORSConfigurationTypeDef, origin: str, method: str, wanted: list[str]
) -> CORSRuleTypeDef | CORSRuleOutputTypeDef | None:
    return next((rule for rule in document["CORSRules"] if _rule_matches(rule, origin, method, wanted)), None)


def _rule_matches(
    rule: CORSRuleTypeDef | CORSRuleOutputTypeDef, origin: str, method: str, wanted: list[str]
) -> bool:
    allowed = [name.lower() for name in rule.get("AllowedHeaders", ())]
    return (
        method in rule["AllowedMethods"]
        and any(_matches(pattern, origin) for pattern in rule["AllowedOrigins"])
        and all(any(_matches(pattern, name) for pattern in allowed) for name in wanted)
    )


def _matches(pattern: str, text: str) -> bool:
    """Return whether a text matches a pattern with at most one ``*`` (API_CORSRule)."""
    start, star, end = pattern.partition("*")
    if not star:
        return pattern == text
    return len(text) >= len(start) + len(end) and text.startswith(start) and text.endswith(end)


def _rule_headers(rule: CORSRuleTypeDef | CORSRuleOutputTypeDef, origin: str) -> dict[str, str]:
    any_origin = "*" in rule["AllowedOrigins"]
    headers = {
        "Access-Control-Allow-Origin": "*" if any_origin else origin,
        "Access-Control-Allow-Methods": ", ".join(rule["AllowedMethods"]),
    }
    if rule.get("ExposeHeaders"):
        headers["Access-Control-Expose-Headers"] = as_header(", ".join(rule["ExposeHeaders"]))
    if rule.get("MaxAgeSeconds") is not None:
        headers["Access-Control-Max-Age"] = str(rule["MaxAgeSeconds"])
    if not any_origin:
        headers["Access-Control-Allow-Credentials"] = "true"
    headers["Vary"] = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"
    return headers

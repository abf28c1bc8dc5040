"""From a parsed request to a proven caller.

The checks and their order are X-31: time, then the scope, then the key, then the signature, then
the token; for temporary keys a gone holder and expiry come before the signature. Every key that mocks3 issued is
verified, always; a key it did not issue is the default account's root, or ``InvalidAccessKeyId`` under ``strict``.
Such a key may be the machine's own: no error shows it, and nothing behind this stage sees it (SECURITY.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from mocks3 import clock
from mocks3.errors import ANONYMOUS_SIGNED_CHUNKS, S3Error, Why
from mocks3.errors.refusals import (
    EXPIRED_TOKEN,
    INVALID_ACCESS_KEY_ID,
    INVALID_TOKEN,
    SEVERAL_MECHANISMS,
    UNSUPPORTED_AUTHORIZATION,
)
from mocks3.identity import (
    account_status,
    bucket_sessions,
    ecdsa,
    error_formats,
    external,
    forms,
    sigv2_query,
    sigv4,
    sigv4_query,
)
from mocks3.identity.scope import expected_region
from mocks3.identity.signed_request import gone, unproven
from mocks3.identity.sigv2_header import HeaderV2
from mocks3.identity.sigv2_query import QueryV2
from mocks3.identity.sigv4_chunks import SIGNED_CHUNKS
from mocks3.identity.sigv4_header import HeaderV4
from mocks3.identity.sigv4_query import QueryV4
from mocks3.identity.sigv4a import HeaderV4A, QueryV4A
from mocks3.identity.unsent import UnsentRequest
from mocks3.lib.partitions import AWS, partition_of
from mocks3.model.parsed import Parsed
from mocks3.model.signature import NeedsSignature, Signature
from mocks3.model.stages import Authenticated
from mocks3.model.world import World
from mocks3.storage.iam.caller import Caller
from mocks3.storage.iam.ids import mask_key
from mocks3.storage.iam.records import BucketSessionRecord, SessionRecord

if TYPE_CHECKING:
    from mocks3.identity.signed_request import SignedRequest
    from mocks3.storage.iam.records import AccessKeyRecord

_SIGNED_CHUNKS = frozenset[str]().union(*SIGNED_CHUNKS.values())
_V4_NAMES = frozenset(sigv4_query.PARAMETERS)
_V2_NAMES = frozenset(sigv2_query.PARAMETERS) - {"Expires"}


def authenticate(world: World, parsed: Parsed) -> Authenticated:
    """Find out who is asking.

    Returns the request with its caller: anonymous without any signature. Two calls to STS are not signed and prove
    their caller with a token (``external``). Raises the errors of X-30, X-31, P-21, P-22, and :class:`NotSupported`
    where what verifies Signature Version 4A is not installed; ``NeedsSignature`` in place of each of these errors if
    the request was not sent.
    """
    edition = world.lock.edition
    if parsed.service == "sts" and external.presents_identity(parsed):
        caller = external.authenticate(world, parsed)
        partition = partition_of(parsed.address.region or world.settings.region)
        return Authenticated(parsed, caller.in_partition(partition), Signature(), edition)
    try:
        signed = read(parsed)
        if signed is None:
            return _unsigned(world, parsed, edition)
        signed.check_time_and_scope(expected_region(world, parsed))
        key = world.iam.key(signed.access_key_id)
        caller = _unknown(world, signed) if key is None else _known(world, parsed, signed, key)
        partition = partition_of(parsed.address.region or world.settings.region)
        if partition != AWS:
            caller = caller.in_partition(partition)
        if world.iam.inactive_accounts:
            account_status.require_active_account(world.iam.inactive_accounts, caller)
        signed.check_form_policy()
    except S3Error as fault:
        if parsed.sent.unsent is not None:
            raise NeedsSignature from fault
        raise _without_keys(world, error_formats.translate(parsed, fault)) from None
    signature = signed.signature
    if key is None:
        signature = signature._replace(access_key_id=_ambient(world).id)
        return Authenticated(parsed, caller, signature, edition)
    chunk_verifier = signed.chunk_verifier(key.secret)
    verified = parsed if chunk_verifier is None else parsed.with_chunk_verifier(chunk_verifier)
    return Authenticated(verified, caller, signature, edition)


def _without_keys(world: World, fault: S3Error) -> S3Error:
    """Mask the access keys that are not mocks3's own, wherever an error shows what was sent."""
    shown = world.iam.mask_keys
    fault.message = shown(fault.message)
    fault.extra = {name: value and shown(value) for name, value in fault.extra.items()}
    if fault.why is not None:
        fault.why = fault.why._replace(text=shown(fault.why.text))
    fault.args = (f"{fault.code}: {fault.message}",)
    return fault


def read(parsed: Parsed) -> SignedRequest | None:
    """What the request says of its signer, by whichever mechanism; None where it is not signed."""
    if parsed.sent.unsent is not None:
        return UnsentRequest(parsed, parsed.sent.unsent)
    query = _query(parsed.sent.query)
    header = parsed.sent.headers.get("authorization")
    if header is not None:
        if query:
            raise SEVERAL_MECHANISMS(
                unproven(
                    "the request has a signature in its header and another one in its query",
                    "send a presigned URL without an Authorization header",
                ),
                ArgumentName="Authorization",
                ArgumentValue=header,
            )
        return _of_header(parsed, header)
    if parsed.form is not None:
        return forms.read(parsed, parsed.form)
    if not _V4_NAMES.isdisjoint(query):
        return (QueryV4A if query.get("X-Amz-Algorithm") == ecdsa.ALGORITHM else QueryV4)(parsed, query)
    return QueryV2(parsed, query) if query else None


def _of_header(parsed: Parsed, header: str) -> SignedRequest:
    if header.startswith(sigv4.ALGORITHM + " "):
        return HeaderV4(parsed)
    if header.startswith(ecdsa.ALGORITHM + " "):
        return HeaderV4A(parsed)
    if header.startswith("AWS "):
        return HeaderV2(parsed)
    raise UNSUPPORTED_AUTHORIZATION(
        unproven(
            f"the Authorization header is of the type {header.partition(' ')[0]!r}, which S3 does not know",
            "let the SDK sign the request",
        ),
        ArgumentName="Authorization",
        ArgumentValue=header,
    )


def _query(text: str) -> dict[str, str]:
    """The query's parameters where some of them are a signature's; nothing otherwise."""
    if "X-Amz-" not in text and "Signature=" not in text and "AWSAccessKeyId=" not in text:
        return {}
    found = dict(reversed(parse_qsl(text, keep_blank_values=True)))
    return {} if _V4_NAMES.isdisjoint(found) and _V2_NAMES.isdisjoint(found) else found


def _unsigned(world: World, parsed: Parsed, edition: int) -> Authenticated:
    """S3 has an anonymous caller; other services have none."""
    error_format = error_formats.FORMATS.get(parsed.service)
    if error_format is not None:
        raise error_format.unsigned(
            Why(
                "unsigned",
                f"the request is not signed, and {parsed.service} has no anonymous callers",
                "X-31",
                ("sign the request",),
            )
        )
    if parsed.sent.headers.get(sigv4.PAYLOAD_HEADER) in _SIGNED_CHUNKS:
        raise ANONYMOUS_SIGNED_CHUNKS()
    return Authenticated(parsed, world.iam.anonymous(), Signature(), edition)


def _known(world: World, parsed: Parsed, signed: SignedRequest, key: AccessKeyRecord) -> Caller:
    if isinstance(key.holder, BucketSessionRecord):
        return bucket_sessions.authenticate_session(world.iam, parsed, signed, key, key.holder)
    caller = world.iam.caller(key)
    if caller is None or not key.active:
        why = gone(key.id) if caller is None else _inactive(key.id)
        raise INVALID_ACCESS_KEY_ID(why, AWSAccessKeyId=key.id)
    if isinstance(key.holder, SessionRecord) and clock.now() >= key.holder.expires:
        raise EXPIRED_TOKEN(
            unproven(
                f"the temporary credentials ended at {key.holder.expires:%Y-%m-%dT%H:%M:%SZ}",
                "ask STS for new credentials, or for a longer DurationSeconds",
            ),
            **{"Token-0": signed.token},
        )
    signed.verify(key.secret)
    if signed.token != key.token:
        wrong = f"the session token is not the one of {key.id}"
        if not signed.token:
            wrong = f"{key.id} is a temporary key, and the request has no session token"
        elif not key.token:
            wrong = f"{key.id} is a long-term key, and the request has a session token"
        raise INVALID_TOKEN(
            unproven(wrong, "use the access key, the secret and the token (if any) of the same credentials"),
            **{"Token-0": signed.token},
        )
    return caller


def _inactive(key_id: str) -> Why:
    return unproven(f"the access key {key_id} is inactive", "activate the key, or sign with an active one")


def _unknown(world: World, signed: SignedRequest) -> Caller:
    iam = world.iam
    if iam.was_issued(signed.access_key_id):
        raise INVALID_ACCESS_KEY_ID(
            unproven(
                f"the access key {signed.access_key_id} was deleted", "sign with an access key that exists"
            ),
            AWSAccessKeyId=signed.access_key_id,
        )
    caller = None if world.settings.strict else iam.caller(_ambient(world))
    if caller is None:  # or whom unknown keys stand for was deleted
        shown = mask_key(signed.access_key_id)
        strict = world.settings.strict
        raise INVALID_ACCESS_KEY_ID(
            unproven(
                f"mocks3 did not issue the access key {shown}, and "
                + (
                    "strict=True accepts no other keys"
                    if strict
                    else "the principal of such keys was deleted"
                ),
                "sign with the access_key of a user of this mock, or use its client()",
            ),
            AWSAccessKeyId=shown,
        )
    return caller


def _ambient(world: World) -> AccessKeyRecord:
    """Return the access key of the caller whose own key mocks3 did not issue."""
    return world.iam.ambient_key or world.iam.root_key(world.settings.account)

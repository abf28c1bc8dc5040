"""The typed values that pass from stage to stage. Frozen: a stage adds by making the next value.

    WireRequest --parse--> Parsed --authenticate--> Authenticated --authorize--> Authorized
                                                     --operation--> output --serialize--> WireResponse

Rule 1: each stage takes the type that only the stage before can make; operating before authorizing does
not type-check. Rule 2: values only; no stage is imported here.
Rule 3: what every request makes is a named tuple or a ``value``, which cost a fraction of a frozen dataclass to make.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Protocol

from mocks3.facts import UNTOLD, Facts
from mocks3.locking import Unread
from mocks3.value import value

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.acting import Acting
    from mocks3.clock import Clock
    from mocks3.errors import S3Error
    from mocks3.identity import AccessKeyRecord, Directory
    from mocks3.identity.guardrails import GuardRails
    from mocks3.keyring import Keyring
    from mocks3.locking import WorldLock
    from mocks3.policy import Policy, Principal
    from mocks3.storage import AccessPoint, Bucket, Encryption, ObjectLambda, PublicAccessBlock, Store

Params = dict[str, Any]
"""Members of an operation's input or output, named and typed as boto3 names and types them."""


class Payload(Protocol):
    """A request's body: decoded from its transfer framing, readable once.

    ``declared`` maps a digest's name as AWS spells it in headers (``md5``, ``crc32``, ``sha256``…) to the base64
    text the caller sent for it; digests sent as trailers join it once the last chunk was taken. ``at_hand``: reading it
    takes no time, and runs no code of others. ``kept`` is what was made of it, for whoever asks for it again.
    """

    declared: Mapping[str, str]
    at_hand: bool
    kept: Any

    def chunks(self) -> Iterator[bytes]: ...

    def read(self) -> bytes: ...


class Streamable(Protocol):
    """A response's body that is handed out in pieces and never copied whole."""

    def __len__(self) -> int: ...

    def chunks(self) -> Iterable[bytes | memoryview]: ...


class Seal(Protocol):
    """Whoever verifies what the chunks of a framed body say of themselves, told of it as the body is read.

    It raises where a chunk lies; what was read up to there is nobody's yet.
    """

    def content(self, data: bytes) -> None:
        """A part of the present chunk's content."""

    def chunk(self, signature: str | None) -> None:
        """The present chunk is complete; its signature, where it has one."""

    def trailers(self, text: bytes, signature: str | None) -> None:
        """The trailing headers as sent, without their signature."""


class Form(NamedTuple):
    """A browser's form (RESTObjectPOST): its fields by lower-case name, ``${filename}`` filled in; its file's length.

    Fields after the file are not here: S3 ignores them. ``fault`` is what is wrong with a field's content, which is
    said to who may upload.
    """

    fields: Mapping[str, str]
    size: int
    fault: S3Error | None = None


class WireRequest(NamedTuple):
    """One HTTP request as a door received it, before anybody asked what it means.

    ``path`` and ``query`` are raw: percent-encoded exactly as sent (signatures cover those bytes).
    ``headers`` have lower-case names; a repeated header's values are joined with commas.
    ``bucket`` is set by a door that knows the bucket's name stands in the host; otherwise ``wire`` finds out.
    ``facts`` is what HTTP does not say and somebody told (source IP, VPC endpoint, TLS version…).
    """

    method: str
    scheme: str
    host: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes | IO[bytes] = b""
    service: str = "s3"
    bucket: str | None = None
    facts: Facts = UNTOLD

    @property
    def url(self) -> str:
        """The request's URL as it was sent."""
        query = f"?{self.query}" if self.query else ""
        return f"{self.scheme}://{self.host}{self.path}{query}"


class WireResponse(NamedTuple):
    """One HTTP response for a door to hand back. ``body`` is bytes, or a stream of known length.

    ``decision`` is the evidence behind a refusal (``S3Error.decision``), for the people who read the exception that
    comes of it; no byte of the answer does.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes | Streamable = b""
    decision: object = None


class Address(NamedTuple):
    """What the URL names: where it was sent, and which bucket and key it means.

    ``bucket`` is None for service calls, ``key`` is None for bucket calls; both are percent-decoded text.
    ``region`` is None when the host names no Region (``s3.amazonaws.com`` is us-east-1 by convention, custom
    endpoints are anybody's). ``style`` is ``path``, ``virtual``, ``access-point`` or ``object-lambda``.
    """

    style: str
    bucket: str | None
    key: str | None
    region: str | None
    endpoint: str
    access_point: str | None = None


class Parsed:
    """A request whose operation is known.

    ``head`` holds the members that the URL and the headers carry. ``params`` is the whole input: the body's
    members join at first use, because AWS looks at a body only after the permission for the call
    (authorization.md W-193), and reading it may raise ``MalformedXML`` or ``BadDigest``.

    ``sent`` is the request as it came, which is what was signed. ``request`` is what S3 hears of it: headers that a
    presigned URL carries in its query, or a form in its fields, stand among its headers. ``form`` is None but for
    forms. ``seal`` is set by whoever can verify signed chunks, before the body is read. ``subresource`` holds the query
    names that make the URL another resource than its path alone. ``is_foreign``: the body is a document that is read by
    code of others.
    """

    __slots__ = (
        "_is_foreign",
        "_params",
        "_read_body",
        "address",
        "form",
        "head",
        "operation",
        "request",
        "seal",
        "sent",
        "service",
        "subresource",
    )

    def __init__(
        self,
        request: WireRequest,
        service: str,
        operation: str,
        address: Address,
        head: Params,
        read_body: Callable[[Seal | None], Params] | None,
        sent: WireRequest | None = None,
        form: Form | None = None,
        is_foreign: bool = False,
    ) -> None:
        self.request = request
        self.service = service
        self.operation = operation
        self.address = address
        self.head = head
        self.sent = sent or request
        self.form = form
        self.seal: Seal | None = None
        self.subresource: frozenset[str] = frozenset()
        self._read_body = read_body
        self._is_foreign = is_foreign
        self._params: Params | None = None

    @property
    def params(self) -> Params:
        """The operation's whole input, as a boto3 caller would have written it.

        Raises ``Unread`` where the body is a document that code of others must be asked for.
        """
        if self._params is None:
            if self._is_foreign:
                raise Unread(self._read)
            self._read()
        assert self._params is not None
        return self._params

    def _read(self) -> None:
        self._params = {**self.head, **self._read_body(self.seal)} if self._read_body else self.head

    def release(self) -> None:
        """Let the body go, once the request is answered: what is kept for the journal keeps no bytes of objects."""
        if self.request.body:
            bare = self.request._replace(body=b"")
            self.sent = bare if self.sent is self.request else self.sent._replace(body=b"")
            self.request = bare
            self._read_body = None
            if self._params is not None:
                self._params = {k: v for k, v in self._params.items() if not hasattr(v, "chunks")}


class Admission(NamedTuple):
    """What a session of a directory bucket has settled: that its holder may use ``bucket``, and for what (F-150)."""

    bucket: str
    read_only: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, with the policies that bound them at this moment (authorization.md 1.1).

    ``principal`` is what policies match on. ``account`` is None for the anonymous caller. The policy tuples are
    what IAM holds: ``identity`` (inline, attached and of groups, or of the role), ``boundaries``, ``session``.
    ``keys`` are the condition keys that follow from the identity alone, lower-case key to values. ``admitted`` is set
    where a session of a directory bucket signed, and no policy is asked any more. ``via`` are the services that pass
    the caller's requests on (``aws:CalledVia``), first one first.
    """

    principal: Principal
    canonical_id: str
    user_id: str
    identity: tuple[Policy, ...] = ()
    boundaries: tuple[Policy, ...] = ()
    session: tuple[Policy, ...] = ()
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    admitted: Admission | None = None
    via: tuple[str, ...] = ()

    @property
    def arn(self) -> str | None:
        """The ARN that error messages name; None for the anonymous caller."""
        return self.principal.arn

    @property
    def account(self) -> str | None:
        """The 12-digit account; None for the anonymous caller."""
        return self.principal.account

    @property
    def unique_id(self) -> str:
        """What stays the same between an identity's calls: a session's role id without the session's name (M-13)."""
        return self.user_id.partition(":")[0] if self.principal.kind == "session" else self.user_id

    @property
    def anonymous(self) -> bool:
        """Whether the request came without a signature."""
        return self.principal.kind == "anonymous"

    @property
    def root(self) -> bool:
        """Whether the account's root user is asking."""
        return self.principal.kind == "root"


class Signature(NamedTuple):
    """How the request was authenticated: what ``s3:authType`` and its neighbours are derived from."""

    auth_type: str | None = None
    version: str | None = None
    signed_at: datetime.datetime | None = None
    access_key_id: str | None = None
    region: str | None = None


class Authenticated(NamedTuple):
    """A parsed request and the caller it is proven to come from. Made by ``identity.authenticate`` only.

    ``edition`` is the state of the world (``locking.WorldLock``) in which the caller was looked up.
    """

    parsed: Parsed
    caller: Caller
    signature: Signature
    edition: int


@value
class Target:
    """A bucket, or a key in one, that a need is about. ``bucket`` is None where it does not exist (yet).

    ``source`` is what is copied onto it, if anything is. ``access_point`` is what it was reached through, None where
    the request names the bucket itself; ``object_lambda`` what stood before that, if anything did.
    """

    name: str
    bucket: Bucket | None
    key: str | None = None
    version_id: str | None = None
    source: Target | None = None
    access_point: AccessPoint | None = None
    object_lambda: ObjectLambda | None = None

    @property
    def arn(self) -> str:
        """The ARN by which the request names it, key un-encoded: its own, or one of the access point (F-122)."""
        return self.own_arn if self.access_point is None else self.access_point.arn_of(self.key)

    @property
    def own_arn(self) -> str:
        """``arn:aws:s3:::BUCKET`` or ``arn:aws:s3:::BUCKET/KEY``, however it was reached."""
        return f"arn:aws:s3:::{self.name}" if self.key is None else f"arn:aws:s3:::{self.name}/{self.key}"

    @property
    def public_access_block(self) -> PublicAccessBlock | None:
        """What of Block Public Access holds for requests to it: the bucket's settings and the access point's (B-5)."""
        own = None if self.bucket is None else self.bucket.public_access_block
        if self.access_point is None or self.access_point.public_access_block is None:
            return own
        return self.access_point.public_access_block.joined(own)

    def within(self, key: str | None = None, version_id: str | None = None) -> Target:
        """Another key of the same bucket, or the bucket, reached in the same way."""
        return Target(
            self.name,
            self.bucket,
            key,
            version_id,
            access_point=self.access_point,
            object_lambda=self.object_lambda,
        )


@value
class DirectoryTarget(Target):
    """A directory bucket, or a key in one: what is done there is authorized on the bucket (F-150).

    ``home`` is ``REGION:ACCOUNT``; ``mode`` what the session would be for whose making is asked about.
    """

    home: str = ""
    mode: str | None = None

    @property
    def own_arn(self) -> str:
        """``arn:aws:s3express:REGION:ACCOUNT:bucket/NAME``."""
        return f"arn:aws:s3express:{self.home}:bucket/{self.name}"

    def within(self, key: str | None = None, version_id: str | None = None) -> Target:
        """Another key of the same bucket, or the bucket."""
        return DirectoryTarget(self.name, self.bucket, key, version_id, home=self.home, mode=self.mode)


class Ruling(Protocol):
    """What ``access`` can still be asked while an operation runs: the needs that are not simply REQUIRED."""

    def allows(self, action: str) -> bool:
        """Whether the caller may see the part of the answer that ``action`` guards (mode OPTIONAL)."""

    def refusal(self, key: str, version_id: str | None) -> S3Error | None:
        """The error for one entry of a multi-key call (mode PER_KEY), or None when it may proceed."""

    def unrevealed(self) -> S3Error | None:
        """The refusal that hides whether a key exists (mode REVEAL), or None where its absence may be told."""

    def encryption(self) -> Encryption | None:
        """How KMS will encrypt what the call writes, with a key that its caller may use; None for other ways."""

    def validate_policy(self, text: str) -> dict[str, str]:
        """Whom a new bucket policy names: ARN to unique id. Raises ``MalformedPolicy`` (authorization.md 8.3)."""

    def policy_text(self) -> str | None:
        """The bucket's policy as it reads now, which is with the ids of principals that are gone (PE-14)."""

    @property
    def access_key_id(self) -> str | None:
        """The key that the request is signed with; None where it is not signed."""

    def signer(self) -> AccessKeyRecord | None:
        """The caller's key: of unknown ones the one that stands for them; None where nobody signed."""

    def forwarded(self, service: str) -> AccessKeyRecord:
        """A key with which a service goes on with the caller's identity and permissions (P-10)."""

    def is_public(self, policy: str) -> bool:
        """Whether a bucket policy is public (authorization.md 4.4)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a mock was told when it was made. Every field acts; there is no switch that turns authorization off."""

    region: str = "us-east-1"
    account: str = "123456789012"
    strict: bool = False
    enforce: str = "deny"
    initiator_rule: str = "strict"
    new_bucket_defaults: str = "2026"
    min_part_size: int = 5 << 20
    passthrough: tuple[str, ...] = ()
    profiles: tuple[tuple[str, Any], ...] = ()


class World(Protocol):
    """The in-memory AWS as the stages see it: what is stored, who exists, and how the mock was set up."""

    @property
    def lock(self) -> WorldLock: ...

    @property
    def store(self) -> Store: ...

    @property
    def directory(self) -> Directory: ...

    @property
    def keyring(self) -> Keyring: ...

    @property
    def guardrails(self) -> GuardRails: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def acting(self) -> Acting: ...

    @property
    def decisions(self) -> list[Decision]: ...

    def refused_destination(self, bucket: Bucket, arn: str) -> str | None:
        """What S3 says of a destination of notifications that it cannot send to; None where it can."""

    def note(self, parsed: Parsed, authenticated: Authenticated | None, error: S3Error | None) -> None:
        """Write a call that was answered into the journal."""


@value
class Authorized:
    """A request that may proceed. Made by ``access.authorize`` only; the only thing an operation accepts.

    ``target`` is the bucket or object of the URL as it stood at authorization; ``source`` that of a copy.
    ``edition`` is the state of the world in which that was decided: the request runs in it, or is authorized again.
    """

    parsed: Parsed
    caller: Caller
    target: Target
    source: Target | None
    ruling: Ruling
    world: World
    edition: int

    @property
    def bucket(self) -> Bucket:
        """The bucket of the URL; operations on buckets and objects have one by the time they run."""
        assert self.target.bucket is not None, self.parsed.operation
        return self.target.bucket

    @property
    def key(self) -> str:
        """The key of the URL; only for object operations."""
        assert self.target.key is not None, self.parsed.operation
        return self.target.key

    @property
    def store(self) -> Store:
        """Buckets and what is in them."""
        return self.world.store

    @property
    def settings(self) -> Settings:
        """How the mock was set up."""
        return self.world.settings

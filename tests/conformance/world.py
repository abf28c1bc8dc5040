"""The default world of the worked examples, and its people.

Accounts A, B and C. The bucket ``bkt`` of A: BucketOwnerEnforced, no Block Public Access, no policy, the object
``k``. Nobody may do anything but what a row says, and B and C are outside A's organization.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any
from xml.etree import ElementTree

import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from freezegun import freeze_time

from mocks3 import mock_s3
from mocks3.handles.access_points import AccessPointHandle
from mocks3.handles.mock_aws import MockAWS
from mocks3.handles.organizations import Organization
from mocks3.handles.principals import Principal, Role, User

from .documents import ACCOUNTS, Statement, allow, document
from .outcomes import Outcome

BODY = b"body of k"


class Actor:
    """Somebody of the examples. Every S3 operation is a method: ``dave.get_object("k", VersionId=…)``.

    The bucket is ``bkt`` unless another is given; the key may stand alone. Answers an ``Outcome``, be it good or bad.
    """

    def __init__(self, world: World, principal: Principal, **client: Any) -> None:
        self.world = world
        self.principal = principal
        self._client = client

    @property
    def arn(self) -> str | None:
        return self.principal.arn

    def by(self, **client: Any) -> Actor:
        """The same person with a client made otherwise: ``use_ssl=False``, ``region_name="eu-west-1"``."""
        return Actor(self.world, self.principal, **client)

    def via(self, **facts: Any) -> Actor:
        """The same person in other circumstances: ``source_ip="203.0.113.9"``, ``source_vpce="vpce-1"``."""
        return self.by(request_context=facts)

    def __getattr__(self, method: str) -> Callable[..., Outcome]:
        def call(key: str | None = None, **params: Any) -> Outcome:
            return self._call(method, key, params)

        return call

    def _call(self, method: str, key: str | None, params: dict[str, Any]) -> Outcome:
        client = self.principal.client("s3", **self._client)
        operation = client.meta.method_to_api_mapping[method]
        members = client.meta.service_model.operation_model(operation).input_shape.members
        if "Bucket" in members and operation != "ListBuckets":
            params.setdefault("Bucket", "bkt")
        if key is not None:
            params["Key"] = key
        decisions = self.world.aws.decisions
        before = len(decisions)
        code = message = None
        try:
            answer = getattr(client, method)(**params)
        except ClientError as error:
            answer = error.response
            code, message = answer["Error"]["Code"], answer["Error"].get("Message")
        status = answer["ResponseMetadata"]["HTTPStatusCode"]
        return Outcome(self, operation, params, status, code, message, answer, decisions[before:])

    def puts_policy(self, *statements: Statement | str, bucket: str = "bkt") -> Outcome:
        """PutBucketPolicy: statements, or the text of a whole document."""
        text = statements[0] if isinstance(statements[0], str) else document(*statements)  # type: ignore[arg-type]
        return self._call("put_bucket_policy", None, {"Bucket": bucket, "Policy": text})

    def presigned(self, key: str, *, at: str | None = None, expires: int = 3600) -> Presigned:
        """A URL for GetObject that this person signs, now or at another time."""
        client = self.principal.client("s3", config=Config(signature_version="s3v4"))
        with _moment(at):
            target = {"Bucket": "bkt", "Key": key}
            url = client.generate_presigned_url("get_object", Params=target, ExpiresIn=expires)
        return Presigned(self, target, url)

    def told(self, endpoint: str, bucket: str) -> tuple[int, str]:
        """What an endpoint says first of a bucket of another Region, before boto3 tries another."""
        client = self.principal.client("s3", endpoint_url=endpoint, region_name="us-east-1")
        said: list[tuple[int, str]] = []

        def remember(response: Any, **_: Any) -> None:
            if response is not None:
                _http, parsed = response
                code = parsed.get("Error", {}).get("Code", "")
                said.append((parsed["ResponseMetadata"]["HTTPStatusCode"], code))

        client.meta.events.register_first("needs-retry.s3.ListObjectsV2", remember)
        with suppress(ClientError):
            client.list_objects_v2(Bucket=bucket)
        return said[0]

    def starts(self, key: str, **params: Any) -> str:
        """Begin a multipart upload; its id."""
        upload_id: str = self.create_multipart_upload(key, **params).gives("200").answer["UploadId"]
        return upload_id


class Presigned:
    """A URL that carries its signature, for anybody's use."""

    def __init__(self, signer: Actor, target: dict[str, Any], url: str) -> None:
        self._signer = signer
        self._target = target
        self._url = url

    def used(self, *, at: str | None = None) -> Outcome:
        """What ``requests`` gets."""
        decisions = self._signer.world.aws.decisions
        before = len(decisions)
        with _moment(at):
            got = requests.get(self._url, timeout=10)
        said = {} if got.ok else {node.tag: node.text for node in ElementTree.fromstring(got.content)}
        code, message = said.get("Code"), said.get("Message")
        return Outcome(
            self._signer, "GetObject", self._target, got.status_code, code, message, {}, decisions[before:]
        )


def _moment(at: str | None) -> AbstractContextManager[Any]:
    return nullcontext() if at is None else freeze_time(at)


class World:
    """What a row begins with, and how it sets itself up."""

    def __init__(self, aws: MockAWS) -> None:
        self.aws = aws
        self.a, self.b, self.c = (aws.account(ACCOUNTS[letter], letter) for letter in "ABC")
        self._roles: dict[str, Role] = {}
        self._people: dict[str, Principal] = {}
        self._policies = 0

    def begin(self) -> None:
        """Make what every row starts with."""
        self.a.create_bucket("bkt", public_access_block=None, objects={"k": BODY})

    @contextmanager
    def another(self, **options: Any) -> Iterator[World]:
        """The default world once more, in a mock that is set up otherwise."""
        with mock_s3(**options) as aws:
            world = World(aws)
            world.begin()
            yield world

    def canonical(self, account: str) -> str:
        """CA, CB, CC: the canonical id of A, B or C."""
        return {"A": self.a, "B": self.b, "C": self.c}[account].canonical_id

    # People

    def __call__(
        self, who: str, *identity: Statement, boundary: Any = None, session: Any = None, **tags: str
    ) -> Actor:
        """Somebody, made at first mention: ``A root``, ``A/dave``, ``A:role/r/s``, ``anonymous``.

        ``identity`` statements join the user's or the role's policies; ``boundary`` is a list of statements, and so
        is ``session``, a role session's own policy; ``tags`` are the user's.
        """
        account = self.aws.account(ACCOUNTS[who[0]]) if who[0] in ACCOUNTS else None
        if account is None:
            return Actor(self, self.aws.anonymous)
        if who.endswith(" root"):
            return Actor(self, account.root)
        if ":role/" in who:
            role = self.role(who.rpartition("/")[0], *identity)
            if boundary is not None:
                role.put_boundary(document(*boundary))
            policy = None if session is None else document(*session)
            return Actor(self, role.assume(session_name=who.rpartition("/")[2], policy=policy))
        if who not in self._people:
            self._people[who] = account.create_user(who[2:], tags=tags)
        user = self._people[who]
        assert isinstance(user, User)
        if boundary is not None:
            user.put_boundary(document(*boundary))
        self._attach(user, identity)
        return Actor(self, user)

    def role(self, who: str, *identity: Statement, trust: Any = None) -> Role:
        """The role ``A:role/r``."""
        if who not in self._roles:
            account = self.aws.account(ACCOUNTS[who[0]])
            self._roles[who] = account.create_role(who.partition("/")[2], trust=trust)
        self._attach(self._roles[who], identity)
        return self._roles[who]

    # Guard rails

    def organization(self, *members: str) -> Organization:
        """The organization ``o-1``, with accounts in its unit ``members``; somebody else manages it."""
        organization = self.aws.organization("o-1")
        for member in members:
            organization.add(self.aws.account(ACCOUNTS[member]), organization.ou("members"))
        return organization

    def vpc_endpoint(self, *statements: Statement) -> str:
        """A VPC endpoint with a policy of its own; its id."""
        return self.aws.vpc_endpoint("vpce-1", vpc="vpc-1", policy=document(*statements)).id

    def kms_key(self) -> str:
        """A key of A's, whose policy leaves its use to A's identity policies; its ARN."""
        return self.a.create_kms_key().arn

    def access_point(self, name: str, vpc: str | None = None) -> AccessPointHandle:
        """An access point of A's on ``bkt``."""
        return self.a.create_access_point(name, "bkt", vpc=vpc)

    def directory_bucket(self, name: str) -> None:
        self.a.create_bucket(name)

    def group(self, who: str, *identity: Statement, members: list[str]) -> None:
        """The group ``A/readers`` with its policy."""
        people = [self(member).principal for member in members]
        users = [user for user in people if isinstance(user, User)]
        self.aws.account(ACCOUNTS[who[0]]).create_group(who[2:], policies=document(*identity), members=users)

    def service(self, name: str, **facts: str) -> Actor:
        """An AWS service that calls by itself."""
        return Actor(self, self.aws.service(name, **facts))

    def acting(self, principal: Principal) -> Actor:
        """A principal that a row made itself."""
        return Actor(self, principal)

    def delete(self, who: str) -> None:
        """Delete a user; who is mentioned again is somebody new."""
        user = self._people.pop(who)
        assert isinstance(user, User)
        user.delete()

    def strip(self, who: str) -> None:
        """Take away every identity policy of a user."""
        user = self._people[who]
        assert isinstance(user, User)
        for name in list(user.record.policies):
            user.delete_policy(name)

    def _attach(self, to: User | Role, statements: tuple[Statement, ...]) -> None:
        if statements:
            self._policies += 1
            to.put_policy(document(*statements), f"policy-{self._policies}")

    # The bucket

    @property
    def owner(self) -> Any:
        """A client of A's root, for what a row takes as given."""
        return self.a.client("s3")

    def policy(self, *statements: Statement) -> None:
        """Put the bucket's policy, over the one it has. Who is named in it, exists."""
        for statement in statements:
            self._see_to(statement.get("Principal", statement.get("NotPrincipal")))
        self.owner.put_bucket_policy(Bucket="bkt", Policy=document(*statements))

    def no_policy(self) -> None:
        self.owner.delete_bucket_policy(Bucket="bkt")

    def ownership(self, mode: str) -> None:
        rules = {"Rules": [{"ObjectOwnership": mode}]}
        self.owner.put_bucket_ownership_controls(Bucket="bkt", OwnershipControls=rules)

    def block(self, **settings: bool) -> None:
        """Turn on settings of Block Public Access, the others off: ``BlockPublicAcls=True``."""
        self.owner.put_public_access_block(Bucket="bkt", PublicAccessBlockConfiguration=settings)

    def encrypt_by_default(self, **rule: Any) -> None:
        """What new objects are encrypted with, and what they may not be: the members of one rule."""
        rules = {"Rules": [rule]}
        self.owner.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration=rules)

    def bucket_acl(self, **acl: str) -> None:
        """Turn ACLs on, and put the bucket's."""
        self.ownership("ObjectWriter")
        self.owner.put_bucket_acl(Bucket="bkt", **acl)

    def object_acl(self, key: str, **acl: str) -> None:
        """Turn ACLs on, and put that of an object of A's."""
        self.ownership("ObjectWriter")
        self.owner.put_object_acl(Bucket="bkt", Key=key, **acl)

    def versioning(self) -> str:
        """Turn versioning on; the id of a new version of ``k``."""
        self.owner.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": "Enabled"})
        return self.put("k")

    def put(self, key: str, **params: Any) -> str:
        """An object that A's root puts; its version id, if it has one."""
        version: str = self.owner.put_object(Bucket="bkt", Key=key, Body=BODY, **params).get(
            "VersionId", "null"
        )
        return version

    def foreign(self, key: str, by: str = "B root", **params: Any) -> None:
        """An object that another account puts and owns, in a bucket with ACLs; no policy is left behind."""
        self.ownership("ObjectWriter")
        self.policy(allow("PutObject", "bkt/*", to=by))
        self(by).put_object(key, Body=BODY, **params).gives("200")
        self.no_policy()

    def _see_to(self, element: Any) -> None:
        named = element.get("AWS", []) if isinstance(element, dict) else []
        for arn in [named] if isinstance(named, str) else named:
            match = re.fullmatch(r"arn:aws:(?:iam|sts)::(\d+):(user|role|assumed-role)/([^/]+)(?:/.*)?", arn)
            if match:
                letter = {number: letter for letter, number in ACCOUNTS.items()}[match[1]]
                if match[2] == "user":
                    self(f"{letter}/{match[3]}")
                else:
                    self.role(f"{letter}:role/{match[3]}")

"""The world in which every worked example starts, and its callers.

There are the accounts A, B and C. Account A owns the bucket ``bkt`` with the object ``k``. The bucket is
BucketOwnerEnforced, has no policy, and Block Public Access is off. Callers have only the permissions that an example
gives them. B and C are not in A's organization (docs/rules/worked-examples.md).
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


class Caller:
    """A caller of the examples. Every method of a boto3 client is a method: ``dave.get_object("k", VersionId=…)``.

    The bucket is ``bkt`` by default, and the key can be the only argument. A call returns an ``Outcome``, also for an
    error.
    """

    def __init__(self, world: World, principal: Principal, **client: Any) -> None:
        self.world = world
        self.principal = principal
        self._client = client

    @property
    def arn(self) -> str | None:
        return self.principal.arn

    def with_client(self, **client: Any) -> Caller:
        """Return the same caller with other arguments for its client, such as ``use_ssl=False``."""
        return Caller(self.world, self.principal, **client)

    def in_context(self, **context: Any) -> Caller:
        """Return the same caller with another request context, such as ``source_ip="203.0.113.9"``."""
        return self.with_client(request_context=context)

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

    def put_policy(self, *statements: Statement | str, bucket: str = "bkt") -> Outcome:
        """Call PutBucketPolicy with statements, or with the text of a whole document."""
        text = statements[0] if isinstance(statements[0], str) else document(*statements)  # type: ignore[arg-type]
        return self._call("put_bucket_policy", None, {"Bucket": bucket, "Policy": text})

    def presigned(self, key: str, *, at: str | None = None, expires: int = 3600) -> Presigned:
        """Return a URL for GetObject that this caller signs, now or at another time."""
        client = self.principal.client("s3", config=Config(signature_version="s3v4"))
        with _moment(at):
            target = {"Bucket": "bkt", "Key": key}
            url = client.generate_presigned_url("get_object", Params=target, ExpiresIn=expires)
        return Presigned(self, target, url)

    def first_answer(self, endpoint: str, bucket: str) -> tuple[int, str]:
        """Return the first answer about a bucket of another Region, before boto3 tries another endpoint."""
        client = self.principal.client("s3", endpoint_url=endpoint, region_name="us-east-1")
        answers: list[tuple[int, str]] = []

        def remember(response: Any, **_: Any) -> None:
            if response is not None:
                _http, parsed = response
                code = parsed.get("Error", {}).get("Code", "")
                answers.append((parsed["ResponseMetadata"]["HTTPStatusCode"], code))

        client.meta.events.register_first("needs-retry.s3.ListObjectsV2", remember)
        with suppress(ClientError):
            client.list_objects_v2(Bucket=bucket)
        return answers[0]

    def begin_upload(self, key: str, **params: Any) -> str:
        """Begin a multipart upload and return its id."""
        upload_id: str = self.create_multipart_upload(key, **params).gives("200").answer["UploadId"]
        return upload_id


class Presigned:
    """A presigned URL."""

    def __init__(self, signer: Caller, target: dict[str, Any], url: str) -> None:
        self._signer = signer
        self._target = target
        self._url = url

    def fetch(self, *, at: str | None = None) -> Outcome:
        """Return the outcome of a GET with ``requests``, now or at another time."""
        decisions = self._signer.world.aws.decisions
        before = len(decisions)
        with _moment(at):
            response = requests.get(self._url, timeout=10)
        error = (
            {} if response.ok else {node.tag: node.text for node in ElementTree.fromstring(response.content)}
        )
        code, message = error.get("Code"), error.get("Message")
        status = response.status_code
        return Outcome(self._signer, "GetObject", self._target, status, code, message, {}, decisions[before:])


def _moment(at: str | None) -> AbstractContextManager[Any]:
    return nullcontext() if at is None else freeze_time(at)


class World:
    """The accounts, the bucket and the callers, and methods with which an example changes them."""

    def __init__(self, aws: MockAWS) -> None:
        self.aws = aws
        self.account_a, self.account_b, self.account_c = (
            aws.account(ACCOUNTS[letter], letter) for letter in "ABC"
        )
        self._roles: dict[str, Role] = {}
        self._users: dict[str, User] = {}
        self._policies = 0

    def set_up(self) -> None:
        """Create what every example starts with."""
        self.account_a.create_bucket("bkt", public_access_block=None, objects={"k": BODY})

    @contextmanager
    def new_world(self, **options: Any) -> Iterator[World]:
        """Start another mock with these options, and set it up in the same way."""
        with mock_s3(**options) as aws:
            world = World(aws)
            world.set_up()
            yield world

    def canonical_id(self, account: str) -> str:
        """Return the canonical id of account A, B or C."""
        return self.aws.account(ACCOUNTS[account]).canonical_id

    # Callers

    def caller(
        self, who: str, *identity: Statement, boundary: Any = None, session: Any = None, **tags: str
    ) -> Caller:
        """Return a caller, and create it if it does not exist.

        ``who`` is ``A root``, ``A/dave`` (a user), ``A:role/r/s`` (the session ``s`` of a role) or ``anonymous``.
        ``identity`` statements are added to the user's or the role's policies. ``boundary`` is a list of statements,
        and so is ``session``, the session policy of a role session. ``tags`` are the user's.
        """
        account = self.aws.account(ACCOUNTS[who[0]]) if who[0] in ACCOUNTS else None
        if account is None:
            return Caller(self, self.aws.anonymous)
        if who.endswith(" root"):
            return Caller(self, account.root)
        if ":role/" in who:
            role = self.role(who.rpartition("/")[0], *identity)
            if boundary is not None:
                role.put_boundary(document(*boundary))
            policy = None if session is None else document(*session)
            return Caller(self, role.assume(session_name=who.rpartition("/")[2], policy=policy))
        if who not in self._users:
            self._users[who] = account.create_user(who[2:], tags=tags)
        user = self._users[who]
        if boundary is not None:
            user.put_boundary(document(*boundary))
        self._attach(user, identity)
        return Caller(self, user)

    def role(self, who: str, *identity: Statement, trust: Any = None) -> Role:
        """Return the role ``A:role/r``, and create it if it does not exist."""
        if who not in self._roles:
            account = self.aws.account(ACCOUNTS[who[0]])
            self._roles[who] = account.create_role(who.partition("/")[2], trust=trust)
        self._attach(self._roles[who], identity)
        return self._roles[who]

    # Organizations, endpoints, keys, access points

    def create_organization(self, *members: str) -> Organization:
        """Create the organization ``o-1`` with accounts in its unit ``members``; its manager is another account."""
        organization = self.aws.organization("o-1")
        for member in members:
            organization.add(self.aws.account(ACCOUNTS[member]), organization.ou("members"))
        return organization

    def create_vpc_endpoint(self, *statements: Statement) -> str:
        """Create a VPC endpoint with its own policy and return its id."""
        return self.aws.vpc_endpoint("vpce-1", vpc="vpc-1", policy=document(*statements)).id

    def create_kms_key(self) -> str:
        """Create a key of account A, whose policy delegates to A's identity policies, and return its ARN."""
        return self.account_a.create_kms_key().arn

    def create_access_point(self, name: str, vpc: str | None = None) -> AccessPointHandle:
        """Create an access point of account A for ``bkt``."""
        return self.account_a.create_access_point(name, "bkt", vpc=vpc)

    def create_directory_bucket(self, name: str) -> None:
        self.account_a.create_bucket(name)

    def create_group(self, who: str, *identity: Statement, members: list[str]) -> None:
        """Create the group ``A/readers`` with its policy."""
        principals = [self.caller(member).principal for member in members]
        users = [user for user in principals if isinstance(user, User)]
        self.aws.account(ACCOUNTS[who[0]]).create_group(who[2:], policies=document(*identity), members=users)

    def service(self, name: str, **context: str) -> Caller:
        """Return an AWS service as a caller."""
        return Caller(self, self.aws.service(name, **context))

    def caller_for(self, principal: Principal) -> Caller:
        """Return the caller that is a principal which an example created itself."""
        return Caller(self, principal)

    def delete_user(self, who: str) -> None:
        """Delete a user. A later mention of the same name creates a new user."""
        self._users.pop(who).delete()

    def remove_policies(self, who: str) -> None:
        """Remove every identity policy of a user."""
        user = self._users[who]
        for name in list(user.record.policies):
            user.delete_policy(name)

    def _attach(self, to: User | Role, statements: tuple[Statement, ...]) -> None:
        if statements:
            self._policies += 1
            to.put_policy(document(*statements), f"policy-{self._policies}")

    # The bucket

    @property
    def owner_client(self) -> Any:
        """A client of account A's root user, which sets up what an example assumes."""
        return self.account_a.client("s3")

    def put_policy(self, *statements: Statement) -> None:
        """Replace the bucket policy, and create the principals that it names."""
        for statement in statements:
            self._create_principals(statement.get("Principal", statement.get("NotPrincipal")))
        self.owner_client.put_bucket_policy(Bucket="bkt", Policy=document(*statements))

    def delete_policy(self) -> None:
        self.owner_client.delete_bucket_policy(Bucket="bkt")

    def set_ownership(self, mode: str) -> None:
        rules = {"Rules": [{"ObjectOwnership": mode}]}
        self.owner_client.put_bucket_ownership_controls(Bucket="bkt", OwnershipControls=rules)

    def block_public_access(self, **settings: bool) -> None:
        """Turn on the given settings of Block Public Access, such as ``BlockPublicAcls=True``, and all others off."""
        self.owner_client.put_public_access_block(Bucket="bkt", PublicAccessBlockConfiguration=settings)

    def encrypt_by_default(self, **rule: Any) -> None:
        """Put an encryption configuration with one rule."""
        rules = {"Rules": [rule]}
        self.owner_client.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration=rules)

    def put_bucket_acl(self, **acl: str) -> None:
        """Enable ACLs, and put the bucket's ACL."""
        self.set_ownership("ObjectWriter")
        self.owner_client.put_bucket_acl(Bucket="bkt", **acl)

    def put_object_acl(self, key: str, **acl: str) -> None:
        """Enable ACLs, and put the ACL of an object that account A owns."""
        self.set_ownership("ObjectWriter")
        self.owner_client.put_object_acl(Bucket="bkt", Key=key, **acl)

    def enable_versioning(self) -> str:
        """Enable versioning, and return the id of a new version of ``k``."""
        self.owner_client.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": "Enabled"})
        return self.put_object("k")

    def put_object(self, key: str, **params: Any) -> str:
        """Put an object as account A's root user, and return its version id, or ``null``."""
        answer = self.owner_client.put_object(Bucket="bkt", Key=key, Body=BODY, **params)
        version: str = answer.get("VersionId", "null")
        return version

    def put_foreign_object(self, key: str, by: str = "B root", **params: Any) -> None:
        """Put an object that another account writes and owns. Afterwards the bucket has ACLs enabled and no policy."""
        self.set_ownership("ObjectWriter")
        self.put_policy(allow("PutObject", "bkt/*", to=by))
        self.caller(by).put_object(key, Body=BODY, **params).gives("200")
        self.delete_policy()

    def _create_principals(self, element: Any) -> None:
        named = element.get("AWS", []) if isinstance(element, dict) else []
        for arn in [named] if isinstance(named, str) else named:
            match = re.fullmatch(r"arn:aws:(?:iam|sts)::(\d+):(user|role|assumed-role)/([^/]+)(?:/.*)?", arn)
            if match:
                letter = {number: letter for letter, number in ACCOUNTS.items()}[match[1]]
                if match[2] == "user":
                    self.caller(f"{letter}/{match[3]}")
                else:
                    self.role(f"{letter}:role/{match[3]}")

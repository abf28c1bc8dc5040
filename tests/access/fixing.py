"""Apply the remedies of a denial to a world, as a reader of the report would, and repeat the call."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

from mocks3.access import Decision
from mocks3.access.explain.remedies.remedy import PolicyChange, Remedy, RemedyStep, RequestChange
from mocks3.handles.buckets import BucketHandle
from mocks3.handles.mock_aws import MockAWS
from mocks3.handles.organizations import Organization
from mocks3.handles.principals import Principal, Role, User
from mocks3.policy import Add, Layer, Remove

A, B = "111111111111", "222222222222"
SAYS_MORE = ("everyone", "guard rail", "other requests", "endpoint", "public")
"""Words of a text that says that other callers or other requests can do more too."""


@dataclasses.dataclass
class Scene:
    """A world with one bucket, ``bkt`` of account A, and the handles that a remedy may change."""

    aws: MockAWS
    holder: User | Role | None
    """The user or role whose policies apply to the caller; None for the anonymous caller."""
    organization: Organization | None = None
    others: dict[str, Principal] = dataclasses.field(default_factory=dict)
    """Principals that a remedy must not help."""

    @property
    def owner(self) -> Any:
        """The client of the bucket's owner."""
        return self.aws.account(A).client("s3", region_name="us-east-1")


@dataclasses.dataclass
class Attempt:
    """A call: who makes it, which operation with which parameters, and over which connection."""

    operation: str
    params: dict[str, Any]
    context: dict[str, Any] = dataclasses.field(default_factory=dict)
    secure: bool = True
    mfa: bool = False
    signed: bool = False
    session_policy: dict[str, Any] | None = None

    def client(self, scene: Scene) -> Any:
        """Return the caller's client."""
        holder = scene.holder
        options: dict[str, Any] = {"region_name": "us-east-1", "use_ssl": self.secure}
        if self.signed:
            return boto3.client("s3", **options, **self._credentials(scene))
        if holder is None:
            return scene.aws.anonymous.client("s3", **options)
        if isinstance(holder, Role):
            return holder.assume(session_name="s", policy=self.session_policy).client("s3", **options)
        caller = holder.session_token(mfa=True) if self.mfa else holder
        return caller.client("s3", **options)

    def _credentials(self, scene: Scene) -> dict[str, str]:
        """Return the credentials of the bucket's owner."""
        account = scene.aws.account(A)
        if not self.mfa:
            key = account.root.access_key
            return {"aws_access_key_id": key.id, "aws_secret_access_key": key.secret}
        found = account.client("sts", region_name="us-east-1").get_session_token()["Credentials"]
        return {
            "aws_access_key_id": found["AccessKeyId"],
            "aws_secret_access_key": found["SecretAccessKey"],
            "aws_session_token": found["SessionToken"],
        }

    def denied(self, scene: Scene) -> Decision | None:
        """Make the call. Return the decision that denied it; None if it passed."""
        try:
            client = self.client(scene)
            with scene.aws.request_context(**self.context):
                getattr(client, self.operation)(**self.params)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status == 404:  # only callers who may list the bucket get it
                return None
            if status != 403:
                raise
            decision = scene.aws.decisions[-1]
            assert not decision.allowed
            return decision
        return None


def apply(scene: Scene, attempt: Attempt, remedy: Remedy) -> None:
    """Change the world and the call as the remedy says."""
    policies = [step for step in remedy if isinstance(step.change, PolicyChange)]
    for step in remedy:
        if isinstance(step.change, RequestChange):
            _change_request(scene, attempt, step, step.change)
        elif step.text.startswith("tag the object"):
            _tag(scene, attempt, step.text)
        elif step.change is None:
            _switch_off(scene, step.text)
    documents: dict[tuple[Layer, str], dict[str, Any] | None] = {}
    for step in policies:
        assert isinstance(step.change, PolicyChange)
        if step.change.layer is Layer.RESOURCE:
            _change_own_policy(scene, step, step.change)
        else:
            place = _place(step.change)
            present = documents.setdefault(place, _document(scene, attempt, step.change, place[1]))
            documents[place] = edited(present, step)
    for place, document in documents.items():
        assert document is not None
        _put(scene, attempt, *place, document)


def _place(change: PolicyChange) -> tuple[Layer, str]:
    """Return the layer and the name of the document that changes."""
    name = None if isinstance(change.edit, Add) else change.edit.ref.name
    alone = change.layer in (Layer.BOUNDARY, Layer.VPC_ENDPOINT, Layer.SESSION)
    return change.layer, "" if alone else name or "fix"


def _document(scene: Scene, attempt: Attempt, change: PolicyChange, name: str) -> dict[str, Any] | None:
    layer, policies = change.layer, change.part.policies
    if layer is Layer.SESSION:
        return attempt.session_policy
    if layer in (Layer.BOUNDARY, Layer.VPC_ENDPOINT):
        return policies.of(layer)[0].document
    return next((policy.document for policy in policies.of(layer) if policy.name == name), None)


def _put(scene: Scene, attempt: Attempt, layer: Layer, name: str, document: dict[str, Any]) -> None:
    if layer in (Layer.SCP, Layer.RCP):
        assert scene.organization is not None
        put = scene.organization.put_scp if layer is Layer.SCP else scene.organization.put_rcp
        put(document, name=name.partition(" on ")[0])
    elif layer is Layer.VPC_ENDPOINT:
        scene.aws.vpc_endpoint("vpce-1", vpc="vpc-1").put_policy(document)
    elif layer is Layer.SESSION:
        attempt.session_policy = document
    else:
        assert scene.holder is not None
        if layer is Layer.BOUNDARY:
            scene.holder.put_boundary(document)
        else:
            scene.holder.put_policy(document, name=name)


def _change_request(scene: Scene, attempt: Attempt, step: RemedyStep, change: RequestChange) -> None:
    attempt.params = {k: v for k, v in {**attempt.params, **change.members}.items() if v is not None}
    context = dict(change.context)
    attempt.secure |= bool(context.pop("secure_transport", False))
    if context.pop("mfa", False):
        context.pop("mfa_age")
        attempt.context.pop("mfa", None)
        attempt.mfa = True
        if not isinstance(scene.holder, User):
            context["mfa"] = True
    if not {"source_vpce", "source_vpc"}.isdisjoint(context):
        attempt.context.pop("source_ip", None)
    attempt.context |= context
    attempt.signed |= change.signed
    if "a key that exists" in step.text:
        BucketHandle(scene.aws, "bkt").put({attempt.params["Key"]: b""})


def _tag(scene: Scene, attempt: Attempt, text: str) -> None:
    tag, _, value = text.removeprefix("tag the object with ").partition(" ")[0].partition("=")
    tags = {"TagSet": [{"Key": tag, "Value": value}]}
    scene.aws.account(A).client("s3").put_object_tagging(
        Bucket="bkt", Key=attempt.params["Key"], Tagging=tags
    )


def _switch_off(scene: Scene, text: str) -> None:
    settings = (
        "BlockPublicAcls",
        "IgnorePublicAcls",
        "BlockPublicPolicy",
        "RestrictPublicBuckets",
    )
    assert any(name in text for name in settings), text
    now = scene.owner.get_public_access_block(Bucket="bkt")["PublicAccessBlockConfiguration"]
    scene.owner.put_public_access_block(
        Bucket="bkt",
        PublicAccessBlockConfiguration={name: now[name] and name not in text for name in settings},
    )


def _change_own_policy(scene: Scene, step: RemedyStep, change: PolicyChange) -> None:
    part = change.part
    if part.action.startswith("kms:"):
        account = scene.aws.account(part.owner)
        key = account.kms_key(str(part.question.arn))
        key.put_policy(edited(key.policy, step))
        return
    assert part.question.target is not None
    try:
        present = json.loads(scene.owner.get_bucket_policy(Bucket="bkt")["Policy"])
    except ClientError:
        present = None
    scene.owner.put_bucket_policy(Bucket="bkt", Policy=json.dumps(edited(present, step)))


INERT = {"Effect": "Deny", "Action": "s3:GetBucketLogging", "Resource": "arn:aws:s3:::bkt"}


def edited(document: Mapping[str, Any] | None, step: RemedyStep) -> dict[str, Any]:
    """Return the document with the statement of a step added, replaced, or removed."""
    change = step.change
    assert isinstance(change, PolicyChange)
    present = [] if document is None else document["Statement"]
    statements = list(present) if isinstance(present, list) else [present]
    if isinstance(change.edit, Add):
        statements.append(step.statement)
    elif isinstance(change.edit, Remove):
        old = statements[change.edit.ref.statement]
        statements[change.edit.ref.statement] = INERT | (
            {"Principal": "*"} if "Principal" in old or "NotPrincipal" in old else {}
        )
    else:
        statements[change.edit.ref.statement] = step.statement
    return {"Version": "2012-10-17", "Statement": statements}

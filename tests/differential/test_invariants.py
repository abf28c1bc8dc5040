"""Facts about authorization that are true after any calls in any order: three state machines.

Rule 1: every call goes through a real client. Rule 2: the accounts and buckets are created once a process; each
sequence of calls starts from their snapshot.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from mocks3.handles.mock_aws import MockAWS
from mocks3.handles.principals import Principal
from mocks3.operations import registered
from mocks3.wire.models import service_model

from .minimal import minimal

STEPS = settings(max_examples=settings.default.max_examples // 2, stateful_step_count=20)
A, B = "111111111111", "222222222222"
MODES = ("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter")
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
SECRET = "marked-as-secret"
LAX = Config(parameter_validation=False, retries={"total_max_attempts": 1})


def document(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def call(client: Any, method: str, **params: Any) -> tuple[int, str, dict[str, Any]]:
    """Make a call, and return status, error code and the rest of the answer, with its body as bytes."""
    try:
        answer = getattr(client, method)(**params)
    except ClientError as error:
        answer = error.response
    if "Body" in answer:
        answer["Body"] = answer["Body"].read()
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer.get("Error", {}).get("Code", ""), answer


def method_of(client: Any, operation: str) -> str:
    """Return boto3's name of an operation."""
    names: dict[str, str] = client.meta.method_to_api_mapping
    return next(method for method, name in names.items() if name == operation)


def takes(client: Any, operation: str, member: str) -> bool:
    return member in client.meta.service_model.operation_model(operation).input_shape.members


class Stage:
    """Account A with a bucket and a user without permissions, and account B whose users have all permissions."""

    def __init__(self) -> None:
        self.aws = aws = MockAWS()
        self.a, self.b = aws.account(A), aws.account(B)
        self.a.create_bucket("bkt", public_access_block=None)
        self.b.create_bucket("theirs", public_access_block=None)
        self.nobody = self.a.create_user("nobody")
        people: dict[str, Principal] = {
            "root": self.a.root,
            "nobody": self.nobody,
            "admin": self.a.create_user("admin", policies=document(EVERYTHING)),
            "bounded": self.a.create_user(
                "bounded",
                policies=document(EVERYTHING),
                boundary=document({"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}),
            ),
            "B root": self.b.root,
            "B admin": self.b.create_user("admin", policies=document(EVERYTHING)),
            "anonymous": aws.anonymous,
        }
        self.client = {name: person.client("s3", config=LAX) for name, person in people.items()}
        self.mark = aws.snapshot()

    def state(self) -> Any:
        """Return everything the bucket contains, as the store has it."""
        bucket = self.aws.store.bucket("bkt")
        assert bucket is not None
        versions = [
            (v.key, v.version_id, v.etag, v.acl, dict(v.tags), v.storage_class, v.lock, v.encryption)
            for v in (entry.version for entry in bucket.list_versions(limit=1000).entries)
        ]
        uploads = {
            upload_id: [part.etag for part in bucket.list_parts(upload_id).entries]
            for upload_id in bucket.uploads
        }
        settings = (
            bucket.policy,
            bucket.acl,
            bucket.ownership,
            bucket.versioning,
            bucket.public_access_block,
        )
        return versions, uploads, settings, dict(bucket.configurations)

    def refuses(self, who: str, operation: str, **known: Any) -> None:
        """Assert that ``who`` is refused, reads nothing and changes nothing.

        Args:
            known: values of parameters, for those that the operation requires.
        """
        client = self.client[who]
        params = minimal(client, operation)
        params |= {
            name: value
            for name, value in known.items()
            if name in params or (name == "VersionId" and takes(client, operation, name))
        }
        before = self.state()
        status, code, answer = call(client, method_of(client, operation), **params)
        refused = status == 403 or code == "NoSuchUpload"  # M-16: the id of another key, or an unknown id
        assert refused, (who, operation, params, answer)
        assert SECRET not in repr(answer), (who, operation, answer)
        assert self.state() == before, (who, operation, params)


@cache
def stage() -> Stage:
    return Stage()


STRANGERS = ("nobody", "bounded", "B root", "B admin", "anonymous")
UNBOUND = ("CreateBucket", "CreateSession", "DeleteObjects", "PostObject", "RenameObject")
"""Operations on a bucket that do not need the permission of its owner for the whole request.

DeleteObjects has a rule of its own. PostObject is a browser's form: no client sends it. CreateSession and RenameObject
are operations of directory buckets: in this bucket they get 405.
"""


def on_buckets() -> list[str]:
    """Return the operations whose input, in botocore's model, requires the name of a bucket.

    The other operations (ListBuckets, ListDirectoryBuckets, WriteGetObjectResponse) reach no bucket by its name.
    """
    model = service_model("s3")
    names = {name for service, name in registered() if service == "s3"} & set(model.operation_names)
    shapes = {name: model.operation_model(name).input_shape for name in names}
    return sorted(name for name, shape in shapes.items() if shape and "Bucket" in shape.required_members)


OPERATIONS = [name for name in on_buckets() if name not in UNBOUND]


class Strangers(RuleBasedStateMachine):
    """Callers without a grant change nothing and read nothing: no byte, no tag, no name of a key."""

    @initialize()
    def begin(self) -> None:
        self.stage = stage()
        self.stage.aws.restore(self.stage.mark)
        self.owner = self.stage.client["root"]
        self.versions: list[str] = []
        self.uploads: list[str] = []

    # Calls of the owner

    @rule(key=st.sampled_from(("k", f"{SECRET}-key")), tags=st.sampled_from(("", f"t={SECRET}")))
    def write(self, key: str, tags: str) -> None:
        done = self.owner.put_object(
            Bucket="bkt",
            Key=key,
            Body=SECRET.encode(),
            Metadata={"m": SECRET},
            Tagging=tags,
            ContentType=SECRET,
        )
        self.versions += [done["VersionId"]] if "VersionId" in done else []

    @rule()
    def begin_upload(self) -> None:
        done = self.owner.create_multipart_upload(Bucket="bkt", Key="k", Metadata={"m": SECRET})
        self.owner.upload_part(
            Bucket="bkt", Key="k", UploadId=done["UploadId"], PartNumber=1, Body=SECRET.encode()
        )
        self.uploads.append(done["UploadId"])

    @rule(status=st.sampled_from(("Enabled", "Suspended")))
    def version(self, status: str) -> None:
        self.owner.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": status})

    @rule()
    def delete(self) -> None:
        self.owner.delete_object(Bucket="bkt", Key="k")

    @rule(mode=st.sampled_from(MODES))
    def own(self, mode: str) -> None:
        controls = {"Rules": [{"ObjectOwnership": mode}]}
        self.owner.put_bucket_ownership_controls(Bucket="bkt", OwnershipControls=controls)

    @rule()
    def delegate_to_the_account(self) -> None:
        """A policy that names the account adds nothing for callers without an identity policy (E-46)."""
        statement = {
            "Sid": SECRET.replace("-", ""), "Effect": "Allow", "Principal": {"AWS": A}, "Action": "s3:*",
            "Resource": ["arn:aws:s3:::bkt", "arn:aws:s3:::bkt/*"],
        }  # fmt: skip
        self.owner.put_bucket_policy(Bucket="bkt", Policy=document(statement))

    # Calls without permission

    @rule(
        who=st.sampled_from(STRANGERS),
        operation=st.sampled_from(OPERATIONS),
        key=st.sampled_from(("k", "n")),
        data=st.data(),
    )
    def try_anything(self, who: str, operation: str, key: str, data: Any) -> None:
        """Call any operation, with ids that the caller should not know."""
        known = {"Bucket": "bkt", "Key": key, "CopySource": f"bkt/{key}"}
        if self.uploads:
            known["UploadId"] = data.draw(st.sampled_from(self.uploads))
        if self.versions and data.draw(st.booleans()):
            known["VersionId"] = data.draw(st.sampled_from(self.versions))
        self.stage.refuses(who, operation, **known)

    @rule(who=st.sampled_from(("B root", "B admin")), upload=st.booleans())
    def take_it_home(self, who: str, upload: bool) -> None:
        """Copy an object of another account into a bucket of the caller."""
        client = self.stage.client[who]
        target: dict[str, Any] = {"Bucket": "theirs", "Key": "stolen"}
        method = "copy_object"
        if upload:
            method = "upload_part_copy"
            target |= {"UploadId": client.create_multipart_upload(**target)["UploadId"], "PartNumber": 1}
        status, _code, answer = call(client, method, CopySource="bkt/k", **target)
        assert status >= 400
        assert SECRET not in repr(answer)

    @rule(who=st.sampled_from(STRANGERS))
    def delete_many(self, who: str) -> None:
        before = self.stage.state()
        keys = {"Objects": [{"Key": "k"}, {"Key": f"{SECRET}-key"}]}
        _status, _code, answer = call(self.stage.client[who], "delete_objects", Bucket="bkt", Delete=keys)
        assert not answer.get("Deleted")
        assert self.stage.state() == before


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_is_refused_to_every_stranger(operation: str) -> None:
    """Call each operation in every run, because a random sequence may not contain it (E-32, PE-1)."""
    here = stage()
    here.aws.restore(here.mark)
    here.client["root"].put_object(Bucket="bkt", Key="k", Body=SECRET.encode(), Metadata={"m": SECRET})
    for who in STRANGERS:
        here.refuses(who, operation, Bucket="bkt", Key="k", CopySource="bkt/k")


READERS = ("root", "nobody", "admin", "B root", "B admin", "anonymous")


class Denied(RuleBasedStateMachine):
    """If the bucket policy denies, no grant of any kind allows."""

    @initialize()
    def begin(self) -> None:
        self.stage = stage()
        self.stage.aws.restore(self.stage.mark)
        self.owner = self.stage.client["root"]
        self.allows: list[Any] = []
        self.own("ObjectWriter")
        self.owner.put_object(Bucket="bkt", Key="locked/k", Body=b"x")
        self._put()

    def _put(self) -> None:
        deny = {
            "Effect": "Deny", "Principal": "*", "Action": ["s3:GetObject*", "s3:DeleteObject*"],
            "Resource": "arn:aws:s3:::bkt/locked/*",
        }  # fmt: skip
        self.owner.put_bucket_policy(Bucket="bkt", Policy=document(*self.allows, deny))

    @rule(mode=st.sampled_from(MODES))
    def own(self, mode: str) -> None:
        controls = {"Rules": [{"ObjectOwnership": mode}]}
        self.owner.put_bucket_ownership_controls(Bucket="bkt", OwnershipControls=controls)

    @rule(
        principal=st.sampled_from(("*", {"AWS": A}, {"AWS": f"arn:aws:iam::{A}:user/nobody"}, {"AWS": B})),
        action=st.sampled_from(("s3:*", "s3:GetObject", "s3:DeleteObject")),
    )
    def allow(self, principal: Any, action: str) -> None:
        statement = {
            "Effect": "Allow",
            "Principal": principal,
            "Action": action,
            "Resource": "arn:aws:s3:::bkt/*",
        }
        self.allows = [*self.allows, statement][-3:]
        self._put()

    @rule(acl=st.sampled_from(("public-read", "authenticated-read", "private")))
    def grant(self, acl: str) -> None:
        call(self.owner, "put_object_acl", Bucket="bkt", Key="locked/k", ACL=acl)

    @rule(who=st.sampled_from(("B root", "B admin", "anonymous", "nobody")))
    def overwrite(self, who: str) -> None:
        """The deny also applies to an object that another caller wrote."""
        call(self.stage.client[who], "put_object", Bucket="bkt", Key="locked/k", Body=b"x")

    @rule()
    def allow_by_identity(self) -> None:
        self.stage.nobody.put_policy(document(EVERYTHING))

    @rule(
        who=st.sampled_from(READERS), method=st.sampled_from(("get_object", "head_object", "delete_object"))
    )
    def try_it(self, who: str, method: str) -> None:
        status, _code, _answer = call(self.stage.client[who], method, Bucket="bkt", Key="locked/k")
        assert status == 403
        decision = self.stage.aws.decisions[-1]
        assert (decision.verdict.name, decision.layer) == ("EXPLICITLY_DENIED", "resource")

    @rule(who=st.sampled_from(("root", "admin", "B root")))
    def copy_it(self, who: str) -> None:
        target = {"Bucket": "theirs" if who == "B root" else "bkt", "Key": "copy"}
        status, _code, _answer = call(
            self.stage.client[who], "copy_object", CopySource="bkt/locked/k", **target
        )
        assert status == 403


READS = ("get_object", "head_object", "get_object_acl", "get_object_tagging")


class Blind(RuleBasedStateMachine):
    """Callers without s3:ListBucket cannot distinguish a missing key from one that they cannot read (X-1 to X-3)."""

    @initialize(mode=st.sampled_from(MODES))
    def begin(self, mode: str) -> None:
        self.stage = stage()
        self.stage.aws.restore(self.stage.mark)
        self.owner = self.stage.client["root"]
        controls = {"Rules": [{"ObjectOwnership": mode}]}
        self.owner.put_bucket_ownership_controls(Bucket="bkt", OwnershipControls=controls)
        self.owner.put_object(Bucket="bkt", Key="there", Body=b"x")
        self.deleted = False

    @rule(status=st.sampled_from(("Enabled", "Suspended")))
    def version(self, status: str) -> None:
        self.owner.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": status})

    @rule()
    def write(self) -> None:
        self.owner.put_object(Bucket="bkt", Key="there", Body=b"x")
        self.deleted = False

    @rule()
    def write_and_delete(self) -> None:
        """A key under a delete marker is missing too, which only callers who can list are told (X-17)."""
        self.owner.put_object(Bucket="bkt", Key="marked", Body=b"x")
        self.owner.delete_object(Bucket="bkt", Key="marked")

    @rule(
        action=st.sampled_from(("s3:GetObject", "s3:GetObjectAcl", "s3:PutObject", "s3:ListBucketVersions"))
    )
    def allow_elsewhere(self, action: str) -> None:
        """Permissions for other keys, or for the bucket, reveal nothing about these keys."""
        on = "arn:aws:s3:::bkt" if "Bucket" in action else "arn:aws:s3:::bkt/elsewhere/*"
        statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": on}
        self.owner.put_bucket_policy(Bucket="bkt", Policy=document(statement))

    @rule(
        who=st.sampled_from(STRANGERS),
        method=st.sampled_from(READS),
        missing=st.sampled_from(("gone!", "marked")),
    )
    def compare(self, who: str, method: str, missing: str) -> None:
        client = self.stage.client[who]
        there, gone = (self._seen(client, method, key) for key in ("there", missing))
        assert there == gone
        assert there[0] == 403

    @rule(method=st.sampled_from(READS), who=st.sampled_from(("nobody", "anonymous")))
    def compare_with_the_read_allowed(self, method: str, who: str) -> None:
        """With reading allowed and listing not, a missing key is answered like one that the caller cannot read."""
        statement = {
            "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject*", "Resource": "arn:aws:s3:::bkt/gone!",
        }  # fmt: skip
        self.owner.put_bucket_policy(Bucket="bkt", Policy=document(statement))
        client = self.stage.client[who]
        there, gone = (self._seen(client, method, key) for key in ("there", "gone!"))
        assert there[:2] == gone[:2] == (403, there[1])
        self.owner.delete_bucket_policy(Bucket="bkt")

    def _seen(self, client: Any, method: str, key: str) -> tuple[int, str, Any]:
        """Return all that the caller learns, except the name of the key."""
        status, code, answer = call(client, method, Bucket="bkt", Key=key)
        message = answer.get("Error", {}).get("Message", "").replace(key, "KEY")
        headers = set(answer["ResponseMetadata"]["HTTPHeaders"])
        return status, code, (message, headers)


class TestStrangers(Strangers.TestCase):  # type: ignore[name-defined,misc]
    settings = STEPS


class TestDenied(Denied.TestCase):  # type: ignore[name-defined,misc]
    settings = STEPS


class TestBlind(Blind.TestCase):  # type: ignore[name-defined,misc]
    """X-3."""

    settings = STEPS

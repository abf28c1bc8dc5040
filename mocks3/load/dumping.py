"""Write an in-memory AWS into files, as the commands of the AWS CLI print it. ``aws.load(folder)`` reads them again.

    ACCOUNT/get-caller-identity.json, get-account-authorization-details.json, list-buckets.json ...
    ACCOUNT/buckets/NAME/get-bucket-policy.json, get-bucket-acl.json ...
    ACCOUNT/buckets/NAME/objects/KEY/head-object.json, get-object-acl.json
    ACCOUNT/kms/KEY/describe-key.json, get-key-policy.json, list-grants.json
    ACCOUNT/access-points/NAME/get-access-point.json, get-access-point-policy.json
    organization/describe-organization.json, list-policies-for-target-TARGET.json ...

Rule: each file is the output of a call that the account's root user makes. Policies can deny the root user such calls,
so each policy is written first and then removed; at the end everything is restored.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mocks3.handles.accounts import Account
from mocks3.handles.kms_keys import KmsKey
from mocks3.load.build_keys import OPEN
from mocks3.storage import Acl, AclGrantee, Grant
from mocks3.storage.iam.guardrails import NO_GUARDRAILS
from mocks3.storage.iam.organizations import RCP, SCP

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState
    from mocks3.storage import Bucket
    from mocks3.storage.iam.guardrails import GuardRails

BUCKET_CALLS = (
    "get_bucket_location", "get_bucket_acl", "get_bucket_ownership_controls", "get_public_access_block",
    "get_bucket_encryption", "get_bucket_versioning", "get_bucket_request_payment", "get_object_lock_configuration",
    "get_bucket_tagging", "get_bucket_logging", "get_bucket_lifecycle_configuration", "get_bucket_cors",
    "get_bucket_website", "get_bucket_replication", "get_bucket_notification_configuration",
    "get_bucket_accelerate_configuration", "get_bucket_abac",
)  # fmt: skip
"""The calls whose outputs are the settings of a bucket."""

_OFF = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
)


class Dump:
    """Writes the files of one in-memory AWS."""

    def __init__(self, aws: AwsState, folder: Path) -> None:
        self._aws, self._folder = aws, folder
        self._clients: dict[tuple[str, str, str], Any] = {}
        self.left_out: list[str] = []

    def write(self) -> None:
        """Write all files. The state is changed meanwhile: the caller restores it."""
        rails = self._aws.guardrails
        self._organizations(rails)
        self._aws.guardrails = dataclasses.replace(NO_GUARDRAILS, endpoints=rails.endpoints)
        for record in self._aws.iam.accounts():
            self._keys(record.id)
        for record in self._aws.iam.accounts():
            self._account(record.id, rails)
        self.left_out += [
            f"the Object Lambda access point {each.arn}: its function is Python code"
            for each in self._aws.store.object_lambdas()
        ]

    def _client(self, account: str, service: str, region: str | None = None) -> Any:
        who = (account, service, region or self._aws.settings.region)
        if who not in self._clients:
            self._clients[who] = Account(self._aws, account).client(service, region_name=who[2])
        return self._clients[who]

    def _put(self, path: str, output: Any) -> None:
        """Write one output as the AWS CLI prints it."""
        shown = {name: value for name, value in output.items() if name != "ResponseMetadata"}
        if not shown:
            return
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(shown, indent=4, default=_printed, ensure_ascii=False) + "\n", "utf-8")

    # Accounts

    def _account(self, account: str, rails: GuardRails) -> None:
        self._put(f"{account}/get-caller-identity.json", self._client(account, "sts").get_caller_identity())
        iam = self._client(account, "iam")
        for name in ("get_account_authorization_details", "list_roles", "list_instance_profiles"):
            found = iam.get_paginator(name).paginate().build_full_result()
            if any(found.values()):
                self._put(f"{account}/{name.replace('_', '-')}.json", found)
        self._put(f"{account}/list-buckets.json", self._client(account, "s3").list_buckets())
        block = rails.account_blocks.get(account)
        if block is not None:
            self._aws.guardrails = self._aws.guardrails.with_account_block(account, block)
            output = self._client(account, "s3control").get_public_access_block(AccountId=account)
            self._put(f"{account}/s3control-get-public-access-block.json", output)
            self._aws.guardrails = self._aws.guardrails.with_account_block(account, None)
        self._endpoints(account, rails)
        self._access_points(account)
        for bucket in self._aws.store.buckets().values():
            if bucket.owner == account:
                self._bucket(bucket)

    def _endpoints(self, account: str, rails: GuardRails) -> None:
        """Write what ``aws ec2 describe-vpc-endpoints`` prints. mocks3 has no API of EC2."""
        endpoints = [
            {
                "VpcEndpointId": each.id,
                "VpcEndpointType": "Gateway",
                "VpcId": each.vpc,
                "ServiceName": f"com.amazonaws.{each.region}.s3",
                "State": "available",
                **({} if each.policy is None else {"PolicyDocument": each.policy.text}),
                "OwnerId": each.account,
            }
            for each in rails.endpoints.values()
            if each.account == account
        ]
        if endpoints:
            self._put(f"{account}/describe-vpc-endpoints.json", {"VpcEndpoints": endpoints})

    # KMS

    def _keys(self, account: str) -> None:
        """Write the keys of an account, then give them a policy that allows everything and enable them."""
        own = [each for each in self._aws.kms.snapshot().keys.values() if each.account == account]
        for record in own:
            kms, folder = self._client(account, "kms", record.region), f"{account}/kms/{record.id}"
            text = json.dumps(KmsKey(self._aws, record.arn).policy, indent=2)
            self._put(f"{folder}/get-key-policy.json", {"Policy": text, "PolicyName": "default"})
            opened = dataclasses.replace(record, policy=OPEN, principals={})
            self._aws.kms.put(opened)
            self._put(f"{folder}/describe-key.json", kms.describe_key(KeyId=record.arn))
            grants = kms.list_grants(KeyId=record.arn)["Grants"]
            if grants:
                self._put(f"{folder}/list-grants.json", {"Grants": grants})
            self._aws.kms.put(dataclasses.replace(opened, enabled=True, deletion=None))
        for region in dict.fromkeys(each.region for each in own):
            aliases = self._client(account, "kms", region).list_aliases()["Aliases"]
            customer = [each for each in aliases if not each["AliasName"].startswith("alias/aws/")]
            if customer:
                self._put(f"{account}/kms/list-aliases-{region}.json", {"Aliases": customer})

    # S3

    def _bucket(self, bucket: Bucket) -> None:
        from botocore.exceptions import ClientError

        s3, folder = self._client(bucket.owner, "s3", bucket.region), f"{bucket.owner}/buckets/{bucket.name}"
        if bucket.policy is not None:
            self._put(f"{folder}/get-bucket-policy.json", s3.get_bucket_policy(Bucket=bucket.name))
            with self._aws.store.editing(bucket.name) as state:
                state.policy, state.policy_principals = None, {}
        for name in BUCKET_CALLS if bucket.zone is None else ("get_bucket_encryption",):
            if not hasattr(s3, name):
                continue  # an older botocore has no such operation, so no client has put this setting
            try:
                output = getattr(s3, name)(Bucket=bucket.name)
            except ClientError as error:
                output = _ABSENT.get(error.response["Error"]["Code"], {})
            self._put(f"{folder}/{name.replace('_', '-')}.json", output)
        listed = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket.name).build_full_result()
        if listed.get("Contents"):
            self._put(f"{folder}/list-objects-v2.json", {"Contents": listed["Contents"]})
        for each in listed.get("Contents", ()):
            self._object(s3, bucket, folder, each["Key"])

    def _object(self, s3: Any, bucket: Bucket, folder: str, key: str) -> None:
        from botocore.exceptions import ClientError

        place = f"{folder}/objects/{quote(key, safe='')}"
        if key in (".", ".."):
            self.left_out.append(f"the object {bucket.name}/{key}: a folder cannot have its name")
            return
        version = bucket.current(key)
        assert version is not None
        with self._aws.store.editing(
            bucket.name
        ) as state:  # only its owner may read an object of another account
            acl = version.acl or _private(self._aws.iam.canonical_id(version.owner))
            state.update(dataclasses.replace(version, owner=bucket.owner, acl=acl))
        try:
            found = s3.head_object(Bucket=bucket.name, Key=key)
        except ClientError as error:
            self.left_out.append(
                f"head-object of {bucket.name}/{key}: {error.response['Error'].get('Message')} (SSE-C needs its key)"
            )
            return
        self._put(f"{place}/head-object.json", found)
        if bucket.zone is not None:
            return
        if version.acl is not None or version.owner != bucket.owner:
            printed = s3.get_object_acl(Bucket=bucket.name, Key=key)
            owner = {"ID": self._aws.iam.canonical_id(version.owner)}
            self._put(f"{place}/get-object-acl.json", {"Owner": owner, "Grants": printed["Grants"]})
        tags = s3.get_object_tagging(Bucket=bucket.name, Key=key)["TagSet"]
        if tags:
            self._put(f"{place}/get-object-tagging.json", {"TagSet": tags})

    def _access_points(self, account: str) -> None:
        from botocore.exceptions import ClientError

        for point in self._aws.store.access_points():
            if point.account != account:
                continue
            control, folder = (
                self._client(account, "s3control", point.region),
                f"{account}/access-points/{point.name}",
            )
            asked = {"AccountId": account, "Name": point.name}
            output = control.get_access_point(**asked)
            output.setdefault("PublicAccessBlockConfiguration", _OFF)
            self._put(f"{folder}/get-access-point.json", output)
            try:
                self._put(f"{folder}/get-access-point-policy.json", control.get_access_point_policy(**asked))
            except ClientError:
                continue  # it has no policy

    # Organizations

    def _organizations(self, rails: GuardRails) -> None:
        for number, record in enumerate(rails.organizations.values()):
            self._aws.guardrails = dataclasses.replace(NO_GUARDRAILS, organizations={record.id: record})
            folder = "organization" if number == 0 else f"organization-{number + 1}"
            client = self._client(record.management, "organizations")
            self._put(f"{folder}/describe-organization.json", client.describe_organization())
            self._put(f"{folder}/list-roots.json", client.list_roots())
            self._put(f"{folder}/list-accounts.json", _all(client, "list_accounts"))
            units = [each for each in record.levels if each.startswith("ou-")]
            for unit in units:
                output = client.describe_organizational_unit(OrganizationalUnitId=unit)
                self._put(f"{folder}/describe-organizational-unit-{unit}.json", output)
            for child in (*units, *(each for each in record.levels if each.isdecimal())):
                self._put(f"{folder}/list-parents-{child}.json", client.list_parents(ChildId=child))
            self._policies(client, folder, record.enabled, record.levels)
            self.left_out += [
                f"the S3 policy that blocks public access, attached to {level.id}"
                for level in record.levels.values()
                if level.blocks_public_access
            ]

    def _policies(self, client: Any, folder: str, kinds: Iterable[str], levels: Iterable[str]) -> None:
        for kind in (SCP, RCP):
            if kind not in kinds:
                continue
            for each in _all(client, "list_policies", Filter=kind)["Policies"]:
                output = client.describe_policy(PolicyId=each["Id"])
                self._put(f"{folder}/describe-policy-{each['Id']}.json", output)
            for level in levels:
                output = _all(client, "list_policies_for_target", TargetId=level, Filter=kind)
                self._put(f"{folder}/list-policies-for-target-{level}-{kind.lower()}.json", output)


_ABSENT = {
    "NoSuchPublicAccessBlockConfiguration": {"PublicAccessBlockConfiguration": _OFF},
    "OwnershipControlsNotFoundError": {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}},
}
"""What is written for settings whose absence means more than a missing file."""


def _all(client: Any, name: str, **parameters: str) -> Any:
    return client.get_paginator(name).paginate(**parameters).build_full_result()


def _private(owner: str) -> Acl:
    """Return the default ACL: FULL_CONTROL for the owner (A-1)."""
    return Acl((Grant(AclGrantee("CanonicalUser", owner), "FULL_CONTROL"),))


def _printed(value: object) -> str:
    """Return a date as the AWS CLI prints it."""
    assert isinstance(value, datetime)
    return value.isoformat()

"""Objects that S3 itself writes into a bucket, in the name of a service principal: logs and reports.

Source: authorization.md F-132; user guide, "Enabling Amazon S3 server access logging", "Configuring Amazon S3
Inventory".
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.access import Question, judge, supposed
from mocks3.acting import notifying
from mocks3.acting.occurrences import by_s3
from mocks3.call import Target
from mocks3.identity import ServiceRecord
from mocks3.identity.callers import caller_of_service
from mocks3.operations import bodies
from mocks3.operations.ownership import ENFORCED
from mocks3.storage import FULL_OBJECT, Acl, Blob, Version

if TYPE_CHECKING:
    from datetime import datetime

    from mocks3.call import World
    from mocks3.storage import Bucket


def deposit(
    world: World,
    service: str,
    source: Bucket,
    name: str,
    key: str,
    data: bytes,
    *,
    acl: Acl | None = None,
    at: datetime | None = None,
) -> bool:
    """Write an object for a bucket's configuration, if the bucket that it goes to lets the service in.

    Args: ``at`` when it was written, now without it. Returns whether it was written; the decision is in the journal.
    """
    target = world.store.bucket(name)
    if target is None:
        return False
    caller = caller_of_service(ServiceRecord(service, f"arn:aws:s3:::{source.name}", source.owner))
    question = Question(supposed(world, caller), "s3:PutObject", Target(name, target, key))
    if not judge(world, question).allowed:
        return False
    at = at or clock.now()
    draft = _version(key, data, target.owner, None if target.ownership == ENFORCED else acl, at)
    with world.store.editing(name) as bucket:
        version = bucket.put(draft)
    notifying.publish(world, [by_s3("ObjectCreated:Put", name, version, "PutObject", at)])
    return True


def _version(key: str, data: bytes, owner: str, acl: Acl | None, at: datetime) -> Version:
    blob = Blob.of(data)
    digests = bodies.digest(blob, ("md5", bodies.SERVERS_OWN))
    return Version(
        key,
        at.replace(microsecond=0),
        owner,
        blob,
        digests["md5"].hex(),
        acl=acl,
        checksums={bodies.SERVERS_OWN: base64.b64encode(digests[bodies.SERVERS_OWN]).decode()},
        checksum_type=FULL_OBJECT,
        headers={"content-type": "binary/octet-stream"},
    )

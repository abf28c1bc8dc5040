"""GetObjectTorrent: AWS stopped serving torrents in April 2022, and so does this.

Source: user guide (until 2022), "Retrieving Amazon S3 objects using BitTorrent"; F-34. Which error
says so is not documented: this one is what S3 answers to methods that a resource does not have.
"""

from __future__ import annotations

from mocks3.errors import METHOD_NOT_ALLOWED
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, OBJECT, REVEAL, Need
from mocks3.model.stages import Authorized
from mocks3.rules.finding import check_key_and_version, find_version


@operation(
    Need("s3:GetObject", OBJECT),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_key_and_version,
)
def get_object_torrent(call: Authorized, params: Params) -> Params:
    """No torrent of any object. Raises ``NoSuchKey``, ``MethodNotAllowed``."""
    find_version(call.bucket, call.key, None, "GET")
    raise METHOD_NOT_ALLOWED(Method="GET", ResourceType="TORRENT")

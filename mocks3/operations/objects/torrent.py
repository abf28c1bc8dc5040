"""GetObjectTorrent, which AWS ended in April 2022.

Source: user guide (until 2022), "Retrieving Amazon S3 objects using BitTorrent"; F-34. The error is not documented:
``MethodNotAllowed`` is the error of S3 for methods that a resource does not support.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import METHOD_NOT_ALLOWED
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, OBJECT, REVEAL, Need
from mocks3.model.stages import Authorized
from mocks3.rules.finding import check_key_and_version, located_version

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import GetObjectTorrentRequestTypeDef


@operation(
    Need("s3:GetObject", OBJECT),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_key_and_version,
)
def get_object_torrent(call: Authorized, params: GetObjectTorrentRequestTypeDef) -> Params:
    """Raise ``MethodNotAllowed`` for every object, or ``NoSuchKey``."""
    located_version(call)
    raise METHOD_NOT_ALLOWED(Method="GET", ResourceType="TORRENT")

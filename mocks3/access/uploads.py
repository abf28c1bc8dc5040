"""Multipart uploads: what is settled before permissions, and what comes by default (docs/rules/multipart.md).

Rule: an upload is looked up before anybody's permission is (M-16): an id that was never issued is ``NoSuchUpload``
for every caller, a live upload that the caller may not touch is 403.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import NO_SUCH_UPLOAD

if TYPE_CHECKING:
    from mocks3.model.stages import Authenticated
    from mocks3.model.target import Target
    from mocks3.model.world import Settings
    from mocks3.storage import EndedUpload, Upload
    from mocks3.storage.iam.caller import Caller

DEFAULT_RIGHTS = frozenset({"s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"})
"""What an upload's parties may do without any policy (M-5, M-6)."""

INITIATOR_ONLY = frozenset({"UploadPart", "UploadPartCopy", "CompleteMultipartUpload"})
"""What only the upload's initiator may call (M-2 to M-4)."""


def find_upload(authenticated: Authenticated, target: Target) -> Upload | EndedUpload | None:
    """The upload that the request names, under way or ended; None where it names none.

    Raises ``NoSuchUpload`` for an id that was never issued for this key.
    """
    upload_id = authenticated.parsed.head.get("UploadId")
    if upload_id is None or target.bucket is None or target.key is None:
        return None
    upload = target.bucket.upload(upload_id)
    ended = target.bucket.ended_upload(upload_id) if upload is None else None
    known = upload or ended
    if known is None or known.key != target.key:
        raise NO_SUCH_UPLOAD(UploadId=upload_id)
    return known


def is_party(caller: Caller, upload: Upload | EndedUpload | None) -> bool:
    """Whether the caller may abort the upload and list its parts by default (M-5, M-6).

    The initiator may; so may the root of an initiating IAM user's account (M-12), but not of a role's (W-39). The
    bucket owner's root needs no default: the bucket is its own.
    """
    if upload is None or caller.anonymous:
        return False
    if initiated_by(caller, upload):
        return True
    return upload.initiator.kind == "user" and caller.root and caller.account == upload.initiator.account


def initiated_by(caller: Caller, upload: Upload | EndedUpload) -> bool:
    """Whether the caller is the identity that began the upload (M-13).

    Root is the account's root, a user is the same user by unique id, a session any session of the same role.
    """
    initiator = upload.initiator
    return (
        caller.principal.kind == initiator.kind
        and caller.account == initiator.account
        and caller.unique_id == initiator.unique_id
    )


def may_send_parts(caller: Caller, upload: Upload | EndedUpload, settings: Settings) -> bool:
    """Whether the caller may send parts and complete, as far as the initiator rule goes (M-9, OQ-1).

    ``initiator_rule="account"`` accepts any identity of the initiator's account.
    """
    if settings.initiator_rule == "account":
        return caller.account == upload.initiator.account
    return initiated_by(caller, upload)

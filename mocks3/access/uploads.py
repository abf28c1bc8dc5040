"""Multipart uploads: whether they exist, and the default rights of the initiator (docs/rules/multipart.md).

Rule: the upload is looked up before permissions are checked (M-16). An id that was never issued is ``NoSuchUpload`` for
every caller; an existing upload that the caller has no permission for is 403.
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
"""Actions that an upload's initiator and its account may do without any policy (M-5, M-6)."""

INITIATOR_ONLY = frozenset({"UploadPart", "UploadPartCopy", "CompleteMultipartUpload"})
"""Operations that only the upload's initiator may call (M-2 to M-4)."""


def find_upload(authenticated: Authenticated, target: Target) -> Upload | EndedUpload | None:
    """Return the upload that the request names, in progress or ended; None if it names none.

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
    """Return whether the caller may abort the upload and list its parts by default (M-5, M-6).

    The initiator may. If the initiator is an IAM user, so may the root user of the account (M-12); not so for a role
    (W-39). The bucket owner's root user needs no default right.
    """
    if upload is None or caller.anonymous:
        return False
    if initiated_by(caller, upload):
        return True
    return upload.initiator.kind == "user" and caller.root and caller.account == upload.initiator.account


def initiated_by(caller: Caller, upload: Upload | EndedUpload) -> bool:
    """Return whether the caller is the identity that started the upload (M-13).

    A root user is compared by its account, a user by its unique id, a session by its role.
    """
    initiator = upload.initiator
    return (
        caller.principal.kind == initiator.kind
        and caller.account == initiator.account
        and caller.unique_id == initiator.unique_id
    )


def may_send_parts(caller: Caller, upload: Upload | EndedUpload, settings: Settings) -> bool:
    """Return whether the initiator rule lets the caller send parts and complete the upload (M-9, OQ-1).

    ``initiator_rule="account"`` accepts any identity of the initiator's account.
    """
    if settings.initiator_rule == "account":
        return caller.account == upload.initiator.account
    return initiated_by(caller, upload)

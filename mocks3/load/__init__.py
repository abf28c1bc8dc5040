"""Create an in-memory AWS from the files that people have: AWS CLI output, CloudFormation, SAM, CDK, Terraform.

    loaded = mocks3.load.world(["infra/"])
    loaded.aws, loaded.unread

    sources ─► recognize ─► a reader for its format ─► naming, owners ─► merging ─► build ─► the in-memory AWS

Rule 1: a reader only reads. It returns a :class:`~mocks3.load.descriptions.FileContents`: descriptions of what exists,
and what it did not understand.
Rule 2: only :mod:`mocks3.load.build` creates something. It merges the descriptions of one resource from several
files.
Rule 3: nothing is dropped in silence. What is not understood is in ``unread``, with its file and place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mocks3.load.faults import LoadError
from mocks3.load.loading import Loaded, load_into

if TYPE_CHECKING:
    from mocks3.handles.mock_aws import MockAWS
    from mocks3.load.sources import Source

__all__ = ["LoadError", "Loaded", "world"]


def world(
    sources: Sequence[Source],
    *,
    strict: bool = False,
    values: Mapping[str, Any] | None = None,
    account: str | None = None,
    region: str | None = None,
    **names: str,
) -> Loaded[MockAWS]:
    """Create a new in-memory AWS from files.

    Args:
        sources: Paths of files and folders, and dicts as ``json.load`` returns them.
        strict: Raise an error if something is not understood.
        values: Parameters of templates by name, and values that a Terraform plan does not know, by address.
        account: The account of files that name none.
        region: The Region of files that name none.
        **names: The resource that a file is about, if it does not say it: ``bucket``, ``key``, ``user``, ``role``,
            ``group``, ``policy``, ``kms_key``, ``vpc_endpoint``, ``target``, ``organization_policy``.

    Returns:
        The result: ``aws``, ``unread``, ``caller``, ``assumed``.

    Raises:
        LoadError: A file cannot be loaded. The message has the file, the line and what to do.
        Mocks3Error: An argument is not valid.
    """
    from mocks3.handles.mock_aws import MockAWS
    from mocks3.model.world import Settings

    settings = Settings() if account is None else Settings(account=account)
    return load_into(
        MockAWS(settings),
        sources,
        strict=strict,
        values=values,
        account=account,
        region=region,
        names=names,
    )

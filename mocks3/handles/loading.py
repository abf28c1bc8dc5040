"""``aws.load(...)``: create what files say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from mocks3.load.loading import Loaded
    from mocks3.load.sources import Source


class Loading:
    """The part of ``MockAWS`` that loads files."""

    def load(
        self,
        *sources: Source,
        strict: bool = False,
        values: Mapping[str, Any] | None = None,
        account: str | None = None,
        region: str | None = None,
        **names: str,
    ) -> Loaded[Self]:
        """Create what files say: AWS CLI output, CloudFormation, SAM, CDK and Terraform.

        What exists already stays. If the load fails, nothing is changed.

        Args:
            *sources: Paths of files and folders, and dicts as ``json.load`` returns them.
            strict: Raise an error if something is not understood.
            values: Parameters of templates by name, and values that a Terraform plan does not know, by address.
            account: The account of files that name none.
            region: The Region of files that name none.
            **names: The resource that a file is about, if it does not say it: ``bucket``, ``key``, ``user``, ``role``,
                ``group``, ``policy``, ``kms_key``, ``vpc_endpoint``, ``target``, ``organization_policy``.

        Returns:
            The result: ``aws``, ``unread`` (what was not understood), ``caller``, ``assumed``.

        Raises:
            LoadError: A file cannot be loaded. The message has the file, the line and what to do.
            Mocks3Error: An argument is not valid.
        """
        from mocks3.load.loading import load_into

        aws: Any = self
        mark = aws.snapshot()
        try:
            return load_into(
                aws, sources, strict=strict, values=values, account=account, region=region, names=names
            )
        except BaseException:
            aws.restore(mark)
            raise

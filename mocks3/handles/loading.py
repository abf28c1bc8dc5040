"""Load, save and dump an in-memory AWS: ``aws.load``, ``aws.save``, ``aws.load_saved`` and ``aws.dump``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from mocks3.load.loading import Loaded
    from mocks3.load.sources import Source


class Loading:
    """The part of ``MockAWS`` that loads and writes files."""

    folders: tuple[Path, ...] = ()
    """Where :meth:`load` looks for relative paths. The pytest plugin sets the folder of the test and the root folder.

    Default: the current folder.
    """

    def load(
        self,
        *sources: Source,
        strict: bool = False,
        values: Mapping[str, Any] | None = None,
        account: str | None = None,
        region: str | None = None,
        **names: str,
    ) -> Loaded[Self]:
        """Create the resources that files describe: AWS CLI output, CloudFormation, SAM, CDK and Terraform.

        Resources that exist already stay. If the load fails, nothing is changed.

        Args:
            *sources: Paths of files and folders, and dicts as ``json.load`` returns them. In pytest, relative paths
                begin at the folder of the test file or conftest, or at the root folder.
            strict: Raise an error if mocks3 does not understand a part of a file.
            values: Parameters of templates by name, and values that a Terraform plan does not know, by address.
            account: The account of files that name none.
            region: The Region of files that name none.
            **names: The resource that a file is about, if the file does not name it: ``bucket``, ``key``, ``user``,
                ``role``, ``group``, ``policy``, ``kms_key``, ``vpc_endpoint``, ``target``, ``organization_policy``.

        Returns:
            The result: ``aws``, ``unread`` (the parts that mocks3 did not understand), ``caller``, ``assumed``.

        Raises:
            LoadError: A file cannot be loaded. The message has the file, the line and what to do.
            Mocks3Error: An argument is not valid.
        """
        from mocks3.load.loading import load_into

        aws: Any = self
        mark = aws.snapshot()
        try:
            return load_into(
                aws,
                [_found(each, self.folders) for each in sources],
                strict=strict,
                values=values,
                account=account,
                region=region,
                names=names,
            )
        except BaseException:
            aws.restore(mark)
            raise

    def save(self, file: str | os.PathLike[str]) -> None:
        """Write the whole state into a file: buckets with their objects, principals with their keys, organizations.

        :meth:`load_saved` reads it. Calls, decisions, events and listeners are not part of the state.

        Args:
            file: The path of the file. An existing file is replaced.

        Raises:
            NotSupported: The state contains a Python function: of ``create_function`` or an Object Lambda access point.
            OSError: The file cannot be written.
        """
        from mocks3.handles import saved_states

        aws: Any = self
        with aws.lock, aws.clock.applied():
            saved_states.save(aws, Path(file))

    def load_saved(self, file: str | os.PathLike[str]) -> None:
        """Replace the whole state with the one that :meth:`save` wrote into a file.

        Args:
            file: The path of the file.

        Raises:
            Mocks3Error: The file does not exist, is not a saved AWS, has another version, or another default account.
        """
        from mocks3.handles import saved_states

        aws: Any = self
        with aws.lock, aws.clock.applied():
            saved_states.load(aws, Path(file))

    def dump(self, folder: str | os.PathLike[str]) -> tuple[str, ...]:
        """Write this AWS into a folder as the commands of the AWS CLI print it. ``aws.load(folder)`` reads it again.

        Each file is named like its command, such as ``get-bucket-policy.json``. Only what decides permissions is
        written: of objects the current version without its body, of principals no secret access keys and no sessions.

        Args:
            folder: The folder. It is created if it does not exist, and must be empty.

        Returns:
            What could not be written: one sentence each.

        Raises:
            Mocks3Error: The folder has files.
        """
        from mocks3.errors import Mocks3Error
        from mocks3.load.dumping import Dump

        aws: Any = self
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise Mocks3Error(f"the folder {path} is not empty; aws.dump writes into a new folder")
        mark = aws.snapshot()
        try:
            with aws.clock.applied():
                dump = Dump(aws, path)
                dump.write()
        finally:
            aws.restore(mark)
        return tuple(dump.left_out)


def _found(source: Source, folders: tuple[Path, ...]) -> Source:
    """Return the path of a file below the first folder that has it."""
    if not isinstance(source, str | os.PathLike):
        return source
    return next((path for folder in folders if (path := folder / source).exists()), source)

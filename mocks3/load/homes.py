"""Find the account and the Region of files that name none.

The account of a file is, in this order: the argument ``account``; the caller that get-caller-identity printed into the
same folder; the only account that the files of the folder name as the owner of something; the same for the folder
above, and so on. If no file names an account, it is the default account.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from mocks3.load.arns import account_in
from mocks3.load.descriptions import Description, FilePlace, Options
from mocks3.load.faults import LoadError


class Homes:
    """The accounts that the files of each folder name."""

    def __init__(self, options: Options, default: str) -> None:
        self._options, self._default = options, default
        self._owners: dict[str, set[str]] = defaultdict(set)
        self._callers: dict[str, set[str]] = defaultdict(set)

    def add(self, file: str, descriptions: Iterable[Description], caller: str | None) -> None:
        """Note the accounts that one document names."""
        owners = {
            account
            for each in descriptions
            if (account := getattr(each, "account", None)) is not None and account != "aws"
        }
        calling = account_in(caller)
        for folder in folders(file):
            self._owners[folder] |= owners
            if calling is not None:
                self._callers[folder].add(calling)

    def account(self, place: FilePlace) -> str:
        """Return the account of a file that names none.

        Raises:
            LoadError: The files name several accounts.
        """
        if self._options.account is not None:
            return self._options.account
        known: set[str] = set()
        for folder in folders(place.file):
            for found in (self._callers[folder], self._owners[folder]):
                if len(found) == 1:
                    return next(iter(found))
                known |= found
        if not known:
            return self._default
        raise LoadError(
            f"the file does not say its account, and the files name several: {', '.join(sorted(known))}; give "
            "account=, put the file into a folder with the other files of its account, or add there the output of "
            "aws sts get-caller-identity",
            place,
        )


def folders(file: str) -> Iterator[str]:
    """Yield the folder of a file, the folder above, and so on. The last one is the folder of all files."""
    path = PurePath(file)
    yield from (str(each) for each in path.parents if str(each) not in ("", "."))
    yield ""

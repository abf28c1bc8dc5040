"""Methods of other libraries, replaced while a mock is open.

Rule 1: a replacement lets everything through while no world is open, so that one which cannot be taken off (somebody
replaced it in turn, and has not put it back yet) does no harm. Rule 2: only what lies on top is taken off; whoever
came later keeps what they put there. Together they make the order in which mocks of any kind start and stop free.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

Wrap = Callable[[Callable[..., Any]], Callable[..., Any]]


class Patch:
    """One method of a class, or function of a module: ``wrap`` makes its replacement from what was there."""

    def __init__(self, owner: Any, name: str, wrap: Wrap) -> None:
        self._owner = owner
        self._name = name
        self._wrap = wrap
        self._below: Any = None
        self._ours: Any = None
        self._inherited = False

    def apply(self) -> None:
        """Replace the method, unless an earlier replacement of ours has come to light again."""
        present = getattr(self._owner, self._name)
        if present is not self._below:
            if getattr(present, "mocks3_patch", None) is self:
                return
            ours: Any = self._wrap(present)
            ours.mocks3_patch, ours.mocks3_below = self, present
            self._below, self._ours = present, ours
            self._inherited = self._name not in vars(self._owner)
        setattr(self._owner, self._name, self._ours)  # the replacement of last time, if that will do

    def remove(self) -> None:
        """Put back what was there, unless somebody else has replaced ours."""
        present = getattr(self._owner, self._name)
        if present is self._ours:
            if self._inherited:
                delattr(self._owner, self._name)
            else:
                setattr(self._owner, self._name, self._below)
        elif getattr(present, "mocks3_patch", None) is self:  # one of an earlier mock's
            setattr(self._owner, self._name, present.mocks3_below)


class ImportWatcher(importlib.abc.MetaPathFinder):
    """Does things once a library is there: at once, or when somebody imports it.

    Importing it for the purpose would cost every process what only some need.
    """

    def __init__(self) -> None:
        self._awaited: dict[str, Callable[[], None]] = {}

    def when_imported(self, library: str, do: Callable[[], None]) -> None:
        """Do it when the library is loaded."""
        if library in sys.modules:
            do()
        else:
            self._awaited[library] = do

    def watch(self) -> None:
        """Begin to look at what is imported."""
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def stop(self) -> None:
        """Look no more, and forget what was awaited."""
        self._awaited.clear()
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find an awaited library as the other finders do, with a loader that tells of it."""
        if fullname not in self._awaited:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(fullname, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _Telling(spec.loader, self)
                return spec
        return None

    def run_awaited(self, library: str) -> None:
        """Do what was to be done once the library is loaded, if that is still so."""
        do = self._awaited.pop(library, None)
        if do is not None:
            do()


class _Telling(importlib.abc.Loader):
    """A loader that says when it is done, and is then forgotten by the module it loaded."""

    def __init__(self, loader: Any, arrivals: ImportWatcher) -> None:
        self._loader = loader
        self._arrivals = arrivals

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        made: ModuleType | None = self._loader.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._arrivals.run_awaited(module.__name__)

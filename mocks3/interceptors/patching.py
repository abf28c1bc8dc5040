"""Replace methods of other libraries while a mock is open.

Rule 1: a replacement calls the original while no world is open. So one that cannot be removed (because another library
has replaced it in turn and not restored it yet) does no harm. Rule 2: a replacement is only removed if no other one has
replaced it. Together they allow mocks of all kinds to start and stop in any order.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

Function = Callable[..., Any]
"""A function or method of another library, which a patch replaces by one of the same signature."""

Wrap = Callable[[Function], Function]


class Patch:
    """One replaced method of a class, or function of a module. ``wrap`` makes the replacement from the original."""

    def __init__(self, owner: Any, name: str, wrap: Wrap) -> None:
        self._owner = owner
        self._name = name
        self._wrap = wrap
        self._below: Any = None
        self._ours: Any = None
        self._inherited = False

    def apply(self) -> None:
        """Replace the method, unless an earlier replacement by this patch is in place again."""
        present = getattr(self._owner, self._name)
        if present is not self._below:
            if getattr(present, "mocks3_patch", None) is self:
                return
            ours: Any = self._wrap(present)
            ours.mocks3_patch, ours.mocks3_below = self, present
            self._below, self._ours = present, ours
            self._inherited = self._name not in vars(self._owner)
        setattr(
            self._owner, self._name, self._ours
        )  # the replacement from last time, if it is for the same original

    def remove(self) -> None:
        """Restore the original, unless another library has replaced ours."""
        present = getattr(self._owner, self._name)
        if present is self._ours:
            if self._inherited:
                delattr(self._owner, self._name)
            else:
                setattr(self._owner, self._name, self._below)
        elif getattr(present, "mocks3_patch", None) is self:  # the replacement of an earlier mock
            setattr(self._owner, self._name, present.mocks3_below)


class ImportWatcher(importlib.abc.MetaPathFinder):
    """Run functions when a library is imported, or immediately if it was imported already.

    Importing the library only for that would cost every process time that only some need to spend.
    """

    def __init__(self) -> None:
        self._awaited: dict[str, Callable[[], None]] = {}

    def when_imported(self, library: str, do: Callable[[], None]) -> None:
        """Call ``do`` when the library is imported."""
        if library in sys.modules:
            do()
        else:
            self._awaited[library] = do

    def watch(self) -> None:
        """Start to watch imports."""
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def stop(self) -> None:
        """Stop to watch imports, and forget the functions."""
        self._awaited.clear()
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find an awaited library with the other finders, and wrap its loader."""
        if fullname not in self._awaited:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(fullname, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _WatchedLoader(spec.loader, self)
                return spec
        return None

    def run_awaited(self, library: str) -> None:
        """Run the function of an imported library, if there still is one."""
        do = self._awaited.pop(library, None)
        if do is not None:
            do()


class _WatchedLoader(importlib.abc.Loader):
    """A loader that runs the awaited function after the import. The imported module keeps the original loader."""

    def __init__(self, loader: Any, watcher: ImportWatcher) -> None:
        self._loader = loader
        self._watcher = watcher

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        made: ModuleType | None = self._loader.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._watcher.run_awaited(module.__name__)

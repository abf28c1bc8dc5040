"""Find the documents of a load: files, all files of folders, and values.

Rule 1: a file is JSON, JSON lines, YAML, or one of these compressed by gzip. Its content says which, except that YAML
needs the name ``.yaml``, ``.yml`` or ``.template``.
Rule 2: a file of another kind is refused if the caller named it, and ignored in a folder.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mocks3.load import looks
from mocks3.load.descriptions import FilePlace
from mocks3.load.faults import LoadError
from mocks3.load.yaml_text import read_yaml
from mocks3.policy import PolicySyntaxError
from mocks3.policy.reading import read

Source = str | os.PathLike[str] | Mapping[str, Any]

SUFFIXES = (".json", ".yaml", ".yml", ".template", ".jsonl", ".ndjson", ".gz")
YAML = (".yaml", ".yml", ".template")
IGNORED_FOLDERS = frozenset({"node_modules", "__pycache__"})
LARGEST = 512 * 1024 * 1024
"""The largest size of a file in bytes, after it is decompressed."""


@dataclass(frozen=True)
class LoadedDocument:
    """One document: the name and the text of its file, and its value.

    ``named`` is True if the caller named the file itself, and False if the caller named a folder. Lines and columns of
    ``text`` are those of the file.
    """

    file: str
    text: str
    value: Any
    named: bool = True


def find(sources: Iterable[Source]) -> list[LoadedDocument]:
    """Return the documents of files, folders and values, in the order of the sources and of file names.

    Raises:
        LoadError: A file does not exist or cannot be read.
    """
    found: list[LoadedDocument] = []
    for number, source in enumerate(sources, 1):
        if isinstance(source, Mapping):
            found.append(_value(source, number))
            continue
        if not isinstance(source, str | os.PathLike):
            raise LoadError(
                f"a source must be a path or a dict, not {source!r}", FilePlace(f"<source {number}>")
            )
        path = Path(source)
        if path.is_dir():
            for each in _files(path):
                found += _documents(each, named=False)
        else:
            found += _documents(path, named=True)
    return found


def _value(source: Mapping[str, Any], number: int) -> LoadedDocument:
    name = f"<source {number}>"
    try:
        text = json.dumps(source, indent=2)
        return LoadedDocument(name, text, read(text))
    except (TypeError, ValueError, RecursionError, PolicySyntaxError) as error:
        raise LoadError(f"the value cannot be converted to JSON: {error}", FilePlace(name)) from None


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(
            each for each in folders if not each.startswith(".") and each not in IGNORED_FOLDERS
        )
        yield from (Path(root, each) for each in sorted(files) if each.lower().endswith(SUFFIXES))


def terraform_sources(folders: Iterable[Source]) -> list[str]:
    """Return the Terraform sources directly in these folders, which only ``terraform show -json`` can evaluate."""
    found = (
        Path(each) for each in folders if not isinstance(each, Mapping) and Path(os.fspath(each)).is_dir()
    )
    return [str(path) for folder in found for path in sorted(folder.glob("*.tf"))]


def _documents(path: Path, *, named: bool) -> Iterator[LoadedDocument]:
    text = _text(path)
    if looks.is_empty(text):
        yield LoadedDocument(str(path), text, None, named)
    elif _suffix(str(path)) in YAML and not looks.is_json(text):
        yield LoadedDocument(str(path), text, read_yaml(text, str(path)), named)
    else:
        for part, value in _json_values(text, path):
            yield LoadedDocument(str(path), part, value, named)


def _json_values(text: str, path: Path) -> Iterator[tuple[str, Any]]:
    """Yield each JSON value of a file with its text. Several values can follow each other, as in JSON lines."""
    try:
        yield text, read(text)
        return
    except PolicySyntaxError as error:
        parts = list(_parts(text)) if error.reason == "not-json" else []
        if not parts:
            raise _not_json(path, text, error) from None
    for part in parts:
        try:
            yield part, read(part)
        except PolicySyntaxError as error:
            raise _not_json(path, part, error) from None


def _parts(text: str) -> Iterator[str]:
    """Yield the texts of values that follow each other, each with its line and column kept; nothing if one is cut."""
    decoder, place, found = json.JSONDecoder(), 0, []
    while (start := place + len(text[place:]) - len(text[place:].lstrip())) < len(text):
        try:
            _, place = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            return
        line_start = text.rfind("\n", 0, start) + 1
        found.append("\n" * text.count("\n", 0, start) + " " * (start - line_start) + text[start:place])
    if len(found) > 1:
        yield from found


def _not_json(path: Path, text: str, error: PolicySyntaxError) -> LoadError:
    hint = looks.of_text(text)
    if hint is not None:
        return LoadError(hint, FilePlace(str(path), "", 1, 1))
    return LoadError(error.detail, FilePlace(str(path), error.pointer, error.line or 1, error.column or 1))


def _text(path: Path) -> str:
    place = FilePlace(str(path))
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            with gzip.open(path) as unpacked:
                content = unpacked.read(LARGEST + 1)
    except FileNotFoundError:
        raise LoadError("the file does not exist", place) from None
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise LoadError(f"the file cannot be read: {error}", place) from None
    if len(content) > LARGEST:
        raise LoadError(f"the file has more than {LARGEST} bytes", place)
    # PowerShell's > writes UTF-16.
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise LoadError(f"the file is not text in UTF-8: {error}", place) from None


def _suffix(file: str) -> str:
    name = file.lower().removesuffix(".gz")
    return os.path.splitext(name)[1]

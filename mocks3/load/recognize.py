"""Choose the reader of a document by its content, not by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from mocks3.load import cli_output, cloudformation, looks, terraform
from mocks3.load.descriptions import FileContents, FilePlace, Options, Unread
from mocks3.load.faults import LoadError
from mocks3.load.sources import LoadedDocument

Read = Callable[[Any, str, str, Options], FileContents]


class Format(NamedTuple):
    """A format of documents: how to recognize it, and its reader."""

    name: str
    fits: Callable[[Any], bool]
    read: Read


FORMATS = (
    Format("CloudFormation", cloudformation.is_template, cloudformation.read),
    Format("a deployed stack", cloudformation.is_deployed, cloudformation.read_deployed),
    Format("CDK", cloudformation.is_cdk, cloudformation.read_cdk),
    Format("AWS CLI output", lambda value: cli_output.shape_of(value) is not None, cli_output.read),
    Format("Terraform", terraform.is_terraform, terraform.read),
)
"""The formats. The first one that fits is taken."""

EMPTY = (
    "the file is empty: either the command failed, or nothing is configured (then the AWS CLI prints nothing)"
)


def read(document: LoadedDocument, options: Options) -> FileContents:
    """Return what a document says.

    Raises:
        LoadError: The document fits no format, and the caller named its file.
    """
    place = FilePlace(document.file, "", 1, 1)
    if looks.is_empty(document.text) or document.value == {}:
        return FileContents((), (Unread(document.file, FilePlace(document.file), EMPTY),))
    if document.named and looks.is_cdk_app(document.value):
        raise LoadError(looks.CDK_APP, place)
    found = next((each for each in FORMATS if each.fits(document.value)), None)
    if found is not None:
        return found.read(document.value, document.text, document.file, options)
    reason = looks.of_value(document.value)
    if document.named:
        raise LoadError(reason, place)
    return FileContents((), (Unread(document.file, place, reason),))

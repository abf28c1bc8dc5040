"""Read templates of CloudFormation, SAM, and what CDK synthesizes.

    template ─► assembly ─► sam ─► stack ─► types: iam, buckets, guards ─► descriptions
                                     │
                             intrinsics, loops, physical

Rule 1: a template is read as a deployment would evaluate it now, into an account without earlier resources.
Rule 2: a value that the files do not say makes the property or policy that has it unread. It makes the whole resource
unread only if it is the resource's name or condition.
Rule 3: no kept library evaluates the intrinsic functions to the values of one deployment: cfn-flip is retired and only
converts, cfn-lint computes all values that are possible, aws-parsecf was last changed in 2017. ``intrinsics`` does it.
"""

from __future__ import annotations

from typing import Any

from mocks3.load.cloudformation import buckets as buckets
from mocks3.load.cloudformation import guards as guards
from mocks3.load.cloudformation import iam as iam
from mocks3.load.cloudformation.assembly import Assembly
from mocks3.load.cloudformation.assembly import is_cdk as is_cdk
from mocks3.load.cloudformation.assembly import is_template as is_template
from mocks3.load.cloudformation.deployed import is_deployed as is_deployed
from mocks3.load.cloudformation.reading import read_stack
from mocks3.load.cloudformation.types import TYPES as TYPES
from mocks3.load.descriptions import FileContents, FilePlace, Options, Unread


def read_deployed(document: Any, text: str, file: str, options: Options) -> FileContents:
    """Return nothing: what the AWS CLI prints of a deployed stack is read with its template."""
    if any(map(is_template, options.documents.values())):
        return FileContents(())
    reason = "load the stack's template too: aws cloudformation get-template --stack-name NAME"
    return FileContents((), (Unread("the resources of a stack", FilePlace(file, "", 1, 1), reason),))


def read_cdk(document: Any, text: str, file: str, options: Options) -> FileContents:
    """Return nothing: what manifest.json says is read with the templates, and the others describe no resources."""
    return FileContents(())


def read(document: Any, text: str, file: str, options: Options) -> FileContents:
    """Return what a template describes.

    Args:
        document: The value of the template.
        text: Its text, for lines and columns.
        file: The name of its file.
        options: The options of the load, and all its documents.

    Raises:
        Mocks3Error: A library that the template needs is not installed.
    """
    assembly = Assembly(options)
    if assembly.is_nested(file):
        return FileContents(())
    return read_stack(assembly.stack(document, text, file))

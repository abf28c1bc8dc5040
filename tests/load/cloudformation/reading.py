"""Read a template that a test writes as text."""

from __future__ import annotations

import textwrap
from typing import Any

from mocks3.load.cloudformation import read
from mocks3.load.descriptions import FileContents, Options
from mocks3.load.yaml_text import read_yaml

HEAD = "AWSTemplateFormatVersion: 2010-09-09\n"


def reading(text: str, *, file: str = "app.yaml", **options: Any) -> FileContents:
    """Return what a template in YAML describes."""
    text = HEAD + textwrap.dedent(text)
    return read(read_yaml(text, file), text, file, Options(**options))


def evaluated(value: str, sections: str = "", **options: Any) -> Any:
    """Return a value of a template as a policy document that has it gets it. None: it is listed as unread."""
    found = policy_with(value, sections, **options)
    document = found.descriptions[0].document
    return None if document is None else document["Value"]


def reason(value: str, sections: str = "", **options: Any) -> str:
    """Return why a value of a template is listed as unread."""
    found = policy_with(value, sections, **options)
    assert found.descriptions[0].document is None
    (unread,) = found.unread
    assert unread.what == "AWS::IAM::ManagedPolicy Policy.PolicyDocument"
    return unread.reason


def policy_with(value: str, sections: str, **options: Any) -> FileContents:
    """Return what a template describes whose first resource is a policy with this value."""
    body = f"{{Type: AWS::IAM::ManagedPolicy, Properties: {{PolicyDocument: {{Value: {value}}}}}}}"
    resources = f"Resources:\n  Policy: {body}\n"
    sections = textwrap.dedent(sections)
    if "Resources:\n" in sections:
        sections = sections.replace("Resources:\n", resources, 1)
    else:
        sections += "\n" + resources
    return reading(sections, **options)

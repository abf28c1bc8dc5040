"""No template ends in a traceback: the answer is a reading, or an error of mocks3."""

from __future__ import annotations

import copy
import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocks3.errors import Mocks3Error
from mocks3.load.cloudformation import is_cdk, is_template, read, read_cdk
from mocks3.load.descriptions import Options
from mocks3.load.sources import find

from .world import TEMPLATES

WRONG = [None, True, 0, -1, 1.5, "", "x", [], {}, [None], {"Ref": "Data"}, {"Fn::GetAtt": []}, {"Fn::Sub": 1},
         {"Fn::If": ["x"]}, {"Ref": []}, [[]], {"Fn::ForEach::X": 1}, "${", "arn:aws:s3:::x", 10**30]  # fmt: skip


@cache
def templates() -> dict[str, Any]:
    return {each.file: each.value for each in find([TEMPLATES]) if is_template(each.value)}


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    if isinstance(value, dict):
        found += [inner for key, each in value.items() for inner in paths(each, (*path, key))]
    elif isinstance(value, list):
        found += [inner for index, each in enumerate(value) for inner in paths(each, (*path, index))]
    return found


def mangled(document: Any, choices: random.Random) -> Any:
    """Return the document with one value replaced, removed, or moved under another name."""
    document = copy.deepcopy(document)
    inner = paths(document)[1:]
    if not inner:
        return document
    path = choices.choice(inner)
    owner = document
    for step in path[:-1]:
        owner = owner[step]
    change = choices.randrange(4)
    if change == 0:
        del owner[path[-1]]
    elif change == 1 and isinstance(owner, dict):
        owner[choices.choice(["Type", "Properties", "Fn::Sub", "Ref", "Condition", "x"])] = owner.pop(
            path[-1]
        )
    else:
        owner[path[-1]] = copy.deepcopy(choices.choice(WRONG))
    return document


def check(document: Any) -> None:
    try:
        text = json.dumps(document, indent=1)
        found = read(document, text, "t.json", Options(documents={"t.json": document}))
    except Mocks3Error:
        return
    for each in found.unread:
        assert each.reason
        assert each.place.line >= 1


@given(st.randoms(use_true_random=False))
def test_template_with_wrong_values(choices):
    document = choices.choice([each for each in templates().values() if "Transform" not in each])
    for _ in range(choices.randint(1, 4)):
        document = mangled(document, choices)
    check(document)


@pytest.mark.parametrize("seed", range(20))
def test_template_of_sam_with_wrong_values(seed):
    choices = random.Random(seed)
    document = choices.choice([each for file, each in templates().items() if "sam-" in file])
    for _ in range(choices.randint(1, 3)):
        document = mangled(document, choices)
    check(document)


NAMES = [
    "Resources", "Type", "Properties", "Ref", "Fn::Sub", "Conditions", "Parameters", "TemplateBody", "Transform",
    "Outputs", "Export", "Name", "Fn::ForEach::A", "version", "artifacts",
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_any_document(document):
    is_cdk(document)
    if is_template(document):
        check(document)
    read_cdk(document, "", "f", Options())


def test_every_template_is_recognized():
    names = {Path(each.file).name for each in find([TEMPLATES]) if not is_template(each.value)}
    assert names == {"manifest.json", "tree.json", "DocumentsStack.assets.json"}
    assert all(is_cdk(each.value) for each in find([TEMPLATES]) if not is_template(each.value))


@pytest.mark.parametrize("name", ["BucketName", "VersioningConfiguration", "Tags"])
def test_template_that_is_nested_too_deep(name):
    deep: Any = "x"
    for _ in range(2000):
        deep = {"Fn::Join": ["", [deep]]}
    document = {"Resources": {"Data": {"Type": "AWS::S3::Bucket", "Properties": {name: deep}}}}
    (unread,) = read(document, "", "t.json", Options()).unread
    assert "nested too deep" in unread.reason

"""YAML as CloudFormation reads it: scalars, short forms, positions, and texts that are refused."""

from __future__ import annotations

import json
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocks3.errors import Mocks3Error
from mocks3.load.faults import LoadError
from mocks3.load.yaml_text import YamlPlaces, read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2012-10-17", "2012-10-17"),
        ("012345678901", "012345678901"),
        ("123456789012", 123456789012),
        ("-5", -5),
        ("0", 0),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("12:30", "12:30"),
        ("12:30:45", "12:30:45"),
        ("1.5", 1.5),
        ("1e400", "1e400"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("yes", True),
        ("Off", False),
        ("true", True),
        ("'true'", "true"),
        ("~", None),
        ("", None),
        ("a: {}", {"a": {}}),
        ("1: a", {"1": "a"}),
        ("on: a", {"on": "a"}),
        ("|\n  a\n  b\n", "a\nb\n"),
        ("{a: &x [1], b: *x}", {"a": [1], "b": [1]}),
        ("{a: &x {k: 1}, b: {<<: *x, l: 2}}", {"a": {"k": 1}, "b": {"k": 1, "l": 2}}),
        ("{a: &x {k: 1}, b: {<<: [*x, {k: 2, m: 3}]}}", {"a": {"k": 1}, "b": {"k": 1, "m": 3}}),
        ("!Ref a", {"Ref": "a"}),
        ("!Condition a", {"Condition": "a"}),
        ("!Sub 'a'", {"Fn::Sub": "a"}),
        ("!GetAtt a.b", {"Fn::GetAtt": ["a", "b"]}),
        ("!GetAtt a.Outputs.b", {"Fn::GetAtt": ["a", "Outputs.b"]}),
        ("!GetAtt [a, b]", {"Fn::GetAtt": ["a", "b"]}),
        ("!If [a, !Ref b, !Join ['', [c]]]", {"Fn::If": ["a", {"Ref": "b"}, {"Fn::Join": ["", ["c"]]}]}),
        ("!GetAZs ''", {"Fn::GetAZs": ""}),
    ],
)
def test_value(text, value):
    found = read_yaml(text, "f")
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "f:2:1: this is not YAML"),
        ("a: 1\nb: 2\na: 3", "f:3:1: the key 'a' appears twice"),
        ("[a]: 1", "f:1:1: a key must be a text"),
        ("&a [*a]", "f: the YAML is nested too deep, or an alias contains itself"),
        ("a: &x {y: *x}", "f: the YAML is nested too deep, or an alias contains itself"),
        ("\0", "f: this is not YAML"),
        ("a\n---\nb", "f:2:1: this is not YAML"),
        ("[" * 3000, "f:1:1001: this is not YAML"),
        ("!!python/object/apply:os.system [x]", "is not supported"),
        ("{<<: a}", "f:1:6: << merges mappings only"),
        ("\ud800", "f: this is not YAML"),
    ],
)
def test_text_that_is_refused(text, message):
    with pytest.raises(LoadError) as error:
        read_yaml(text, "f")
    assert message in str(error.value)


def test_aliases_that_multiply():
    lines = ["a0: &a0 [x, x]", *(f"a{each}: &a{each} [*a{each - 1}, *a{each - 1}]" for each in range(1, 40))]
    with pytest.raises(LoadError, match="more than 1000000 values"):
        read_yaml("\n".join(lines), "f")


@pytest.mark.parametrize(
    ("pointer", "position"),
    [
        ("", (1, 1)),
        ("/Resources/Data", (2, 3)),
        ("/Resources/Data/Type", (3, 11)),
        ("/Resources/Data/Properties/Name", (5, 13)),
        ("/Resources/Data/Properties/Name/Fn::Sub/1/X", (7, 15)),
        ("/Resources/Data/Properties/Tags/1", (10, 11)),
        ("/Resources/Data/Properties/Missing/x", (4, 5)),
        ("/Nothing", (1, 1)),
    ],
)
def test_position(pointer, position):
    text = """\
Resources:
  Data:
    Type: AWS::S3::Bucket
    Properties:
      Name: !Sub
        - ${X}
        - {X: !Ref Y}
      Tags:
        - {Key: a, Value: b}
        - {Key: c, Value: d}
"""
    assert YamlPlaces(text).locate(pointer) == position


def test_pyyaml_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(Mocks3Error, match=r"pip install 'mocks3\[load\]'"):
        read_yaml("a: 1", "f")


@given(st.text(alphabet="ab0:-[]{}!&*#|>'\"\n ,?%@~<.\t\\", max_size=40))
def test_any_text_is_a_value_or_a_load_error(text):
    with suppress(LoadError):
        json.dumps(read_yaml(text, "f"))
        line, column = YamlPlaces(text).locate("/a/0/b")
        assert line >= 1
        assert column >= 1

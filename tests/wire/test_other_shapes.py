"""Shapes that the protocols allow but the models of S3, STS and IAM do not use, tested with an invented model."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import given

from mocks3.wire import form, xmlread, xmltree, xmlwrite

from .shapes import QUERY_REQUEST, XML_ANSWER, XML_REQUEST, Way, structures

SHAPES: dict[str, Any] = {
    "Text": {"type": "string"},
    "Blob": {"type": "blob"},
    "Double": {"type": "double"},
    "When": {"type": "timestamp", "timestampFormat": "unixTimestamp"},
    "Texts": {"type": "list", "member": {"shape": "Text", "locationName": "item"}},
    "Flat": {"type": "list", "member": {"shape": "Text"}, "flattened": True},
    "Map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Inner"}},
    "FlatMap": {
        "type": "map",
        "key": {"shape": "Text", "locationName": "K"},
        "value": {"shape": "Text", "locationName": "V"},
        "flattened": True,
    },
    "Inner": {"type": "structure", "members": {"Blob": {"shape": "Blob"}, "Double": {"shape": "Double"}}},
    "Outer": {
        "type": "structure",
        "members": {
            "Texts": {"shape": "Texts", "locationName": "texts"},
            "Flat": {"shape": "Flat"},
            "Map": {"shape": "Map"},
            "FlatMap": {"shape": "FlatMap", "locationName": "flat"},
            "When": {"shape": "When"},
        },
    },
}


def operation(protocol: str) -> Any:
    traits = {"shape": "Outer", "locationName": "Outer"}
    model = {
        "metadata": {"protocol": protocol, "apiVersion": "1", "endpointPrefix": "x", "serviceId": "x"},
        "operations": {
            "Do": {
                "name": "Do",
                "http": {"method": "POST", "requestUri": "/"},
                "input": traits,
                "output": traits,
            }
        },
        "shapes": SHAPES,
    }
    return ServiceModel(model, "x").operation_model("Do")


XML, QUERY = operation("rest-xml"), operation("query")
READ = xmlread.reader(XML.input_shape)
WRITE = xmlwrite.element(XML.output_shape, "Outer")
READ_FORM = form.compile_form("sts", QUERY.input_shape)
FILLED = Way(XML_REQUEST.text)


@given(structures(XML.input_shape, FILLED))
def test_xml_requests(params: dict[str, Any]) -> None:
    body = create_serializer("rest-xml").serialize_to_request(params, XML)["body"]
    assert (READ(xmltree.parse(body)[1]) if body else {}) == params


@given(structures(XML.output_shape, XML_ANSWER))
def test_xml_answers(output: dict[str, Any]) -> None:
    answer = {"status_code": 200, "headers": {}, "body": WRITE(output).encode(), "context": {}}
    found = create_parser("rest-xml").parse(answer, XML.output_shape)
    del found["ResponseMetadata"]
    assert found == output


@given(structures(QUERY.input_shape, QUERY_REQUEST))
def test_forms(params: dict[str, Any]) -> None:
    fields = create_serializer("query").serialize_to_request(params, QUERY)["body"]
    assert READ_FORM({name: str(value) for name, value in fields.items()}) == params


@pytest.mark.parametrize("text", ["<e><key>k</key></e>", "<e><value/></e>"])
def test_map_entries_are_pairs(text: str) -> None:
    body = f"<Outer><Map>{text.replace('e>', 'entry>')}</Map></Outer>"
    with pytest.raises(ValueError, match="without key or value"):
        READ(xmltree.parse(body.encode())[1])


def test_timestamps_may_be_epoch_seconds() -> None:
    assert (
        WRITE({"When": datetime.datetime(1970, 1, 2, tzinfo=datetime.UTC)})
        == "<Outer><When>86400</When></Outer>"
    )

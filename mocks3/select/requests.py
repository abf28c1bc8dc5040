"""Parse the parameters of a request: the input and output formats and their options.

Source: API_SelectObjectContent, API_InputSerialization, API_OutputSerialization and the types they name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mocks3.errors import Row
from mocks3.select import compression, csv_input, json_input
from mocks3.select.csv_input import CSVInput, CSVSource
from mocks3.select.faults import (
    INVALID_COMPRESSION_FORMAT,
    INVALID_DATA_SOURCE,
    INVALID_EXPRESSION_TYPE,
    INVALID_FILE_HEADER_INFO,
    INVALID_JSON_TYPE,
    INVALID_QUOTE_FIELDS,
    INVALID_REQUEST_PARAMETER,
    MISSING_REQUIRED_PARAMETER,
    OBJECT_SERIALIZATION_CONFLICT,
    UNKNOWN_COMPRESSION,
    UNSUPPORTED_SCAN_RANGE_INPUT,
)
from mocks3.select.json_input import json_source
from mocks3.select.parquet_input import parquet_source
from mocks3.select.ranges import requested_range
from mocks3.select.sources import RecordSource
from mocks3.select.writing import CSVOutput, JSONOutput, Write

Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SelectRequest:
    """A checked request: the expression, and the functions that read the object and write records."""

    expression: str
    compressed: bool
    open: Callable[[bytes], RecordSource]
    write: Write


def parse_request(params: Options) -> SelectRequest:
    """Check the parameters of SelectObjectContent and return the request. Raises the error of the first wrong one."""
    for name in ("Expression", "ExpressionType", "InputSerialization", "OutputSerialization"):
        if params.get(name) is None:
            raise MISSING_REQUIRED_PARAMETER(name=name)
    if params["ExpressionType"] != "SQL":
        raise INVALID_EXPRESSION_TYPE()
    source = _input(params["InputSerialization"], params.get("ScanRange") or {})
    compressed = params["InputSerialization"].get("CompressionType") in compression.COMPRESSED
    return SelectRequest(params["Expression"], compressed, source, _output(params["OutputSerialization"]))


def _one_of(options: Options, names: tuple[str, ...], fault: Row) -> str:
    given = [name for name in names if options.get(name) is not None]
    if len(given) > 1:
        raise OBJECT_SERIALIZATION_CONFLICT()
    if not given:
        raise fault()
    return given[0]


def _choice(options: Options, name: str, values: frozenset[str], default: str, fault: Row) -> str:
    return _known(str(options.get(name) or default), values, fault)


def _choice_in_any_case(options: Options, name: str, values: frozenset[str], default: str, fault: Row) -> str:
    """Return the value of an enumeration that S3 compares without regard to case.

    The examples of AWS's own library awswrangler (``s3.select_query``) have ``"FileHeaderInfo": "Use"`` and
    ``"Type": "Document"``.
    """
    return _known(str(options.get(name) or default).upper(), values, fault)


def _known(value: str, values: frozenset[str], fault: Row) -> str:
    if value not in values:
        raise fault()
    return value


def _input(options: Options, scan: Options) -> Callable[[bytes], RecordSource]:
    name = _one_of(options, ("CSV", "JSON", "Parquet"), INVALID_DATA_SOURCE)
    compression_type = _choice(
        options, "CompressionType", compression.NAMES, compression.NONE, UNKNOWN_COMPRESSION
    )
    start, end = scan.get("Start"), scan.get("End")
    scanned = start is not None or end is not None
    if compression_type != compression.NONE and (scanned or name == "Parquet"):
        raise UNSUPPORTED_SCAN_RANGE_INPUT() if scanned else INVALID_COMPRESSION_FORMAT(name=compression_type)
    if name == "CSV":
        csv = _csv_input(options["CSV"])
        if scanned and csv.quoted_records:
            raise UNSUPPORTED_SCAN_RANGE_INPUT()
        return lambda data: CSVSource(
            compression.decompress_object(data, compression_type), csv, requested_range(start, end, len(data))
        )
    if name == "Parquet":
        return lambda data: parquet_source(data, requested_range(start, end, len(data)))
    kind = _json_type(options["JSON"])
    if scanned and kind != json_input.LINES:
        raise UNSUPPORTED_SCAN_RANGE_INPUT()
    return lambda data: json_source(
        compression.decompress_object(data, compression_type), kind, requested_range(start, end, len(data))
    )


def _json_type(options: Options) -> str:
    if not options.get("Type"):
        raise MISSING_REQUIRED_PARAMETER(name="Type")
    kinds = frozenset({json_input.DOCUMENT, json_input.LINES})
    return _choice_in_any_case(options, "Type", kinds, "", INVALID_JSON_TYPE)


def _csv_input(options: Options) -> CSVInput:
    headers = frozenset({csv_input.NONE, csv_input.IGNORE, csv_input.USE})
    return CSVInput(
        header=_choice_in_any_case(
            options, "FileHeaderInfo", headers, csv_input.NONE, INVALID_FILE_HEADER_INFO
        ),
        comments=_character(options, "Comments", "#"),
        escape=_character(options, "QuoteEscapeCharacter", '"'),
        record=_character(options, "RecordDelimiter", "\n", 2) or "\n",
        field=_character(options, "FieldDelimiter", ",") or ",",
        quote=_character(options, "QuoteCharacter", '"'),
        quoted_records=bool(options.get("AllowQuotedRecordDelimiter")),
    )


def _character(options: Options, name: str, default: str, longest: int = 1) -> str:
    value = options.get(name)
    if value is None:
        return default
    if len(value) > longest:
        raise INVALID_REQUEST_PARAMETER()
    return str(value)


def _output(options: Options) -> Write:
    name = _one_of(options, ("CSV", "JSON"), Row("MissingRequiredParameter", 400, _NO_OUTPUT))
    csv = options.get("CSV") or {}
    if name == "JSON":
        return JSONOutput(_delimiter(options["JSON"])).write
    quoting = frozenset({"ALWAYS", "ASNEEDED"})
    return CSVOutput(
        always=_choice(csv, "QuoteFields", quoting, "ASNEEDED", INVALID_QUOTE_FIELDS) == "ALWAYS",
        escape=_character(csv, "QuoteEscapeCharacter", '"'),
        record=_delimiter(csv),
        field=_character(csv, "FieldDelimiter", ",", 2**10),
        quote=_character(csv, "QuoteCharacter", '"'),
    ).write


_NO_OUTPUT = MISSING_REQUIRED_PARAMETER.message.replace("{name}", "OutputSerialization")


def _delimiter(options: Options) -> str:
    value = options.get("RecordDelimiter")
    return "\n" if value is None else str(value)

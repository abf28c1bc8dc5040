"""S3 Select's errors for invalid expressions, requests and data.

Codes: API Reference, "List of SELECT Object Content Error Codes". Messages that contain a position or a name were
reported by users of the service (hadoop-aws "S3 Select" troubleshooting, issues of the SDKs). For the other codes, only
the description in the API Reference is known. It is used as the message.
"""

from __future__ import annotations

from mocks3.errors import Row

# The request.
EXPRESSION_TOO_LONG = Row(
    "ExpressionTooLong",
    400,
    "The SQL expression is too long: The maximum byte-length for the SQL expression is 256 KB.",
)
INVALID_EXPRESSION_TYPE = Row(
    "InvalidExpressionType",
    400,
    "The ExpressionType is invalid. Only SQL expressions are supported.",
)
UNKNOWN_COMPRESSION = Row(
    "InvalidCompressionFormat",
    400,
    "The file is not in a supported compression format. Only GZIP and BZIP2 are supported.",
)
INVALID_DATA_SOURCE = Row(
    "InvalidDataSource",
    400,
    "The data source type is not valid. Only CSV, JSON, and Parquet are supported.",
)
INVALID_FILE_HEADER_INFO = Row(
    "InvalidFileHeaderInfo",
    400,
    "The FileHeaderInfo value is not valid. Only NONE, USE, and IGNORE are supported.",
)
INVALID_JSON_TYPE = Row(
    "InvalidJsonType", 400, "The JsonType value is not valid. Only DOCUMENT and LINES are supported."
)
INVALID_QUOTE_FIELDS = Row(
    "InvalidQuoteFields", 400, "The QuoteFields value is not valid. Only ALWAYS and ASNEEDED are supported."
)
INVALID_REQUEST_PARAMETER = Row(
    "InvalidRequestParameter",
    400,
    "The value of a parameter in the SelectRequest element is not valid. Check the service API documentation and try "
    "again.",
)
INVALID_SCAN_RANGE = Row("InvalidScanRange", 400, "The provided scan range is not valid.")
MISSING_REQUIRED_PARAMETER = Row(
    "MissingRequiredParameter",
    400,
    "{name} is required. Please check the service documentation and try again.",
)
OBJECT_SERIALIZATION_CONFLICT = Row(
    "ObjectSerializationConflict",
    400,
    "InputSerialization specifies more than one format (CSV, JSON, or Parquet), or OutputSerialization specifies more "
    "than one format (CSV or JSON). For InputSerialization and OutputSerialization, you can specify only one format "
    "for each.",
)
UNSUPPORTED_SCAN_RANGE_INPUT = Row(
    "UnsupportedScanRangeInput", 400, "Scan range queries are not supported on this type of object."
)
UNSUPPORTED_STORAGE_CLASS = Row(
    "UnsupportedStorageClass",
    400,
    "We do not support {name} storage class. Please check the service documentation and try again.",
)

# The object's content.
CSV_ESCAPING_RECORD_DELIMITER = Row(
    "CSVEscapingRecordDelimiter",
    400,
    "A quoted record delimiter was found in the file. To allow quoted record delimiters, set "
    "AllowQuotedRecordDelimiter to 'TRUE'.",
)
CSV_UNESCAPED_QUOTE = Row(
    "CSVUnescapedQuote",
    400,
    "An unescaped quote was found while parsing the CSV file. To allow quoted record delimiters, set "
    "AllowQuotedRecordDelimiter to 'TRUE'.",
)
INVALID_COMPRESSION_FORMAT = Row(
    "InvalidCompressionFormat",
    400,
    "{name} is not applicable to the queried object. Please correct the request and try again.",
)
INVALID_TEXT_ENCODING = Row(
    "InvalidTextEncoding",
    400,
    "UTF-8 encoding is required. The text encoding error was found near byte {position}.",
)
JSON_PARSING_ERROR = Row(
    "JSONParsingError", 400, "An error occurred while parsing the JSON file. Check the file and try again."
)
OVER_MAX_COLUMN = Row(
    "OverMaxColumn",
    400,
    "The number of columns in the result is greater than the maximum allowable number of columns.",
)
OVER_MAX_PARQUET_BLOCK_SIZE = Row(
    "OverMaxParquetBlockSize", 400, "The Parquet file is above the max row group size."
)
OVER_MAX_RECORD_SIZE = Row(
    "OverMaxRecordSize",
    400,
    "The length of a record in the input or result is greater than the maxCharsPerRecord limit of 1 MB.",
)
PARQUET_PARSING_ERROR = Row(
    "ParquetParsingError",
    400,
    "An error occurred while parsing the Parquet file. Check the file and try again.",
)
UNSUPPORTED_PARQUET_CODEC = Row(
    "ParquetUnsupportedCompressionCodec", 400, "The specified Parquet compression codec is not supported."
)
TRUNCATED_INPUT = Row(
    "TruncatedInput",
    400,
    "Object decompression failed. Check that the object is properly compressed using the format specified in the "
    "request.",
)

# The text of the expression.
LEXER_INVALID_CHAR = Row(
    "LexerInvalidChar", 400, "The SQL expression contains a character that is not valid."
)
LEXER_INVALID_ION_LITERAL = Row(
    "LexerInvalidIONLiteral", 400, "The SQL expression contains an Ion literal that is not valid: {text}."
)
PARSE_UNEXPECTED_TOKEN = Row("ParseUnexpectedToken", 400, "Unexpected token found {token} at {place}.")
PARSE_UNEXPECTED_KEYWORD = Row(
    "ParseUnExpectedKeyword", 400, "The SQL expression contains an unexpected keyword."
)
PARSE_UNEXPECTED_OPERATOR = Row(
    "ParseUnexpectedOperator", 400, "Unexpected operator OPERATOR:UNKNOWN at {place}."
)
PARSE_EXPECTED_ALIAS = Row(
    "ParseExpectedIdentForAlias",
    400,
    "The expected identifier for the alias in the SQL expression was not found.",
)
PARSE_EXPECTED_CAST_PAREN = Row(
    "ParseExpectedLeftParenAfterCast",
    400,
    "The expected left parenthesis after CAST in the SQL expression was not found.",
)
PARSE_EXPECTED_CALL_PAREN = Row(
    "ParseExpectedLeftParenBuiltinFunctionCall",
    400,
    "The expected left parenthesis in the SQL expression was not found.",
)
PARSE_EXPECTED_TYPE_NAME = Row("ParseExpectedTypeName", 400, "Expected type name, found {token} at {place}.")
PARSE_INVALID_PATH_COMPONENT = Row(
    "ParseInvalidPathComponent",
    400,
    "Invalid Path component, expecting either an IDENTIFIER or STAR, got: {token},at {place}.",
)
MAX_OPERATORS_EXCEEDED = Row(
    "MaxOperatorsExceeded",
    400,
    "Failed to parse SQL expression, try reducing complexity. For example, reduce number of operators used.",
)
PARSE_EMPTY_SELECT = Row("ParseEmptySelect", 400, "The SQL expression contains an empty SELECT clause.")
PARSE_SELECT_MISSING_FROM = Row(
    "ParseSelectMissingFrom", 400, "The SQL expression contains a missing FROM after the SELECT list."
)
PARSE_EXPECTED_DATE_PART = Row(
    "ParseExpectedDatePart", 400, "The expected date part in the SQL expression was not found."
)
PARSE_EXPECTED_NUMBER = Row(
    "ParseExpectedNumber", 400, "The expected number in the SQL expression was not found."
)
PARSE_MALFORMED_JOIN = Row("ParseMalformedJoin", 400, "JOIN is not supported in the SQL expression.")
PARSE_ASTERISK_NOT_ALONE = Row(
    "ParseAsteriskIsNotAloneInSelectList",
    400,
    "Other expressions are not allowed in the SELECT list when * is used without dot notation in the SQL expression.",
)
PARSE_INVALID_WILDCARD = Row(
    "ParseInvalidContextForWildcardInSelectList",
    400,
    "The use of * in the SELECT list in the SQL expression is not valid.",
)
PARSE_CALL_WITH_STAR = Row(
    "ParseUnsupportedCallWithStar",
    400,
    "Only COUNT with (*) as a parameter is supported in the SQL expression.",
)
PARSE_NON_UNARY_AGGREGATE = Row(
    "ParseNonUnaryAgregateFunctionCall",
    400,
    "Only one argument is supported for aggregate functions in the SQL expression.",
)
PARSE_UNSUPPORTED_SYNTAX = Row(
    "ParseUnsupportedSyntax", 400, "The SQL expression contains unsupported syntax."
)
MULTIPLE_DATA_SOURCES = Row("MultipleDataSourcesUnsupported", 400, "Multiple data sources are not supported.")
UNSUPPORTED_FUNCTION = Row("UnsupportedFunction", 400, "We encountered an unsupported SQL function.")
UNSUPPORTED_OPERATION = Row("UnsupportedSqlOperation", 400, "We encountered an unsupported SQL operation.")
UNSUPPORTED_STRUCTURE = Row(
    "UnsupportedSqlStructure",
    400,
    "We encountered an unsupported SQL structure. Check the SQL Reference.",
)

# What the expression means.
AMBIGUOUS_FIELD_NAME = Row(
    "AmbiguousFieldName",
    400,
    "The field name matches to multiple fields in the file. Check the SQL expression and the file, and try again.",
)
CAST_FAILED = Row(
    "CastFailed",
    400,
    "Attempt to convert from one data type to another failed: cast from {source} to {target}.",
)
INVALID_ARGUMENTS = Row(
    "EvaluatorInvalidArguments",
    400,
    "There is an incorrect number of arguments in the function call in the SQL expression.",
)
INVALID_TIMESTAMP_PATTERN = Row(
    "EvaluatorInvalidTimestampFormatPatternSymbol",
    400,
    "The timestamp format pattern contains a symbol in the SQL expression that is not valid.",
)
UNTERMINATED_TIMESTAMP_PATTERN = Row(
    "EvaluatorUnterminatedTimestampFormatPatternToken",
    400,
    "The timestamp format pattern contains an unterminated token in the SQL expression.",
)
INVALID_ESCAPE_SEQUENCE = Row(
    "EvaluatorLikePatternInvalidEscapeSequence",
    400,
    "An argument given to the LIKE expression was not valid.",
)
NEGATIVE_LIMIT = Row("EvaluatorNegativeLimit", 400, "LIMIT must not be negative.")
CANNOT_EVALUATE = Row(
    "ExternalEvalException",
    400,
    "The query cannot be evaluated. Please check the query and file and try again.",
)
ILLEGAL_ARGUMENT = Row("IllegalSqlFunctionArgument", 400, "An illegal argument was used in the SQL function.")
INCORRECT_ARGUMENT_TYPE = Row(
    "IncorrectSqlFunctionArgumentType",
    400,
    "An incorrect argument type was specified in a function call in the SQL expression.",
)
INTEGER_OVERFLOW = Row(
    "IntegerOverflow", 400, "An integer overflow or underflow occurred in the SQL expression."
)
INVALID_COLUMN_INDEX = Row(
    "InvalidColumnIndex",
    400,
    "The column index at {place} is invalid. Please check the service documentation and try again.",
)
INVALID_KEY_PATH = Row("InvalidKeyPath", 400, "The key path in the SQL expression is not valid.")
INVALID_TABLE_ALIAS = Row(
    "InvalidTableAlias",
    400,
    "Invalid table alias is specified at {place}. Please check the file and try again.",
)
LIKE_INVALID_INPUTS = Row(
    "LikeInvalidInputs", 400, "The argument given to the LIKE clause in the SQL expression is not valid."
)
MISSING_HEADERS = Row(
    "MissingHeaders",
    400,
    "Some headers in the query are missing from the file. Please check the file and try again.",
)
VALUE_PARSE_FAILURE = Row(
    "ValueParseFailure", 400, "A timestamp parse failure occurred in the SQL expression."
)

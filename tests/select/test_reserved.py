"""Reserved keywords: without quotes no keyword is a name, with quotes every keyword is one."""

from __future__ import annotations

import pytest

pytest.importorskip("sqlglot")

from mocks3.errors import S3Error
from mocks3.select import grammar
from mocks3.select.reserved import KEYWORDS


def refusal(asked: str) -> str | None:
    try:
        grammar.parse(asked)
    except S3Error as error:
        return error.code
    return None


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("select s.{} from s3object s", "ParseInvalidPathComponent"),
        ("select 1 from s3object[*].{} s", "ParseInvalidPathComponent"),
        ("select 1 from s3object as {}", "ParseExpectedIdentForAlias"),
        ("select 1 as {} from s3object", "ParseExpectedIdentForAlias"),
    ],
)
def test_no_name_is_a_keyword(asked: str, code: str) -> None:
    spelled = [each for word in sorted(KEYWORDS) for each in (word, word.upper())]
    # In ``1 as from``, FROM is the keyword and not an alias, so the error can differ.
    wrong = {word: found for word in spelled if (found := refusal(asked.format(word))) != code}
    assert not {word for word in wrong if wrong[word] is None or word.lower() != "from"}


def test_every_keyword_is_a_name_in_quotes() -> None:
    for word in KEYWORDS:
        assert grammar.parse(f'select s."{word}" from s3object[*]."{word}" as "{word}"').alias == word

"""The AWS CLI's shorthand syntax: ``Key=Value,List=[a,b],Inner={Name=x}`` and ``Name=a,b,c``.

Source: AWS CLI user guide, "Using shorthand syntax".
"""

from __future__ import annotations

from typing import Any

from mocks3.errors import Mocks3Error


def read_shorthand(text: str) -> dict[str, Any]:
    """Return the structure. Its values are texts, lists and structures.

    Raises:
        Mocks3Error: The text is not shorthand.
    """
    reader = _ShorthandReader(text)
    value = reader.members(end="")
    if not reader.at_end:
        raise reader.fault("','")
    return value


class _ShorthandReader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._text)

    def fault(self, wanted: str) -> Mocks3Error:
        """Return the error for the present position."""
        seen = repr(self._text[self._at]) if not self.at_end else "the end"
        return Mocks3Error(
            f"shorthand syntax expects {wanted}, but it saw {seen} at position {self._at + 1} of {self._text!r}"
        )

    def members(self, end: str) -> dict[str, Any]:
        """Read ``name=value,name=value`` up to an end character."""
        found: dict[str, Any] = {}
        while self._peek() != end or not found:
            name = self._name()
            self._take("=")
            found[name] = self._values(end)
            if self._peek() != ",":
                break
            self._take(",")
        return found

    def _values(self, end: str) -> Any:
        """Read one value, or several after commas, up to the next ``name=``."""
        if self._peek() in ("[", "{"):
            return self._value(",")
        values = [self._value(f",{end}")]
        while self._peek() == "," and not self._is_name_next():
            self._take(",")
            if not self.at_end:
                values.append(self._value(f",{end}"))
        return values[0] if len(values) == 1 else values

    def _value(self, stops: str) -> Any:
        first = self._peek()
        if first == "[":
            self._take("[")
            items = []
            while self._peek() != "]":
                items.append(self._value(",]"))
                if self._peek() == ",":
                    self._take(",")
            self._take("]")
            return items
        if first == "{":
            self._take("{")
            inner = self.members("}") if self._peek() != "}" else {}
            self._take("}")
            return inner
        return self._quoted(first) if first in ("'", '"') and first else self._word(stops)

    def _quoted(self, quote: str) -> str:
        self._take(quote)
        found = []
        while self._peek() != quote:
            if self.at_end:
                raise self.fault(repr(quote))
            if self._peek() == "\\" and self._text[self._at + 1 : self._at + 2] in (quote, "\\"):
                self._at += 1
            found.append(self._text[self._at])
            self._at += 1
        self._take(quote)
        return "".join(found)

    def _word(self, stops: str) -> str:
        found = []
        while not self.at_end and self._peek() not in stops:
            if self._peek() == "\\" and self._at + 1 < len(self._text):
                self._at += 1
            found.append(self._text[self._at])
            self._at += 1
        return "".join(found).strip()

    def _name(self) -> str:
        start = self._at
        while not self.at_end and (self._peek().isalnum() or self._peek() in "_-.#/:$ "):
            self._at += 1
        name = self._text[start : self._at].strip()
        if not name:
            raise self.fault("a name")
        return name

    def _is_name_next(self) -> bool:
        position = self._at + 1
        while position < len(self._text) and (
            self._text[position].isalnum() or self._text[position] in "_-.#/:$ "
        ):
            position += 1
        return self._text[position : position + 1] == "=" and position > self._at + 1

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self, character: str) -> None:
        if self._peek() != character:
            raise self.fault(repr(character))
        self._at += 1

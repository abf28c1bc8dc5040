"""Version ids contain their sequence number, and invalid ids are recognized."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mocks3.storage import sequence_of
from mocks3.storage.ids import IdGenerator


@given(st.integers(1, 2**63))
def test_an_id_gives_its_sequence_number_back(sequence: int) -> None:
    assert sequence_of(IdGenerator().version_id(sequence)) == sequence


@given(st.text(alphabet="abcXYZ019._", min_size=32, max_size=32) | st.text())
def test_an_id_of_nobodys_gives_none(text: str) -> None:
    assert sequence_of(text) is None


def test_an_upload_id_is_128_url_safe_characters() -> None:
    id_generator = IdGenerator()
    ids = {id_generator.upload_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(
        len(upload_id) == 128 and upload_id.replace(".", "").replace("_", "").isalnum() for upload_id in ids
    )

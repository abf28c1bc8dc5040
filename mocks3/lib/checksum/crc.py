"""CRC algorithms that the standard library does not have, for installations without a compiled library.

Rule 1: only arithmetic on bytes; no other module of mocks3 is imported. Rule 2: a function returns the same result as
the compiled libraries for the same arguments.

Why it is fast without C code of its own: a CRC register processes one byte at a time, and such a loop is slow in
Python. But a CRC is linear: a block can be split into lanes of equal length whose registers are computed in parallel.
Each step processes the next byte of *every* lane with a few calls into C: a strided slice (the bytes of the lanes),
``bytes.translate`` (the table look-up, once for each byte of the register) and the XOR of long integers. At the end,
adjacent lanes are joined: the register of the left one is advanced by the length of the right one, which is a linear
map and again one look-up per byte of the register. The remaining bytes are processed one by one.
"""

from __future__ import annotations

from functools import cached_property

_LANE = 128
_MOST_LANES = 8192
_WORTH_IT = 1024

Planes = list[bytes]
"""The registers of all lanes, least significant bytes first: ``planes[i][lane]``."""


def _xor(left: bytes, right: bytes) -> bytes:
    both = int.from_bytes(left, "little") ^ int.from_bytes(right, "little")
    return both.to_bytes(len(left), "little")


class Crc:
    """A reflected CRC. Call it with data and the CRC of the data before; it returns the CRC of both.

    Register and result are inverted, as in CRC-32.

    Args:
        polynomial: The polynomial in reflected notation.
        size: The size of the register in bytes.
    """

    def __init__(self, polynomial: int, size: int) -> None:
        self._polynomial = polynomial
        self._size = size
        self._mask = (1 << 8 * size) - 1
        self._moves: dict[int, list[Planes]] = {}

    def __call__(self, data: bytes | bytearray | memoryview, crc: int = 0) -> int:
        view = memoryview(data).cast("B")
        register = crc ^ self._mask
        start = 0
        while len(view) - start >= _WORTH_IT:
            lanes = min(_MOST_LANES, 1 << ((len(view) - start) // _LANE).bit_length() - 1)
            end = start + lanes * _LANE
            register = self._wide(bytes(view[start:end]), lanes, register)
            start = end
        return self._narrow(view[start:], register) ^ self._mask

    @cached_property
    def _table(self) -> list[int]:
        return [self._zeros(byte, 8) for byte in range(256)]

    @cached_property
    def _step_tables(self) -> Planes:
        return self._planes_of(self._table)

    def _move_tables(self, length: int) -> list[Planes]:
        """Return, for each byte of a register, its value after ``length`` zero bytes (a power of two)."""
        tables = self._moves.get(length)
        if tables is None:
            tables = self._moves[length] = self._make_move_tables(self._images(length))
        return tables

    def _zeros(self, register: int, bits: int) -> int:
        for _ in range(bits):
            register = register >> 1 ^ (self._polynomial if register & 1 else 0)
        return register

    def _planes_of(self, values: list[int]) -> Planes:
        return [bytes(value >> 8 * i & 255 for value in values) for i in range(self._size)]

    def _make_move_tables(self, images: list[int]) -> list[Planes]:
        tables = []
        for at in range(self._size):
            values = [0]
            for bit in range(8):
                values += [value ^ images[8 * at + bit] for value in values]
            tables.append(self._planes_of(values))
        return tables

    def _images(self, length: int) -> list[int]:
        """Return the value of each single bit of a register after ``length`` zero bytes."""
        images = [self._zeros(1 << bit, 8) for bit in range(8 * self._size)]
        for _ in range(length.bit_length() - 1):
            images = [self._apply(images, image) for image in images]
        return images

    @staticmethod
    def _apply(images: list[int], register: int) -> int:
        result = 0
        for image in images:
            if register & 1:
                result ^= image
            register >>= 1
        return result

    def _narrow(self, data: memoryview, register: int) -> int:
        table = self._table
        for byte in data:
            register = table[(register ^ byte) & 255] ^ register >> 8
        return register

    def _wide(self, block: bytes, lanes: int, register: int) -> int:
        head = _xor(block[: self._size], register.to_bytes(self._size, "little"))
        planes = self._run(head + block[self._size :], lanes)
        length = _LANE
        while lanes > 1:
            planes = self._join(planes, self._move_tables(length))
            lanes //= 2
            length *= 2
        return int.from_bytes(b"".join(planes), "little")

    def _run(self, block: bytes, lanes: int) -> Planes:
        """Return each lane's register after its bytes. One integer contains all planes, the lowest plane first."""
        state = 0
        lowest = (1 << 8 * lanes) - 1
        tables = self._step_tables
        for at in range(_LANE):
            column = int.from_bytes(block[at::_LANE], "little")
            index = (state & lowest ^ column).to_bytes(lanes, "little")
            found = b"".join([index.translate(table) for table in tables])
            state = state >> 8 * lanes ^ int.from_bytes(found, "little")
        whole = state.to_bytes(lanes * self._size, "little")
        return [whole[i * lanes : (i + 1) * lanes] for i in range(self._size)]

    def _join(self, planes: Planes, tables: list[Planes]) -> Planes:
        joined = [plane[1::2] for plane in planes]
        for plane, moves in zip(planes, tables, strict=True):
            left = plane[0::2]
            joined = [_xor(old, left.translate(move)) for old, move in zip(joined, moves, strict=True)]
        return joined


crc32c = Crc(0x82F63B78, 4)
crc64nvme = Crc(0x9A6C9329AC4BC9B5, 8)

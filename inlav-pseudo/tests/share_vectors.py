"""Prints the numbered lines of the share in `src/keys/shares/tests/typing.rs`
(`the_printed_form_is_the_documented_one`), from the documentation of the format alone."""

import hashlib

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def prefixed(text):
    return bytes([len(text.encode())]) + text.encode()


content = (
    bytes([3])  # vault
    + bytes.fromhex("0e8dd2f1928f2afb65b8f4da4c6028f9")
    + prefixed("PUA05")
    + (0).to_bytes(4, "big")
    + bytes.fromhex("e55b96a12ee645eb")  # id of the vault key of 32 zero bytes
    + bytes([1, 2, 3, 4])
    + bytes([2, 3, 1])
    + prefixed("Anna Bianchi")
    + bytes(range(32))
)
share = bytes([1, 2 + len(content) + 4]) + content
share += hashlib.sha256(b"inlav-share/v1\0" + share).digest()[:4]

bits = "".join(f"{byte:08b}" for byte in share)
bits += "0" * (-len(bits) % 20)


def times(a, b):
    """The product in GF(2^5) modulo x^5 + x^2 + 1."""
    product = 0
    for i in range(5):
        if b >> i & 1:
            product ^= a << i
    for i in range(9, 4, -1):
        if product >> i & 1:
            product ^= 0b100101 << (i - 5)
    return product


groups = []
for place, first in enumerate(range(0, len(bits), 20)):
    values = [int(bits[i : i + 5], 2) for i in range(first, first + 20, 5)]
    check = place % 32
    for value, power in zip(values, [16, 8, 4, 2]):
        check ^= times(value, power)
    groups.append("".join(SIGNS[value] for value in [*values, check]))
for line, first in enumerate(range(0, len(groups), 6), 1):
    print(f"{line}: {' '.join(groups[first : first + 6])}")

"""Checksums of columns: of every value in its order, told apart to the bit. `column-checksum.ts` computes the same."""

import hashlib
import math
import struct

NAN = struct.pack("<d", math.nan)


def value_bytes(kind, value):
    if value is None:
        return b"\0"
    if kind == "string":
        encoded = value.encode("utf-8")
        return b"s" + struct.pack("<I", len(encoded)) + encoded
    if kind == "double":
        return b"d" + (NAN if math.isnan(value) else struct.pack("<d", value))
    if kind == "boolean":
        return b"\2" if value else b"\1"
    return b"i" + struct.pack("<q", value)


def checksum(kind, values):
    """Of a column of the dictionary's type `kind`; times as milliseconds."""
    digest = hashlib.sha256()
    for value in values:
        digest.update(value_bytes(kind, value))
    return digest.hexdigest()

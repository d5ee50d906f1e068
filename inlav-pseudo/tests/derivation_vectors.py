#!/usr/bin/env python3
"""Known answers of keys/derivation.rs and pseudonym.rs, from Python's standard library alone."""
import hashlib
import hmac
import struct

PROJECT = bytes.fromhex("0e8dd2f1928f2afb65b8f4da4c6028f9")
ROOT = bytes(range(32))


def hkdf(root, salt, info):
    """RFC 5869 with SHA-256, 32 bytes: one block of expand."""
    prk = hmac.digest(salt, root, "sha256")
    return hmac.digest(prk, info + b"\x01", "sha256")


def derive(role, site, purpose, field, epoch):
    parts = [b"inlav/v1", role, site, purpose, field, struct.pack(">I", epoch)]
    info = b"".join(struct.pack(">Q", len(part)) + part for part in parts)
    return hkdf(ROOT, b"inlav-pseudo/v1" + PROJECT, info)


def pseudonym(key, kind, normaliser, text):
    head = struct.pack(">BBBH", 1, kind, normaliser, len(text))
    return hmac.digest(key, head + text, "sha256")[:16]


spid = derive(b"spid", b"PUA05", b"evaluation", b"person", 0)
tok = derive(b"tok", b"", b"evaluation", b"codice-fiscale", 2025)
print("SPID", spid.hex())
print("TOK", tok.hex())
print("DATESHIFT", derive(b"dateshift", b"PUA05", b"evaluation", b"", 0).hex())
for field in [b"psk", b"public", b"tombstone"]:
    print("VAULT", field.decode(), derive(b"vault", b"PUA05", b"", field, 0).hex())
for field in [b"entry", b"forgotten"]:
    print("AUDIT", field.decode(), derive(b"audit", b"PUA05", b"", field, 0).hex())
print("CHECK", derive(b"check", b"PUA05", b"", b"site", 0)[:8].hex())
relink = derive(b"relink", b"", b"evaluation", b"codice-fiscale", 2025)
print("RELINK", relink.hex())
print("LEDGER", derive(b"relink", b"", b"", b"ledger", 2025).hex())
print("SEAL", derive(b"seal", b"PUA05", b"evaluation", b"tokens", 2025, bytes([7] * 32)).hex())
print("SECOND LAYER", hmac.digest(relink, bytes([7] * 16), "sha256")[:16].hex())
print("PSEUDONYM", pseudonym(spid, 0x20, 1, b"P-0001").hex())
print("TOKEN", pseudonym(tok, 0x01, 1, b"PRVVTR04P68E333G").hex())


def shift(key, person, most):
    place = int.from_bytes(hmac.digest(key, person, "sha256")[:8], "big") % (2 * most)
    return place - most + (place >= most)


print("SHIFTS", [shift(b"\x11" * 32, struct.pack(">I", n) + bytes(12), 30) for n in range(6)])
assert hashlib.sha256(b"").hexdigest().startswith("e3b0c442")

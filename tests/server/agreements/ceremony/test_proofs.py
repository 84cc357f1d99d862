"""Keys, proofs of possession, and what a code is bound to."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st

from server.agreements.ceremony import proofs
from server.rehearse.signing import SigningKey

H = "3f9a71c2" * 8
ENC, FMT = serialization.Encoding, serialization.PublicFormat


def test_only_an_uncompressed_p256_key_is_taken() -> None:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    good = key.public_bytes(ENC.DER, FMT.SubjectPublicKeyInfo)
    assert proofs.public_key(good).public_numbers() == key.public_numbers()
    others = [
        ec.generate_private_key(ec.SECP256K1()).public_key().public_bytes(ENC.DER, FMT.SubjectPublicKeyInfo),
        ec.generate_private_key(ec.SECP384R1()).public_key().public_bytes(ENC.DER, FMT.SubjectPublicKeyInfo),
        ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(ENC.DER, FMT.SubjectPublicKeyInfo),
        good[:-1],
        good + b"\0",
        good[:27] + bytes(64),
        b"",
    ]
    for spki in others:
        with pytest.raises(ValueError):
            proofs.public_key(spki)


@given(st.binary(max_size=100))
def test_other_bytes_are_no_key(spki: bytes) -> None:
    with pytest.raises(ValueError):
        proofs.public_key(spki)


def test_a_proof_fits_its_nonce_slot_manifest_and_key_only() -> None:
    key = SigningKey()
    proof = key.prove("n", "party-1", H)
    assert proofs.proven(key.spki, proof, proofs.statement("n", "party-1", H, key.spki))
    for nonce, slot, manifest in (("m", "party-1", H), ("n", "party-2", H), ("n", "party-1", "0" * 64)):
        assert not proofs.proven(key.spki, proof, proofs.statement(nonce, slot, manifest, key.spki))
    other = SigningKey()
    assert not proofs.proven(other.spki, proof, proofs.statement("n", "party-1", H, other.spki))
    for broken in (b"", proof[:-1], proof + b"\0", bytes(64), b"\xff" * 64):
        assert not proofs.proven(key.spki, broken, proofs.statement("n", "party-1", H, key.spki))


def test_a_code_is_bound_to_slot_manifest_and_key() -> None:
    one, other = SigningKey().spki, SigningKey().spki
    found = {
        proofs.binding(b"secret", [(slot, key)], manifest)
        for slot in ("party-1", "party-2")
        for manifest in (H, "0" * 64)
        for key in (one, other)
    }
    assert len(found) == 8
    assert proofs.binding(b"secret", [("party-1", one)], H) == proofs.binding(b"secret", [("party-1", one)], H)
    assert proofs.binding(b"secret", [("party-1", one), ("party-1-seal", other)], H) not in found


def test_the_message_names_number_and_six_digits() -> None:
    text = proofs.message("493210", "(2026)嘉南人调字第0102号", H, "青禾街道人民调解委员会")
    assert "(2026)嘉南人调字第0102号" in text
    assert "3f9a71" in text and "3f9a71c" not in text
    assert "493210" in text

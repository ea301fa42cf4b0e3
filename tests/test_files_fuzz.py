"""Files with bytes changed, cut and mixed: read or refused in words, never a traceback."""

from __future__ import annotations

import random
import warnings
from pathlib import Path

import pytest

import rulecard

from .shop_runs import HEADER, Shop

FOLDER = Path(__file__).parent / "bad_files"
ROUNDS = 12
# What a mutation puts in: marks that have a meaning somewhere.
PIECES = [b"\0", b"\r", b"\n", b'"', b"'", b",", b";", b"\t", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe4\xb8", b"\x80",
          b"{", b"[", b"<", b"=", b"#", b"%", b"-", b"9" * 400, b"PK\3\4", b"PAR1", b"\xd0\xcf\x11\xe0", b"NaN",
          b"1e999"]  # fmt: skip


def mutated(data: bytes, chance: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(chance.randrange(1, 5)):
        place = chance.randrange(len(found) + 1)
        match chance.randrange(4):
            case 0:
                found[place:place] = chance.choice(PIECES)
            case 1 if found:
                found[min(place, len(found) - 1)] = chance.randrange(256)
            case 2:
                del found[place : place + chance.randrange(40)]
            case _:
                found = found[:place] if chance.random() < 0.3 else found
    return bytes(found)


def read_or_refused(path: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = rulecard.run("shop.yaml", path)
    except rulecard.Problems as refused:
        assert refused.problems
        for problem in refused.problems:
            assert path in problem.message or "the data" in problem.message or problem.code in ("RC505", "RC506")
            assert problem.hint
            assert len(problem.message) < 2_000
    else:
        assert sum(source["rows"] for source in result.sources) > 0


@pytest.mark.parametrize(
    "name", sorted(file.name for file in FOLDER.iterdir() if file.stat().st_size < 20_000 and file.name[0] != ".")
)
def test_a_spoilt_file(shop_runs: Shop, name: str) -> None:
    shop_runs.write({})
    chance = random.Random(name)
    data = (FOLDER / name).read_bytes()
    for _ in range(ROUNDS):
        shop_runs.write({name: mutated(data, chance)})
        read_or_refused(name)


KINDS = "csv tsv txt csv.gz csv.zst json ndjson parquet arrow xlsx xls xlsb ods"


@pytest.mark.parametrize("kind", KINDS.split())
def test_bytes_by_chance(shop_runs: Shop, kind: str) -> None:
    chance = random.Random(kind)
    beginnings = [b"", b"PK\3\4", b"PAR1", b"ARROW1\0\0", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"{", b"[{",
                  HEADER.encode(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"<html>"] * 2  # fmt: skip
    for beginning in beginnings:
        shop_runs.write({f"s.{kind}": beginning + chance.randbytes(chance.choice([0, 1, 7, 100, 3_000]))})
        read_or_refused(f"s.{kind}")

"""What a file is by its name, and by its first bytes where the two differ."""

from __future__ import annotations

import re
from pathlib import Path as FilePath

from ..problems import Problem

TEXT = (".csv", ".tsv", ".txt")
WORKBOOK = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
PARQUET = (".parquet", ".pq")
JSON, NDJSON = (".json",), (".ndjson", ".jsonl")
ARROW = (".arrow", ".feather", ".ipc")
# Only text is packed by itself; the others pack what they hold.
_PACKED = (".gz", ".zst")

_SAVE_AS_XLSX = "open it in Excel or WPS and save it as .xlsx"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_HTML = re.compile(rb"\s*(<!doctype html|<html|<head|<meta|<table|<style|<body|<div|<script)", re.IGNORECASE)
# The kind in words, how its files begin, and what they are called.
_BEGINNINGS: tuple[tuple[str, bytes, tuple[str, ...]], ...] = (
    ("Parquet", b"PAR1", PARQUET),
    ("Arrow", b"ARROW1", ARROW),
    ("an Excel workbook, or another zip archive", b"PK\x03\x04", (".xlsx", ".xlsm", ".xlsb", ".ods")),
    ("an old Excel workbook", _OLE, (".xls",)),
    ("a PDF document", b"%PDF", ()),
    ("packed with gzip", b"\x1f\x8b", ()),
    ("packed with zstd", b"\x28\xb5\x2f\xfd", ()),
)  # fmt: skip


def kind_of(path: str) -> str:
    """The ending of a file's name, without that of its packing."""
    file = FilePath(path)
    kind = file.suffix.lower()
    inner = FilePath(file.stem).suffix.lower()
    return inner if kind in _PACKED and inner in TEXT else kind


def wrong_kind(file: FilePath, name: str) -> Problem | None:
    """The problem with a file that is not what its name says."""
    kind = kind_of(name)
    with file.open("rb") as stream:
        head = stream.read(1 << 14)
    if not head:
        return Problem("RC501", f"{name} is empty", hint="export it again, with its header and rows")
    if head.startswith(_OLE) and _ENCRYPTED in file.read_bytes():
        return locked(name)
    for what, beginning, kinds in _BEGINNINGS:
        packed = what.startswith("packed") and kind in TEXT
        if head.startswith(beginning) and kind not in kinds and not packed:
            named = f"name it {FilePath(name).stem}{kinds[0]}" if kinds else "export the table itself, as CSV or .xlsx"
            return Problem("RC500", f"{name} is {what}, whatever its name says", hint=named)
    if kind in WORKBOOK and not head.startswith((b"PK", _OLE)) and not head.startswith(b"\x09"):
        return _no_workbook(head, name)
    if kind not in WORKBOOK and _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return _page(name)
    return None


def locked(name: str) -> Problem:
    """The problem with a workbook that only its password opens."""
    return Problem("RC500", f"{name} is protected by a password",
                   hint="open it in Excel, take the password away under File, Info, and save it")  # fmt: skip


def _no_workbook(head: bytes, name: str) -> Problem:
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(plain):
        return _page(name)
    if plain.lstrip().startswith(b"<?xml"):
        what = "an XML table of Excel 2003" if b"Excel.Sheet" in head else "an XML file"
        return Problem("RC500", f"{name} is {what}, not a workbook", hint=_SAVE_AS_XLSX)
    if plain.lstrip()[:1] in (b"{", b"["):
        return Problem("RC500", f"{name} is JSON, not a workbook", hint=f"name it {FilePath(name).stem}.json")
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Problem("RC500", f"{name} is no workbook that can be read", hint=_SAVE_AS_XLSX)
    return Problem("RC500", f"{name} is text, as CSV is, and not a workbook", hint=f"name it {FilePath(name).stem}.csv")


def _page(name: str) -> Problem:
    return Problem("RC500", f"{name} is a web page with a table in it, as many systems export", hint=_SAVE_AS_XLSX)

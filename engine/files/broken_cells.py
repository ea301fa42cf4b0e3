"""Cells of an .xlsx file that show an error, or a formula never computed; readers of workbooks take them for empty."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path as FilePath
from posixpath import join, normpath
from xml.etree import ElementTree

_BLOCK = 1 << 22
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_ERROR = re.compile(rb"<v>(#[^<]*)</v>")
_FORMULA = re.compile(rb"<f\b[^>]*?(?:/>|>([^<]*)</f>)")


def broken_cells(file: FilePath, sheet: str) -> dict[tuple[int, int], str]:
    """What stands in them, by row and column from 0: `#N/A`, or the formula as `=A1*2`."""
    if not zipfile.is_zipfile(file):
        return {}
    found: dict[tuple[int, int], str] = {}
    try:
        with zipfile.ZipFile(file) as archive:
            part = _part(archive, sheet)
            if part is None:
                return {}
            with archive.open(part) as stream:
                for block in _blocks(iter(lambda: stream.read(_BLOCK), b"")):
                    if b't="e"' in block or b"<f" in block:
                        found |= _cells(block)
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, OSError, EOFError, NotImplementedError):
        # the reader of the values says what is wrong
        return found
    return found


def _part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Where the archive keeps a sheet."""
    if "xl/workbook.xml" not in archive.namelist():
        return None
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for one in book.iter(f"{_MAIN}sheet"):
        if one.get("name") == sheet:
            target = targets[one.get(_LINK)]
            return target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
    return None


def _blocks(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The text in pieces that each end with a row."""
    rest = b""
    for part in parts:
        text = rest + part
        end = text.rfind(b"</row>") + 6
        if end > 5:
            yield text[:end]
            text = text[end:]
        rest = text
    yield rest


def _cells(block: bytes) -> dict[tuple[int, int], str]:
    found = {}
    for cell in _CELL.finditer(block):
        letters, row, attributes, inside = cell.groups()
        if inside is None:
            continue
        text = None
        if b't="e"' in attributes and (error := _ERROR.search(inside)):
            text = error[1].decode()
        # without the type of a text, an empty value is one that was never computed
        elif (
            b't="str"' not in attributes and not re.search(rb"<v>[^<]", inside) and (formula := _FORMULA.search(inside))
        ):
            text = f"={(formula[1] or b'?').decode('utf-8', errors='replace')}"
        if text is not None:
            found[int(row) - 1, _number(letters)] = text
    return found


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1

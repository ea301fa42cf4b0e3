"""Files at an address, such as s3://bucket/orders-*.parquet, read by Polars where they are."""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection

import polars as pl

from ..problems import Problem
from .csv_files import Layout, find_layout, unlike
from .disguises import ARROW, NDJSON, PARQUET, TEXT, kind_of
from .json_files import first_line
from .opened import FILE, Opened
from .origins import Files

_ADDRESS = re.compile(r"([a-z][a-z0-9+]*)://", re.IGNORECASE)
_KNOWN = ("s3", "s3a", "gs", "gcs", "az", "azure", "abfs", "abfss", "adl", "http", "https", "hf")
_LINES = 50
_ACCESS = "the keys are taken from where the cloud's own tools take them, such as AWS_ACCESS_KEY_ID and AWS_REGION"


def is_address(path: str) -> bool:
    """Whether a path says how to get there, and not only where."""
    return _ADDRESS.match(path) is not None


def open_address(path: str, how: Files, wanted: Collection[str]) -> Opened | Problem:
    """The rows at an address; with a pattern, of all files there that it fits."""
    scheme = path.split(":", 1)[0].lower()
    if scheme not in _KNOWN:
        return Problem(
            "RC500", f"addresses that begin with {scheme}:// cannot be read", hint="s3://, gs://, az:// or https://"
        )
    kind = kind_of(path.split("?", 1)[0] if scheme.startswith("http") else path)
    if how.encoding is not None and how.encoding.lower().replace("_", "-") not in ("utf-8", "utf8", "utf-8-sig"):
        return Problem("RC500", f"{path} is read where it is, and only in UTF-8", hint="copy it here first")
    try:
        with warnings.catch_warnings():
            # that it asks for the region by itself
            warnings.simplefilter("ignore", UserWarning)
            return _scan(path, kind, how, wanted)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        return unreachable(path, error)


def _scan(path: str, kind: str, how: Files, wanted: Collection[str]) -> Opened | Problem:
    if kind in PARQUET:
        frame = pl.scan_parquet(path, include_file_paths=FILE)
    elif kind in NDJSON:
        frame = pl.scan_ndjson(path, infer_schema_length=None, include_file_paths=FILE)
    elif kind in ARROW:
        frame = pl.scan_ipc(path, include_file_paths=FILE)
    elif kind in TEXT:
        lines = pl.scan_lines(path, name="line").head(_LINES).collect()["line"]
        if not len(lines) and "*" in path:
            return _nothing(path)
        layout = find_layout("\n".join(lines), path, how, wanted)
        return layout if isinstance(layout, Problem) else _text(path, layout)
    else:
        return Problem("RC500", f"{path} can only be read from a file here", hint="copy it here first")
    frame.collect_schema()
    return Opened(frame, {}, address=path)


def _text(path: str, layout: Layout) -> Opened:
    columns, twice = unlike(layout.columns)
    frame = pl.scan_csv(
        path,
        separator=layout.separator,
        skip_lines=layout.skipped,
        infer_schema=False,
        has_header=layout.header > 0,
        new_columns=columns,
        include_file_paths=FILE,
    )
    return Opened(
        frame,
        {},
        first_row=layout.first,
        all_text=True,
        twice=twice,
        separator=layout.separator,
        header=layout.header,
        address=path,
    )


def unreachable(path: str, error: BaseException) -> Problem:
    """Why an address gives no rows, in words."""
    words = str(error).lower()
    if any(
        part in words for part in ("403", "401", "forbidden", "accessdenied", "credential", "unauthorized", "signature")
    ):
        return Problem("RC500", f"{path} may not be read: {first_line(error)}", hint=_ACCESS)
    if any(
        part in words
        for part in ("404", "not found", "nosuch", "expanded to 0", "no such", "expanded paths were empty")
    ):
        return _nothing(path)
    if any(part in words for part in ("dns", "connect", "timed out", "timeout", "refused")):
        return Problem(
            "RC500",
            f"{path} cannot be reached: {first_line(error)}",
            hint="is the network there, and the address right?",
        )
    if "utf8" in words or "utf-8" in words:
        return Problem("RC500", f"{path} is not UTF-8, and is read where it is", hint="copy it here first")
    return Problem("RC500", f"{path} cannot be read: {first_line(error)}", hint=_ACCESS)


def _nothing(path: str) -> Problem:
    return Problem("RC500", f"there is nothing at {path}", hint="look for a slip in the bucket and the name")

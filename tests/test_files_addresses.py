"""Files in a bucket, served over HTTP as S3 does: read where they are, with patterns, and problems in words."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit

import polars as pl
import pytest

import rulecard

from .shop_runs import HEADER, Shop
from .test_files_text import cards, problems

STORED: dict[str, bytes] = {
    "days/a.csv": (HEADER + "A,2025-01-31,5,10\n").encode(),
    "days/b.csv": (HEADER + "B,2025-01-31,1,10\n").encode(),
    "semicolons.csv": (HEADER + "A,2025-01-31,5,10\n").replace(",", ";").encode(),
    "bad/a.csv": (HEADER + "A,2025-01-31,5,10\n").encode(),
    "bad/b.csv": (HEADER + "B,2025-01-31,1,10\nB,2025-01-31,x,10\n").encode(),
    "chinese.csv": (HEADER + "上海,2025-01-31,5,10\n").encode("gb18030"),
    "rows.ndjson": b'{"shop":"A","date":"2025-01-31","orders":5,"visits":10}\n',
    "no_visits.csv": b"shop,date,orders\nA,2025-01-31,5\n",
}


class Bucket(BaseHTTPRequestHandler):
    """What Polars asks of S3: the list of names, the size of one, and a range of its bytes."""

    def do_HEAD(self) -> None:
        self._send(STORED.get(self._key()), body=False)

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if "list-type" in parse_qs(asked.query):
            prefix = parse_qs(asked.query).get("prefix", [""])[0]
            entries = "".join(
                f"<Contents><Key>{key}</Key><Size>{len(data)}</Size><ETag>x</ETag>"
                "<LastModified>2025-01-01T00:00:00.000Z</LastModified></Contents>"
                for key, data in sorted(STORED.items())
                if key.startswith(prefix)
            )
            self._send(f"<ListBucketResult><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>".encode())
        elif "locked" in self.path:
            self._send(None, status=403)
        else:
            self._send(STORED.get(self._key()))

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix("/shop/").lstrip("/")

    def _send(self, data: bytes | None, body: bool = True, status: int = 404) -> None:
        if data is None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        size, asked = len(data), self.headers.get("Range")
        if asked and body:
            first, _, last = asked.removeprefix("bytes=").partition("-")
            start, end = int(first or 0), min(int(last or size - 1), size - 1)
            data = data[start : end + 1]
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{end}/{size}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("ETag", '"x"')
        self.send_header("Last-Modified", "Wed, 01 Jan 2025 00:00:00 GMT")
        self.end_headers()
        if body:
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    Thread(target=server.serve_forever, daemon=True).start()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "y",
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    yield
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_pattern_in_a_bucket(shop_runs: Shop, bucket: None, engine: str) -> None:
    shop_runs.write({})
    result = rulecard.run("shop.yaml", {"data": "s3://shop/days/*.csv"}, engine=engine)
    assert cards(result) == {"A": 0.5, "B": 0.1}
    assert [source["path"] for source in result.sources] == ["s3://shop/days/a.csv", "s3://shop/days/b.csv"]


@pytest.mark.parametrize("name", ["semicolons.csv", "rows.ndjson", "rows.parquet"])
def test_a_file_in_a_bucket(shop_runs: Shop, bucket: None, name: str) -> None:
    shop_runs.write({})
    pl.DataFrame({"shop": ["A"], "date": ["2025-01-31"], "orders": [5], "visits": [10]}).write_parquet("rows.parquet")
    STORED["rows.parquet"] = (shop_runs.folder / "rows.parquet").read_bytes()
    assert cards(rulecard.run("shop.yaml", {"data": f"s3://shop/{name}"})) == {"A": 0.5}


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("s3://shop/bad/*.csv", "s3://shop/bad/b.csv: column `orders`: not a number in 1 row: row 3 ('x')"),
        ("s3://shop/no_visits.csv", "s3://shop/no_visits.csv has no column `visits`"),
        ("s3://shop/nothing.csv", "there is nothing at s3://shop/nothing.csv"),
        ("s3://shop/nothing/*.csv", "there is nothing at s3://shop/nothing/*.csv"),
        ("s3://shop/locked.csv", "s3://shop/locked.csv may not be read"),
        ("s3://shop/chinese.csv", "s3://shop/chinese.csv is not UTF-8"),
        ("s3://shop/book.xlsx", "s3://shop/book.xlsx can only be read from a file here"),
        ("ftp://shop/a.csv", "addresses that begin with ftp:// cannot be read"),
    ],
)
def test_an_address_that_cannot_be_read(shop_runs: Shop, bucket: None, address: str, said: str) -> None:
    STORED["locked.csv"] = b""
    shop_runs.write({})
    ((code, message, hint),) = problems({"data": address})
    assert (code[:3], said in message, bool(hint)) == ("RC5", True, True), message

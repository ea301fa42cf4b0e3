"""Queries: the address out of the environment, the driver for it, and what went wrong in words without any secret."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import polars as pl

from ..documents.document import without_secret
from ..files.origins import Query
from ..problems import Problem
from .drivers import Asked, Refused, duckdb, mysql, postgresql, sqlite

_EXAMPLE = "postgresql://user:password@host/database"
_ENCODE = "in a password @ is written %40, : %3A, / %2F, # %23, ? %3F and % %25"


@dataclass(frozen=True, slots=True)
class _Database:
    read: Callable[[Asked], pl.DataFrame]
    server: bool


_DATABASES = {
    "postgresql": _Database(postgresql, server=True),
    "mysql": _Database(mysql, server=True),
    "sqlite": _Database(sqlite, server=False),
    "duckdb": _Database(duckdb, server=False),
}
_ALSO = {"postgres": "postgresql", "mariadb": "mysql", "sqlite3": "sqlite"}

# What a server says when it lets nobody in; what that means, and what to do.
_CONNECTING = (
    (r"password|access denied for user .*\(using|authentication|pg_hba",
     "does not let this user in with this password", f"check user and password; {_ENCODE}"),
    (r"database .* does not exist|unknown database|access denied for user .* to database",
     "has no such database for this user", "check what stands behind the last / of the address"),
    (r"refused|timed? ?out|timeout|no route|unreachable|reset by peer",
     "does not answer", "is the server running, are host and port right, and does it need a VPN?"),
    (r"translate host name|not known|name resolution|getaddrinfo",
     "has a host that nobody knows", "check the host in the address, and the network"),
    (r"\bssl\b|certificate", "wants another kind of encryption", "ask who runs the server for its address"),
    (r"not a .*database", "is a file that is no such database", "check the file"),
)  # fmt: skip


def read_query(query: Query, wanted: Collection[str] = ()) -> pl.DataFrame | Problem:
    """The rows of a query with those of its columns that are wanted (all if none is named), or why there are none."""
    address = os.environ.get(query.variable, "").strip()
    if not address:
        message = f"the environment variable {query.variable}, which should hold a database's address, is not set"
        return _problem(query, message, f'export {query.variable}="{_EXAMPLE}"')
    kind = address.partition(":")[0].partition("+")[0].lower()
    kind = _ALSO.get(kind, kind)
    if kind not in _DATABASES:
        shown = ", ".join(f"{name}://" for name in _DATABASES)
        return _problem(query, f"{query.variable} holds no address of a database that can be read",
                        f"it should begin with one of {shown}, such as {_EXAMPLE}")  # fmt: skip
    database = _DATABASES[kind]
    parts = _parts(address) if database.server else None
    if database.server and parts is None:
        return _problem(query, f"the address in {query.variable} cannot be taken apart", _ENCODE)
    asked = Asked(address, query.sql, wanted, query.writing.time_zone)
    try:
        frame = database.read(asked)
    except ImportError:
        return _problem(query, f"the driver for {kind}:// is not installed", f'pip install "rulecard[{kind}]"')
    except Refused as refused:
        return _refused(query, refused, _secrets(address, parts))
    except (Exception, pl.exceptions.PanicException) as error:  # as a fault it would show what must not be shown
        return _refused(query, Refused(f"{type(error).__name__}: {error}"), _secrets(address, parts))
    if frame.height == 0:
        hint = "are its tables filled, and does its WHERE leave any?"
        return _problem(query, f"{_called(query)} gives no rows", hint, code="RC501", at=(0, 0))
    if query.writing.time_zone is None:
        zoned = [name for name, found in frame.schema.items() if isinstance(found, pl.Datetime) and found.time_zone]
        if zoned:
            # which clock the database lends them depends on its settings, or on this machine's
            message = f"{_called(query)} gives moments in `{zoned[0]}`, and no clock to count them by"
            hint = "add `time_zone: Asia/Shanghai`, or whichever clock the business goes by"
            return _problem(query, message, hint, code="RC504")
    return frame


def _parts(address: str) -> SplitResult | None:
    """A server's address taken apart, unless a sign in its password makes that uncertain."""
    if "://" not in address:
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    behind = parts.path + parts.query + parts.fragment
    bad = parts.netloc.count("@") > 1 or "@" in behind or parts.fragment or re.search(r"%(?![0-9A-Fa-f]{2})", address)
    return None if bad or (port is not None and not port) else parts


def _secrets(address: str, parts: SplitResult | None) -> list[str]:
    """What must not be shown, the longest first."""
    found = {address, address.partition("://")[2]}
    if parts is not None:
        words = [parts.password, parts.netloc.rpartition("@")[0]]
        words += [value for key, value in parse_qsl(parts.query) if re.search("pass|token|key|secret", key)]
        found |= {form for word in words if word for form in (word, unquote(word))}
    return sorted(found - {""}, key=len, reverse=True)


def _refused(query: Query, refused: Refused, secrets: list[str]) -> Problem:
    if refused.ours is not None:
        words = f"the address in {query.variable}: {refused.ours}" if refused.connecting else refused.ours
        return _problem(query, words, refused.hint or "write one SELECT", at=None if refused.connecting else (0, 0))
    words = " ".join(without_secret(refused.words).split())
    for secret in secrets:
        words = words.replace(secret, "***")
    if refused.connecting:
        for pattern, meaning, hint in _CONNECTING:
            if re.search(pattern, words, re.IGNORECASE):
                return _problem(query, f"the database that {query.variable} names {meaning}", hint)
        return _problem(query, f"the database that {query.variable} names cannot be reached: {words[:300]}",
                        f"check the address, such as {_EXAMPLE}")  # fmt: skip
    return _problem(query, f"the database refuses the query: {words[:500]}", "try the query in the database's own tool",
                    at=_spot(query.sql, refused, words))  # fmt: skip


def _spot(sql: str, refused: Refused, words: str) -> tuple[int, int]:
    """The characters of a query that its database complains of, as nearly as it says."""
    start = refused.position
    if start is None:
        # of the names that it tells, the one that stands just once in the query, and in the line that it tells
        lines = sql.split("\n")
        line = refused.line if refused.line is not None and refused.line <= len(lines) else None
        first = 0 if line is None else sum(len(one) + 1 for one in lines[: line - 1])
        last = len(sql) if line is None else first + len(lines[line - 1])
        quoted = re.findall(r"['\"`]([^'\"`]+)['\"`]", words)
        for name in [*quoted, *[part for one in quoted for part in one.split(".")], *_unquoted(words)]:
            found = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", sql[first:last])]
            if len(found) == 1:
                return found[0][0] + first, found[0][1] + first
        return (0, 0) if line is None else (first, last)
    word = re.match(r"[\w.]+|'[^'\n]*'|.", sql[start:], re.DOTALL)
    return start, start + (len(word[0]) if word else 1)


def _unquoted(words: str) -> list[str]:
    """Names without quotation marks: `no such column: amout` of SQLite, `Table with name nowhere` of DuckDB."""
    found = re.search(r": ([\w.]+)$|with name ([\w.]+)", words)
    name = "" if found is None else found[1] or found[2]
    return [part for part in (name, name.rpartition(".")[2]) if part]


def _called(query: Query) -> str:
    return f"the query of `{query.written.path[-1]}`" if query.written else "the query"


def _problem(
    query: Query, message: str, hint: str, *, code: str = "RC517", at: tuple[int, int] | None = None
) -> Problem:
    """A problem at the query's entry in the dataset: in its `sql`, or of its `connection`."""
    written = query.written
    if written is None:
        return Problem(code, message, hint=hint)
    path = (*written.path, "connection" if at is None else "sql")
    nowhere = at is None or at == (0, 0)
    place = written.document.at_key(path) if nowhere or at is None else written.document.inside(path, *at)
    line = written.document.source_line(place)
    return Problem(code, message, place, hint=hint, path=path, source=None if line is None else without_secret(line))

"""Files that cannot be used are problems that say where, how many, and what to do; on both engines."""

from __future__ import annotations

import polars as pl
import pytest

from .shop_runs import HEADER, Shop

MANY = "".join(f"S{number},2025-01-31,5,10\n" for number in range(60_000))

# what is in shops.csv: the code, what the message must say, what the hint must say
FILES: dict[str, tuple[str | bytes, str, list[str], str]] = {
    "nothing in it": ("", "RC501", ["shops.csv is empty"], "export it again"),
    "only a byte order mark": (b"\xef\xbb\xbf", "RC501", ["shops.csv is empty"], "export it again"),
    "only blank lines": ("\n \n\n", "RC501", ["shops.csv is empty"], "export it again"),
    "a header only": (HEADER, "RC501", ["shops.csv has no rows"], "export it again"),
    "only rows of empty cells": (HEADER + ",,,\n\n , ,\t,\n", "RC501", ["shops.csv has no rows"], "export it again"),
    "a column missing": (
        "shop,date,order,visits\nA,2025-01-31,5,10\n",
        "RC502",
        ["shops.csv has no column `orders`"],
        "did you mean `order`?",
    ),
    "a column named with capitals": (
        "shop,date,Orders,visits\nA,2025-01-31,5,10\n",
        "RC502",
        ["shops.csv has no column `orders`"],
        "did you mean `Orders`?",
    ),
    "another table altogether": (
        "id;name\n".replace(";", ",") + "1,x\n",
        "RC502",
        ["none of the columns shop, date, orders, visits"],
        "columns there: id, name",
    ),
    "a column twice": (
        "shop,date,orders,visits,orders\nA,2025-01-31,5,10,6\n",
        "RC502",
        ["shops.csv has the column `orders` more than once"],
        "keep one",
    ),
    "Windows-1252": (
        (HEADER + "Zürich,2025-01-31,5,10\n").encode("cp1252"),
        "RC500",
        ["shops.csv is not UTF-8", "line 2", "“Zürich,2025-01-31,5,10” in cp1252"],
        "`encoding: cp1252`",
    ),
    "Windows-1252 far down in the file": (
        (HEADER + MANY + "Zürich,2025-01-31,5,10\n").encode("cp1252"),
        "RC500",
        ["shops.csv is not UTF-8", "line 60002", "in cp1252"],
        "`encoding: cp1252`",
    ),
    "rows longer than the header": (
        HEADER + "A,2025-01-31,5,10\nB,2025-01-31,1,234,10\nC,2025-01-31,5,10,,\n",
        "RC513",
        ["shops.csv: 2 rows have more cells than the header, which has 4: row 3 (5), row 4 (6)"],
        "a comma inside a cell needs quotes",
    ),
    "a quotation mark that is never closed": (
        HEADER + 'A,2025-01-31,5,10\n"B,2025-01-31,5,10\n',
        "RC500",
        ["shops.csv has a quotation mark that is never closed", "3"],
        "written in quotes",
    ),
    "a quotation mark inside a cell": (
        HEADER + '5" pipes,2025-01-31,5,10\n',
        "RC500",
        ["shops.csv has a quotation mark", "2"],
        "written in quotes",
    ),
    "rows twice for a shop and month": (
        HEADER + "A,2025-01-31,5,10\nB,2025-01-31,5,10\nA,2025-01-01,5,10\nB,2025-02-28,5,10\n",
        "RC505",
        ["shops.csv", "one row for each entity and period", "1 card", "A, 2025-01", "row 2", "row 4"],
        "sum(orders)",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_used(shop_runs: Shop, name: str) -> None:
    content, code, said, hint = FILES[name]
    shop_runs.write({"shops.csv": content})
    ((found, message, advice),) = shop_runs.refused("shops.csv")
    assert found == code
    for part in said:
        assert part in message
    assert hint in advice


@pytest.mark.parametrize("name", ["a column missing", "rows twice for a shop and month", "rows longer than the header"])
def test_duckdb_says_the_same(shop_runs: Shop, name: str) -> None:
    shop_runs.write({"shops.csv": FILES[name][0]})
    assert shop_runs.refused("shops.csv", engine="duckdb") == shop_runs.refused("shops.csv", engine="polars")


@pytest.mark.parametrize(
    ("path", "said", "hint"),
    [
        ("nowhere.csv", "there is no file nowhere.csv", "looked in"),
        ("nowhere-*.csv", "there is no file nowhere-*.csv", "looked in"),
        ("folder", "folder is a folder", "*.csv"),
        ("folder.csv", "folder.csv is a folder", "*.csv"),
        ("book.xlsx", "book.xlsx cannot be read, it may be damaged", "save it again"),
        ("notes.pdf", "notes.pdf is of no kind that can be read", ".csv"),
        ("data", "data is of no kind that can be read", ".csv"),
        ("broken.parquet", "broken.parquet cannot be read", "write it again"),
        ("cut.parquet", "cut.parquet cannot be read", "write it again"),
        ("\0", "there is no file", "looked in"),
    ],
)
def test_a_path_that_leads_to_no_table(shop_runs: Shop, path: str, said: str, hint: str) -> None:
    shop_runs.write({"book.xlsx": b"PK\3\4", "notes.pdf": b"%PDF", "data": HEADER, "broken.parquet": HEADER})
    pl.DataFrame({"shop": ["A"]}).write_parquet("whole.parquet")
    shop_runs.write({"cut.parquet": (shop_runs.folder / "whole.parquet").read_bytes()[:-20]})
    (shop_runs.folder / "folder").mkdir()
    (shop_runs.folder / "folder.csv").mkdir()
    ((code, message, advice),) = shop_runs.refused(path)
    assert (code, said in message, hint in advice) == ("RC500", True, True), message


@pytest.mark.parametrize("place", [100, 300, -60, -400])
def test_a_damaged_parquet_file_is_a_problem_or_is_read(shop_runs: Shop, place: int) -> None:
    """Polars may stop, or panic, at a changed byte: no fault of Rulecard's. If it is read, its rows repeat."""
    rows = {"shop": ["A", "B"] * 50, "date": ["2025-01-31"] * 100, "orders": range(100), "visits": range(100)}
    pl.DataFrame(rows).write_parquet("shops.parquet")
    whole = bytearray((shop_runs.folder / "shops.parquet").read_bytes())
    whole[place] ^= 0xFF
    shop_runs.write({"shops.parquet": bytes(whole)})
    ((code, message, _),) = shop_runs.refused("shops.parquet")
    assert code in ("RC500", "RC502", "RC505")
    assert "shops.parquet" in message


def test_several_files_of_a_source_are_one_table(shop_runs: Shop) -> None:
    shop_runs.write({"b.csv": HEADER + "B,2025-01-31,1,10\n", "a.csv": HEADER + "A,2025-01-31,5,10\n"})
    result = shop_runs.result("*.csv")
    assert result.sources == (
        {"name": "data", "path": "a.csv", "rows": 1},
        {"name": "data", "path": "b.csv", "rows": 1},
    )
    assert result.cards["shop"].to_list() == ["A", "B"]


def test_a_wrong_file_among_several_is_named(shop_runs: Shop) -> None:
    shop_runs.write(
        {
            "a.csv": HEADER + "A,2025-01-31,5,10\n",
            "b.csv": HEADER + "B,2025-01-31,5,10\nB,2025-02-30,5,x\n",
            "c.csv": "shop,date,orders\nC,2025-01-31,5\n",
        }
    )
    found = shop_runs.refused("a.csv", "b.csv", "c.csv", "d.csv")
    assert sorted((code, message) for code, message, _ in found) == [
        ("RC500", "there is no file d.csv"),
        ("RC502", "c.csv has no column `visits`"),
        ("RC503", "b.csv: column `visits`: not a number in 1 row: row 3 ('x')"),
        ("RC504", "b.csv: column `date`: not a date in 1 row: row 3 ('2025-02-30')"),
    ]


def test_rows_that_repeat_across_files_are_found_in_both(shop_runs: Shop) -> None:
    shop_runs.write(
        {"a.csv": HEADER + "B,2025-01-31,5,10\nA,2025-01-31,5,10\n", "b.csv": HEADER + "A,2025-01-01,5,10\n"}
    )
    ((code, message, _),) = shop_runs.refused("a.csv", "b.csv")
    assert code == "RC505"
    assert "A, 2025-01 (a.csv row 3 and b.csv row 2)" in message


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_harmless_oddities_of_csv_change_nothing(shop_runs: Shop, engine: str) -> None:
    rows = "A,2025-01-31,5,10\nB,2025-01-31,1,10\n"
    oddities = {
        "plain.csv": HEADER + rows,
        "mark.csv": b"\xef\xbb\xbf" + (HEADER + rows).encode(),
        "windows.csv": (HEADER + rows).replace("\n", "\r\n"),
        "no_last_line_end.csv": (HEADER + rows).rstrip("\n"),
        "spaces.csv": (HEADER + rows).replace(",", " , "),
        "quotes.csv": HEADER + '"A","2025-01-31","5","10"\n"B","2025-01-31","1","10"\n',
        "blank_lines.csv": "\n\n" + HEADER + "\n" + rows.replace("\n", "\n\n") + ",,,\n , , , \n",
        "more_columns.csv": "note,shop,x,date,orders,visits,note\nn,A,,2025-01-31,5,10,\n,B,7,2025-01-31,1,10,n\n",
        "tabs.tsv": (HEADER + rows).replace(",", "\t"),
        "UPPER.CSV": HEADER + rows,
    }
    shop_runs.write(oddities)
    for name in oddities:
        assert shop_runs.warned(name, engine=engine) == ({("A", "2025-01"): 0.5, ("B", "2025-01"): 0.1}, []), name


def test_rows_are_numbered_as_a_spreadsheet_numbers_them(shop_runs: Shop) -> None:
    """Blank lines count, and a cell of two lines is one row."""
    shop_runs.write({"shops.csv": "\n" + HEADER + '\n"A\nand B",2025-01-31,5,10\n\nC,2025-01-31,x,10\n'})
    ((_, message, _),) = shop_runs.refused("shops.csv")
    assert message == "shops.csv: column `orders`: not a number in 1 row: row 6 ('x')"


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_short_rows_are_told_and_their_values_missing(shop_runs: Shop, engine: str) -> None:
    shop_runs.write({"shops.csv": HEADER + 'A,2025-01-31,5\nB,2025-01-31,1,10\n"C, D",2025-01-31,1,\nE,2025-01-31\n'})
    cards, problems = shop_runs.warned("shops.csv", engine=engine)
    missing = "missing_input"
    assert list(cards.values()) == [missing, 0.1, missing, missing]
    ((code, message, _),) = problems
    assert code == "RC513"
    assert message == "shops.csv: 2 rows have fewer cells than the header, which has 4: row 2 (3), row 5 (2)"


@pytest.mark.parametrize("again", ["a.csv", "./a.csv", "*.csv"])
def test_a_file_given_twice_would_count_twice(shop_runs: Shop, again: str) -> None:
    shop_runs.write({"a.csv": HEADER + "A,2025-01-31,5,10\n"})
    ((code, message, _),) = shop_runs.refused("a.csv", again)
    assert (code, message.endswith("a.csv is given twice")) == ("RC500", True)

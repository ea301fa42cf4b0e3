"""Each file in tests/bad_files gives a problem that tells an analyst what is wrong, where, and what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .shop_runs import Shop

FOLDER = Path(__file__).parent / "bad_files"
RULESET = """\
ruleset: shop-health
version: 0.1.0
entity: shop
period: month
sources: {data: {columns: {shop: text, date: date, orders: number, visits: number}}}
inputs: {orders: {formula: sum(orders)}, visits: {formula: sum(visits)}}
metrics:
  conversion: {formula: orders / visits, unit: percent, better: higher, score: {from: 0, to: 10%}}
"""
AGAIN = "export it again"
CELL = "{name}: column `orders`: not a number in 1 row: row "
DATE = "{name}: column `date`: not a date in 1 row: row "
UNTOLD = "{name} is not UTF-8, and what it is cannot be told: line 3 reads "
SAVE = "save it as .xlsx"

# The code of the problem, what its message says, and what its hint says.
REFUSED: dict[str, tuple[str, str, str]] = {
    "western.csv": ("RC500", UNTOLD + "“Z黵ich,2025-01-31,5,10” in GB18030 and “Zürich", "`encoding: cp1252`"),
    "western_lone.csv": ("RC500", "{name} is neither UTF-8 nor GB18030 in line 4: “Café", "`encoding: cp1252`"),
    "cyrillic.csv": ("RC500", UNTOLD, "write its encoding"),
    "big5.csv": ("RC500", UNTOLD, "`encoding: big5`"),
    "shift_jis.csv": ("RC500", UNTOLD, "write its encoding"),
    "damaged_utf8.csv": ("RC500", "{name} is UTF-8, but not in line 3: it was damaged", AGAIN),
    "gb18030_after_utf8.csv": ("RC500", "{name} is UTF-8, but not in line 4", AGAIN),
    "nul_bytes.csv": ("RC500", "{name} holds NUL bytes in line 3", AGAIN),
    "nul_at_the_end.csv": ("RC500", "{name} holds NUL bytes in line 4", AGAIN),
    "empty.csv": ("RC501", "{name} is empty", AGAIN),
    "header_only.csv": ("RC501", "{name} has no rows", AGAIN),
    "spaces_only.csv": ("RC501", "{name} is empty", AGAIN),
    "ragged_long.csv": ("RC513", "1 row has more cells than the header, which has 4: row 3 (5)", "needs quotes"),
    "unbalanced_quote.csv": ("RC500", "{name} has a quotation mark that is never closed, or one inside a cell: lines "
                             "with an odd one are 3", "written in quotes"),
    "quote_in_cell.csv": ("RC500", "{name} has a quotation mark", "written in quotes"),
    "duplicate_columns.csv": ("RC502", "{name} has the column `orders` more than once", "keep one"),
    "title_above.csv": ("RC502", "{name} has none of the columns",
                        "row 3 names them; say so in a dataset: `header: 3`"),
    "no_header.csv": ("RC502", "{name} has none of the columns", "put the names of the columns above it"),
    "other_table.csv": ("RC502", "{name} has none of the columns shop, date, orders, visits",
                        "columns there: id, name"),
    "missing_column.csv": ("RC502", "{name} has no column `visits`", "columns there: shop, date, orders"),
    "spaces_column.csv": ("RC507", "{name}: column `shop`: empty in all 2 rows: row 2, row 3",
                          "the column that is meant"),
    "totals_without_date.csv": ("RC504", DATE + "4 ('合计')", "take the line of totals (合计) out"),
    "percent.csv": ("RC503", CELL + "3 ('12%')", "0.12 for 12%"),
    "thousands.csv": ("RC503", CELL + "3 ('1,234.50')", '`thousands: ","`'),
    "decimal_comma.csv": ("RC503", CELL + "2 ('1.234,56')", '`decimal: ","` and `thousands: "."`'),
    "wan.csv": ("RC503", CELL + "3 ('1.2万')", "12000 for 1.2万"),
    "currency.csv": ("RC503", CELL + "3 ('¥5')", "take the currency out"),
    "parentheses.csv": ("RC503", CELL + "3 ('(5)')", "minus sign"),
    "full_width.csv": ("RC503", CELL + "3 ('１２')", "write 12"),
    "minus_behind.csv": ("RC503", CELL + "3 ('5-')", "minus sign in front"),
    "text_late.csv": ("RC503", CELL + "1503 ('none yet')", "plain digits"),
    "na.csv": ("RC503", "not a number in 2 rows: row 3 ('NA'), row 4 ('-')", '`missing: ["NA", "-"]`'),
    "huge_cell.csv": ("RC503", CELL + "3 ('99999999", "plain digits"),
    "day_first.csv": ("RC504", DATE + "3 ('13/02/2025')", '`dates: "%d/%m/%Y"`'),
    "month_first.csv": ("RC504", DATE + "3 ('02/13/2025')", '`dates: "%m/%d/%Y"`'),
    "day_or_month.csv": ("RC504", DATE + "3 ('01/02/2025')", '`dates: "%d/%m/%Y"` or `dates: "%m/%d/%Y"`'),
    "mixed_dates.csv": ("RC504", "row 3 ('13/02/2025'), row 4 ('02/14/2025')", "export them in one form"),
    "two_digit_year.csv": ("RC504", DATE + "3 ('13/02/25')", '`dates: "%d/%m/%y"`'),
    "excel_days.csv": ("RC504", DATE + "3 ('45688')", "45688 is how Excel counts days (2025-01-31)"),
    "unix_time.csv": ("RC504", DATE + "3 ('1738281600')", '`dates: "%s"`'),
    "no_such_day.csv": ("RC504", DATE + "3 ('2025-02-30')", "2025-02-30 is no day of the calendar"),
    "month_names.csv": ("RC504", DATE + "3 ('13-Feb-2025')", '`dates: "%d-%b-%Y"`'),
    "page.xls": ("RC500", "{name} is a web page with a table in it", SAVE),
    "page.csv": ("RC500", "{name} is a web page with a table in it", SAVE),
    "xml_table.xls": ("RC500", "{name} is an XML table of Excel 2003", SAVE),
    "text.xlsx": ("RC500", "{name} is text, as CSV is, and not a workbook", "name it text.csv"),
    "json.xlsx": ("RC500", "{name} is JSON, not a workbook", "name it json.json"),
    "workbook.csv": ("RC500", "{name} is an Excel workbook", "name it workbook.xlsx"),
    "parquet.csv": ("RC500", "{name} is Parquet, whatever its name says", "name it parquet.parquet"),
    "archive.xlsx": ("RC500", "{name} is a zip archive with shops.csv in it", "unpack it"),
    "archive.zip": ("RC500", "{name} is of no kind that can be read", "unpack it"),
    "letter.pdf": ("RC500", "{name} is of no kind that can be read", ".csv"),
    "pdf.csv": ("RC500", "{name} is a PDF document", "export the table"),
    "cut.parquet": ("RC500", "{name} cannot be read, it may be damaged or cut off", "write it again"),
    "cut.arrow": ("RC500", "{name} cannot be read, it may be damaged or cut off", "write it again"),
    "cut.xlsx": ("RC500", "{name} cannot be read, it may be damaged or cut off", SAVE[:4]),
    "cut.json": ("RC500", "{name} is not JSON in line 1", "cut off"),
    "cut.ndjson": ("RC500", "{name} is not JSON in line 2", "cut off"),
    "cut.csv.gz": ("RC500", "{name} was cut off or damaged", "again"),
    "object.json": ("RC500", "{name} is a single object, not a list of rows: its rows seem to be under `rows`",
                    "`rows`"),
    "numbers.json": ("RC500", "{name} holds no list of objects", "[{…}, {…}]"),
    "nested.json": ("RC503", "{name}: column `orders` holds values of the type struct, not numbers", "type"),
    "nan.json": ("RC500", "{name} holds NaN, which JSON does not have", "write null"),
    "lines.ndjson": ("RC500", "{name} has no object in line 2", "one object on each line"),
    "locked.xlsx": ("RC500", "{name} is protected by a password", "take the password away"),
    "merged_header.xlsx": ("RC502", "{name} has no column `orders`",
                           "the header has merged cells (C1:D1): `header: 2`"),
    "merged_cells.xlsx": ("RC500", "{name}: column `shop` has merged cells (A2:A3)", "unmerge them and fill"),
    "errors.xlsx": ("RC503", CELL + "3 ('#DIV/0!')", '`missing: ["#DIV/0!"]`'),
    "formulas.xlsx": ("RC503", "column `visits`: not a number in 1 row: row 2 ('=C2*2')", "formulas are computed"),
    "several_sheets.xlsx": ("RC500", "2 sheets with the columns that are needed: January, February",
                            "`sheet: January`"),
    "hidden_sheet.xlsx": ("RC501", "{name} has no rows in a sheet that can be seen", "`sheet: data`"),
    "empty_sheet.xlsx": ("RC501", "{name} has no rows", AGAIN),
    "text_numbers.xlsx": ("RC503", CELL + "2 ('1,234')", '`thousands: ","`, or `decimal: ","`'),
    "text_dates.xlsx": ("RC504", DATE + "3 ('13/02/2025')", '`dates: "%d/%m/%Y"`'),
    "day_numbers.xlsx": ("RC504", DATE + "2 ('45688')", "how Excel counts days (2025-01-31)"),
    "text_late.xlsx": ("RC503", CELL + "1502 ('late')", "plain digits"),
}  # fmt: skip
# These are read, with a warning.
WARNED: dict[str, tuple[str, str, str]] = {
    "ragged_short.csv": ("RC513", "1 row has fewer cells than the header, which has 4: row 3 (2)", "count as empty"),
    "totals_row.csv": ("RC507", "{name}: the last row of `shop` is '合计', and counts as one more", "line of totals"),
    "points_in_doubt.csv": ("RC503", "read as that of a fraction in 1 row: row 2 ('1.234')", '`thousands: "."`'),
    "huge_number.csv": ("RC508", "{name}: column `orders`: too large for a number in 1 row: row 3 ('1e400')", "slip"),
}


def test_every_file_is_expected_and_there_are_many() -> None:
    there = {file.name for file in FOLDER.iterdir() if not file.name.startswith(".")}
    assert there == {*REFUSED, *WARNED}
    assert len(there) >= 40


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_is_refused_in_words(shop_runs: Shop, name: str) -> None:
    code, said, advised = REFUSED[name]
    shop_runs.write({}, RULESET)
    shutil.copy(FOLDER / name, name)
    found = [(message, hint) for given, message, hint in shop_runs.refused(name) if given == code]
    assert any(said.format(name=name) in message and advised in hint for message, hint in found), found


@pytest.mark.parametrize("name", WARNED)
def test_a_doubtful_file_is_read_with_a_warning(shop_runs: Shop, name: str) -> None:
    code, said, advised = WARNED[name]
    shop_runs.write({}, RULESET)
    shutil.copy(FOLDER / name, name)
    cards, (problem,) = shop_runs.warned(name)
    assert cards["Harbour", "2025-01"] == (0.1234 if name == "points_in_doubt.csv" else 0.5)
    assert problem[0] == code
    assert said.format(name=name) in problem[1]
    assert advised in problem[2]


@pytest.mark.parametrize("name", ["western.csv", "errors.xlsx", "title_above.csv"])
def test_duckdb_says_the_same(shop_runs: Shop, name: str) -> None:
    shop_runs.write({}, RULESET)
    shutil.copy(FOLDER / name, name)
    assert shop_runs.refused(name, engine="duckdb") == shop_runs.refused(name, engine="polars")

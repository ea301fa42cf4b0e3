"""Text files as they come from other systems: encodings, separators, numbers, headers; on both engines."""

from __future__ import annotations

import gzip
import io
from typing import Any

import polars as pl
import pytest

import rulecard
from rulecard.files.origins import Files, Writing

from .shop_runs import HEADER, Shop, with_columns

CHINA = HEADER + "上海南京东路店,2025-01-31,5,10\n北京王府井店,2025-01-31,1,10\n"
WEST = HEADER + "Zürich,2025-01-31,5,10\nGenève,2025-01-31,1,10\n"


def cards(result: Any) -> dict[str, float]:
    """By shop, the first metric of its card."""
    return {card.entity["shop"]: next(iter(card.metrics.values())).value for card in result.scorecards()}


def problems(data: Any) -> list[tuple[str, str, str]]:
    """Code, message and hint of what keeps the data from being used."""
    with pytest.raises(rulecard.Problems) as raised:
        rulecard.run("shop.yaml", data)
    return [(problem.code, problem.message, problem.hint or "") for problem in raised.value.problems]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINA, "gb18030"), (CHINA, "gbk"), (CHINA, "utf-16"), (CHINA, "UTF-16-LE"), (CHINA, "utf_8_sig"),
        (CHINA, "utf-32"), (CHINA.replace("上海南京东路店", "東京駅前店"), "shift_jis"),
        (CHINA.replace("上海南京东路店", "臺北車站門市").replace("北京王府井店", "高雄"), "big5"),
        (WEST, "cp1252"), (WEST, "latin-1"), (WEST, "mac-roman"), (HEADER + "Москва,2025-01-31,5,10\n", "cp1251"),
    ],
)  # fmt: skip
def test_any_encoding_that_is_named(shop_runs: Shop, text: str, encoding: str, engine: str) -> None:
    if encoding == "shift_jis":
        text = text.replace("北京王府井店", "大阪店")
    shop_runs.write({"shops.csv": text.encode(encoding)})
    result = rulecard.run("shop.yaml", {"data": Files(("shops.csv",), encoding=encoding)}, engine=engine)
    assert result.problems == ()
    names = [line.split(",")[0] for line in text.splitlines()[1:]]
    assert cards(result) == dict(zip(names, [0.5, 0.1], strict=False))


@pytest.mark.parametrize("far", [False, True])
def test_gb18030_is_found_and_named(shop_runs: Shop, far: bool) -> None:
    """Also where the beginning of the file is no more than ASCII."""
    many = "".join(f"S{number},2025-01-31,5,10\n" for number in range(60_000)) if far else ""
    shop_runs.write({"shops.csv": CHINA.replace(HEADER, HEADER + many).encode("gb18030")})
    found, (problem,) = shop_runs.warned("shops.csv")
    assert problem[0] == "RC500"
    assert problem[1] == "shops.csv is read as GB18030, as in “上海南京东路店”"
    assert "`encoding: gb18030`" in problem[2]
    assert found["上海南京东路店", "2025-01"] == 0.5
    assert len(found) == (60_002 if far else 2)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8", "utf-8-sig"])
def test_utf_needs_no_name(shop_runs: Shop, encoding: str) -> None:
    shop_runs.write({"shops.csv": CHINA.encode(encoding)})
    assert shop_runs.warned("shops.csv") == ({("上海南京东路店", "2025-01"): 0.5, ("北京王府井店", "2025-01"): 0.1}, [])


def test_a_file_that_goes_on_in_another_encoding_is_not_read_as_either(shop_runs: Shop) -> None:
    many = "".join(f"上海{number},2025-01-31,5,10\n" for number in range(40_000))
    shop_runs.write({"shops.csv": (HEADER + many).encode() + "北京,2025-01-31,5,10\n".encode("gb18030")})
    ((code, message, _),) = shop_runs.refused("shops.csv")
    assert (code, message.startswith("shops.csv is UTF-8, but not in line 40002")) == ("RC500", True)


@pytest.mark.parametrize(
    ("encoding", "written", "said"),
    [
        ("shift_jis", CHINA.encode("gb18030"), "shops.csv is not shift_jis in line 2"),
        ("gb2312", (HEADER + "喆\u9fa6店,2025-01-31,5,10\n").encode("gb18030"), "shops.csv is not gb2312 in line 2"),
        ("cp1252", CHINA.encode(), "shops.csv is UTF-8, and not cp1252"),
        ("gb18030", CHINA.encode(), "shops.csv is UTF-8, and not gb18030"),
        ("utf-16", CHINA.encode(), "shops.csv is"),
        ("utf-8", CHINA.encode("gb18030"), "shops.csv is not UTF-8, as line 2 shows"),
        ("gb18031", CHINA.encode(), "there is no encoding `gb18031`"),
        ("hex", CHINA.encode(), "there is no encoding `hex`"),
        ("", CHINA.encode(), "there is no encoding ``"),
    ],
)
def test_an_encoding_that_is_not_the_files(shop_runs: Shop, encoding: str, written: bytes, said: str) -> None:
    shop_runs.write({"shops.csv": written})
    ((code, message, hint),) = problems({"data": Files(("shops.csv",), encoding=encoding)})
    assert code in ("RC500", "RC509")
    assert message.startswith(said)
    assert hint


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["shops.csv", "shops.tsv", "shops.txt"])
def test_the_separator_is_found(shop_runs: Shop, mark: str, name: str) -> None:
    rows = 'A,2025-01-31,5,10\n"B, C; D",2025-01-31,1,10\n'
    written = (HEADER + rows).replace(",", mark).replace(f'"B{mark} C; D"', '"B, C; D"')
    shop_runs.write({name: written})
    assert shop_runs.warned(name) == ({("A", "2025-01"): 0.5, ("B, C; D", "2025-01"): 0.1}, [])


def test_the_separator_that_a_spreadsheet_says(shop_runs: Shop) -> None:
    shop_runs.write({"shops.csv": "sep=;\r\n" + (HEADER + "A,2025-01-31,x,10\n").replace(",", ";")})
    ((_, message, _),) = shop_runs.refused("shops.csv")
    assert message == "shops.csv: column `orders`: not a number in 1 row: row 3 ('x')"


def test_cells_between_runs_of_spaces(shop_runs: Shop) -> None:
    shop_runs.write({"shops.txt": "  shop date  orders visits\n  A 20250131   5    10\n  B 20250131  1 10\n"})
    assert cards(rulecard.run("shop.yaml", {"data": Files(("shops.txt",), separator=" ")})) == {"A": 0.5, "B": 0.1}


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize(
    ("cells", "how"),
    [
        (["1.234,56", "5", "-1.000.000", "0,5", ",5", "5,", "+7", "1e3"], {"decimal": ",", "thousands": "."}),
        (["1234,56", "5", "-1000000", "0,5", ",5", "5,", "+7", "1e3"], {"decimal": ","}),
        (["1,234.56", "5", "-1,000,000", "0.5", ".5", "5.", "+7", "1E3"], {"thousands": ","}),
        (["1,234.56", "5", "-10,00,000", "0.5", ".5", "5.", "+7", "1,000"], {"thousands": ","}),
        (["1 234.56", "5", "-1\u202f000\u00a0000", "0.5", ".5", "5.", "+7", "1e3"], {"thousands": " "}),
        (["1'234.56", "5", "-1'000'000", "0.5", ".5", "5.", "+7", "1e3"], {"thousands": "'"}),
    ],
)
def test_numbers_as_they_are_written(shop_runs: Shop, cells: list[str], how: dict[str, str], engine: str) -> None:
    rows = "".join(f'{place},2025-01-31,"{cell}"\n' for place, cell in enumerate(cells))
    shop_runs.write({"s.csv": "shop,date,x\n" + rows}, with_columns("x: number"))
    result = rulecard.run("shop.yaml", {"sales": Files(("s.csv",), **how)}, engine=engine)  # type: ignore[arg-type]
    assert list(cards(result).values()) == [1234.56, 5.0, -1_000_000.0, 0.5, 0.5, 5.0, 7.0, 1000.0]
    assert result.problems == ()


@pytest.mark.parametrize(
    ("cell", "how"),
    [
        ("1,2", {"thousands": ","}), ("12,34", {"thousands": ","}), (",123", {"thousands": ","}),
        ("1,234,5", {"thousands": ","}), ("1234.5", {"decimal": ","}), ("1.5", {"decimal": ",", "thousands": "."}),
        ("1,2,3", {"decimal": ","}), ("12 34", {"thousands": " "}), (",", {"decimal": ","}), ("-", {"decimal": ","}),
    ],
)  # fmt: skip
def test_marks_that_stand_wrong_are_no_number(shop_runs: Shop, cell: str, how: dict[str, str]) -> None:
    shop_runs.write({"s.csv": f'shop,date,x\nA,2025-01-31,"{cell}"\n'}, with_columns("x: number"))
    ((code, message, _),) = problems({"sales": Files(("s.csv",), **how)})  # type: ignore[arg-type]
    assert (code, message) == ("RC503", f"s.csv: column `x`: not a number in 1 row: row 2 ({cell!r})")


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_columns_are_renamed_and_markers_are_missing(shop_runs: Shop, engine: str) -> None:
    rows = "上海,2025-01-31,NA,10\n北京,2025-01-31,1,10\n-,2025-01-31,1,10\n广州,2025-01-31,-1,10\n深圳, NA ,1,10\n"
    shop_runs.write({"shops.csv": "门店, 日期 ,订单数（笔）,visits\n" + rows})
    writing = Writing(columns={"门店": "shop", "日期": "date", "订单数(笔)": "orders"}, missing=("", "NA", "-", -1))
    result = rulecard.run("shop.yaml", {"data": Files(("shops.csv",), writing)}, engine=engine)
    found = {card.entity["shop"]: card.metrics["conversion"] for card in result.scorecards()}
    assert {shop: metric.value for shop, metric in found.items()} == {"上海": None, "北京": 0.1, "广州": None}
    assert found["广州"].status == "missing_input"
    assert [problem.message for problem in result.problems] == [
        "shops.csv: column `shop`: empty in 1 row: row 4",
        "shops.csv: column `date`: empty in 1 row: row 6",
    ]


def test_a_renamed_column_is_meant_also_where_another_has_its_new_name(shop_runs: Shop) -> None:
    shop_runs.write({"shops.csv": HEADER.replace("visits", "visits,all") + "A,2025-01-31,5,10,50\n"})
    result = rulecard.run("shop.yaml", {"data": Files(("shops.csv",), Writing(columns={"all": "visits"}))})
    assert cards(result) == {"A": 0.1}


def test_a_column_that_was_to_be_renamed_is_not_there(shop_runs: Shop) -> None:
    shop_runs.write({"shops.csv": HEADER.replace("visits", "seen") + "A,2025-01-31,5,10\n"})
    ((code, message, hint),) = problems({"data": Files(("shops.csv",), Writing(columns={"访客": "visits"}))})
    assert (code, message) == ("RC502", "shops.csv has no column `访客`, which is to be `visits`")
    assert hint == "columns there: shop, date, orders, seen"


def test_a_header_under_titles(shop_runs: Shop) -> None:
    shop_runs.write({"shops.csv": 'Monthly,"two\nlines"\n\n' + HEADER + "A,2025-01-31,5,10\nB,2025-01-31,x,10\n"})
    ((_, message, _),) = problems({"data": Files(("shops.csv",), header=3)})
    assert message == "shops.csv: column `orders`: not a number in 1 row: row 5 ('x')"
    ((code, message, _),) = problems({"data": Files(("shops.csv",), header=30)})
    assert (code, message) == ("RC500", "row 30 of shops.csv names no columns")


def test_columns_without_names_are_numbered(shop_runs: Shop) -> None:
    writing = Writing(columns={"1": "shop", "2": "date", "3": "orders", "5": "visits"})
    shop_runs.write({"shops.txt": " 007 20250131  5 x 10\n 008 20250131  1 x 10\n", "s.csv": "\nA,2025-01-31,y,,10\n"})
    named = rulecard.run("shop.yaml", {"data": Files(("shops.txt",), writing, separator=" ", header=0)})
    assert cards(named) == {"007": 0.5, "008": 0.1}
    ((_, message, _),) = problems({"data": Files(("s.csv",), writing, header=0)})
    assert message == "s.csv: column `orders`: not a number in 1 row: row 2 ('y')"
    shop_runs.write({"s.csv": "A,2025-01-31,5,,10\nB,2025-01-31,5,\n"})
    (warning,) = rulecard.run("shop.yaml", {"data": Files(("s.csv",), writing, header=0)}).problems
    assert warning.message == "s.csv: 1 row has fewer cells than the first row, which has 5: row 2 (4)"


def test_cells_that_look_separated_by_spaces(shop_runs: Shop) -> None:
    shop_runs.write({"shops.txt": "shop date orders visits\nA 20250131 5 10\n"})
    (problem, *_) = problems({"data": "shops.txt"})
    assert 'separator: " "' in problem[2]


def test_whole_numbers_too_large_to_be_told_apart(shop_runs: Shop) -> None:
    rows = "A,2025-01-31,9007199254740993\nA,2025-01-31,9007199254740992\n"
    shop_runs.write({"s.csv": "shop,date,x\n" + rows}, with_columns("x: integer"))
    ((code, message, hint),) = problems({"sales": "s.csv"})
    assert (code, "too large to be told apart in 2 rows" in message, "`text`" in hint) == ("RC503", True, True)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_oddities_that_change_nothing(shop_runs: Shop, engine: str) -> None:
    rows = "A,2025-01-31,5,10\nB,2025-01-31,1,10\n"
    packed = io.BytesIO()
    pl.DataFrame({"line": (HEADER + rows).splitlines()}).write_csv(
        packed, include_header=False, quote_style="never", compression="zstd"
    )
    shop_runs.write(
        {
            "old_macintosh.csv": (HEADER + rows).replace("\n", "\r"),
            "packed.csv.gz": gzip.compress((HEADER + rows).encode()),
            "packed_gbk.csv.gz": gzip.compress((HEADER.replace("visits", "visits,备注") + rows).encode("gbk")),
            "packed.csv.zst": packed.getvalue(),
            "full_width.csv": HEADER.replace("shop", "ｓｈｏｐ").replace("date", "\u3000date\u00a0") + rows,
            "quoted_header.csv": "\ufeff" + HEADER.replace("orders", '"orders\n"') + rows,
            "wide.csv": HEADER.replace("\n", "".join(f",c{n}" for n in range(3000)) + "\n")
            + rows.replace("\n", "," * 3000 + "\n"),
        }
    )
    for name in ("old_macintosh.csv", "packed.csv.gz", "packed_gbk.csv.gz", "packed.csv.zst", "full_width.csv",
                 "quoted_header.csv", "wide.csv"):  # fmt: skip
        found, told = shop_runs.warned(name, engine=engine)
        assert found == {("A", "2025-01"): 0.5, ("B", "2025-01"): 0.1}, name
        assert [message for _, message, _ in told if "GB18030" not in message] == [], name


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"separator": "||"}, "`separator` is a single character"),
        ({"separator": '"'}, "`separator` is a single character"),
        ({"decimal": "", "thousands": ","}, "`decimal` is a single character"),
        ({"thousands": "x"}, "`thousands` cannot be 'x'"),
        ({"decimal": ",", "thousands": ","}, "`decimal` and `thousands` are both ','"),
        ({"header": -1}, "`header` is a row from 1 on"),
    ],
)
def test_what_cannot_be_meant(shop_runs: Shop, how: dict[str, Any], said: str) -> None:
    shop_runs.write({"shops.csv": HEADER + "A,2025-01-31,5,10\n"})
    ((code, message, hint),) = problems({"data": Files(("shops.csv",), **how)})
    assert (code, message.startswith(said), bool(hint)) == ("RC509", True, True)

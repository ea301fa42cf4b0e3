"""What to write in a dataset, or to change in a file, so that cells can be read."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence

_MARKERS = frozenset(
    {"na", "n/a", "#n/a", "n.a.", "nan", "null", "none", "nil", "nat", "-", "--", "---", "—", "——", "–", "/", "\\",
     "\\n", "?", ".", "*", "无", "空", "暂无", "未知", "缺失", "未填", "unknown", "missing", "tbd"}
)  # fmt: skip
_TOTALS = frozenset(
    {"合计", "总计", "小计", "总和", "汇总", "共计", "total", "totals", "grandtotal", "subtotal", "sum"}
)
_DAY_OR_MONTH = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})((?:[ T]\d{1,2}:\d{2})?)((?::\d{2})?)")
_NAMED = re.compile(r"(?:(\d{1,2})([ /-])([A-Za-z]{3,})\2|([A-Za-z]{3,}) (\d{1,2}),? )(\d{4})")
_EXCEL_FIRST, _EXCEL_LAST = 20_000, 80_000

# For cells that are no numbers: how one of them looks, and what to do.
_NUMBERS: tuple[tuple[str, str], ...] = (
    (r"=.*", "open the workbook in Excel or WPS, so that its formulas are computed, and save it"),
    (r"#[A-Z/0!?_]+", "mend the formula in the spreadsheet, or say in a dataset: `missing: [\"{0}\"]`"),
    (r"\(.*\d.*\)", "in accounts {0} is below zero: export it with a minus sign"),
    (r".*\d-", "write the minus sign in front"),
    (r".*[%％‰]", "export the number itself, such as 0.12 for 12%, and give its input `unit: percent`"),
    (r".*[万亿萬億千百]", "write the number out, such as 12000 for 1.2万"),
    (r"[+-]?[\d.,]+\s*[kKmMbB]", "write the number out, such as 12000 for 12k"),
    (r"[^\d]*[¥￥$€£₩₹元].*|.*\d\s*[¥￥$€£₩₹元]|[A-Z]{3}\s?\d.*|.*\d\s?[A-Z]{3}",
     "take the currency out of the cells; the input's `unit` says it"),
    (r"[+-]?\d{1,3}(\.\d{3})+,\d+", 'for {0} write `decimal: ","` and `thousands: "."` in a dataset'),
    (r"[+-]?\d{1,3}(\.\d{3}){2,}", 'for {0} write `thousands: "."` in a dataset'),
    (r"[+-]?\d{1,3}(,\d{3})*,\d{3}\.\d*|[+-]?\d{1,3}(,\d{3}){2,}", 'for {0} write `thousands: ","` in a dataset'),
    (r"[+-]?\d{1,3},\d{3}", 'say in a dataset what the comma is: `thousands: ","`, or `decimal: ","`'),
    (r"[+-]?\d*,\d+", 'for {0} write `decimal: ","` in a dataset'),
    (r"[+-]?\d{1,3}([ \u00a0\u202f]\d{3})+([.,]\d*)?", 'for {0} write `thousands: " "` in a dataset'),
    (r"[+-]?\d{1,3}('\d{3})+(\.\d*)?", "for {0} write `thousands: \"'\"` in a dataset"),
)  # fmt: skip


def mend_numbers(cells: Sequence[str]) -> str | None:
    """What helps with the first cells that are no numbers; None where nothing is known."""
    texts = [cell.strip() for cell in cells if cell.strip()]
    known = {advice: text for text in reversed(texts) if not _is_known(text) and (advice := _advice(text))}
    found = [*_general(texts), *(advice.format(text) for advice, text in reversed(known.items()))]
    return "; ".join(found[:2]) or None


def mend_dates(cells: Sequence[str]) -> str | None:
    """What helps with the first cells that are no dates."""
    texts = [cell.strip() for cell in cells if cell.strip()]
    form = _form_of([text for text in texts if not _is_known(text)])
    total = next((text for text in texts if is_total(text)), None)
    found = [*_general(texts), *([form] if form else [])]
    if total is not None:
        found[0] += f', or write `missing: ["{total}"]` in a dataset, since a row without a date counts nowhere'
    return f"{'; '.join(found[:2])}; or write dates as 2025-03-31" if found else None


def is_marker(cell: str) -> bool:
    """Whether people write such a cell for no value."""
    return cell.strip().lower() in _MARKERS


def is_total(cell: str) -> bool:
    """Whether a cell names a line of totals."""
    return re.sub(r"[\s:：]", "", cell).lower() in _TOTALS


def _advice(text: str) -> str | None:
    return next((advice for form, advice in _NUMBERS if re.fullmatch(form, text)), None)


def _is_known(text: str) -> bool:
    return is_total(text) or is_marker(text) or _is_wide(text)


def _is_wide(text: str) -> bool:
    return any("０" <= char <= "９" for char in text)


def _general(texts: Sequence[str]) -> list[str]:
    """What helps with cells that are wrong in columns of any type."""
    found = [f"take the line of totals ({text}) out of the file" for text in texts if is_total(text)][:1]
    markers = list(dict.fromkeys(text for text in texts if is_marker(text)))
    if markers:
        named = ", ".join(f'"{marker}"' for marker in markers)
        stand = "stand" if len(markers) > 1 else "stands"
        found.append(f"if {' and '.join(markers[:3])} {stand} for no value, write `missing: [{named}]` in a dataset")
    wide = next((text for text in texts if _is_wide(text)), None)
    if wide is not None:
        found.append(f"{wide} has full-width digits: write {unicodedata.normalize('NFKC', wide)}")
    return found


def _form_of(texts: Sequence[str]) -> str | None:
    ordered = [found for text in texts if (found := _DAY_OR_MONTH.fullmatch(text))]
    if ordered:
        return _day_or_month(ordered)
    if not texts:
        return None
    text = texts[0]
    if found := _NAMED.match(text):
        month = "%b" if len(found[3] or found[4]) == 3 else "%B"
        mark = found[2]
        form = f"%d{mark}{month}{mark}%Y" if found[3] else f"{month} %d{',' if ',' in text else ''} %Y"
        return f'for {0} write `dates: "{form}"` in a dataset'
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and _EXCEL_FIRST < float(text) < _EXCEL_LAST:
        day = dt.date(1899, 12, 30) + dt.timedelta(days=int(float(text)))
        return (
            f"{text} is how Excel counts days ({day}): give the column the format of a date there, and export it again"
        )
    if re.fullmatch(r"1\d{9}(\d{3})?", text):
        return 'if these are seconds or milliseconds since 1970, say so in a dataset: `dates: "%s"`'
    if re.fullmatch(r"\d{4}([-/.年])\d{1,2}([-/.月])\d{1,2}日?.*", text):
        return f"{text} is no day of the calendar"
    return None


def _day_or_month(found: Sequence[re.Match[str]]) -> str:
    first = max(int(one[1]) for one in found)
    second = max(int(one[3]) for one in found)
    mark = found[0][2]
    year = "%Y" if len(found[0][4]) == 4 else "%y"
    between = "T" if "T" in found[0][5] else " "
    time = (f"{between}%H:%M" if found[0][5] else "") + (":%S" if found[0][6] else "")
    days, months, years = (
        f"%d{mark}%m{mark}{year}{time}",
        f"%m{mark}%d{mark}{year}{time}",
        f"%y{mark}%m{mark}%d{time}",
    )
    if first > 12 and second > 12:
        if (year == "%y" and first > 31) or all(int(one[1]) > 12 for one in found):
            return f'say in a dataset what comes first: `dates: "{years}"` is the year'
        return "some have the day first and some the month: nobody can tell the others, so export them in one form"
    if first > 12:
        return f'the day stands first; say so in a dataset: `dates: "{days}"`'
    if second > 12:
        return f'the month stands first; say so in a dataset: `dates: "{months}"`'
    return f'say in a dataset what stands first, the day or the month: `dates: "{days}"` or `dates: "{months}"`'

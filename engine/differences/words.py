"""Changes in a reader's words: values in their units, keys by name, long texts by where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..display import NO_VALUE, format_value, text_in
from ..words import word
from .changes import Change, Share
from .facets import ORDER

if TYPE_CHECKING:
    from .difference import Difference

# keys of the language as a Chinese reader calls them; an English reader reads the key itself
_CHINESE = {
    "formula": "公式", "unit": "单位", "better": "方向", "target": "目标", "bands": "区间", "score": "得分",
    "undefined": "无值时", "sample": "样本", "hits": "命中数", "trials": "总数", "at_least": "至少",
    "confidence": "置信度", "decimals": "小数位", "tags": "标签", "owner": "负责人", "evidence": "依据",
    "title": "标题", "description": "说明", "text": "正文", "because": "原因", "from": "来源", "column": "列",
    "columns": "列", "where": "行条件", "type": "类型", "min": "下限", "max": "上限", "default": "默认",
    "value": "取值", "values": "取值", "weights": "权重", "rest": "其余权重", "combine": "合成方式",
    "min_coverage": "最低覆盖率", "choose": "阶段条件", "when": "条件", "at_most": "封顶", "severity": "级别",
    "actions": "动作", "metrics": "指标", "stages": "阶段", "entity": "对象", "period": "周期", "time": "时间列",
    "baseline": "基期", "color": "颜色", "unique": "唯一键", "on_violation": "违反时", "required": "必填",
    "first_language": "首选语言", "reason": "理由", "until": "截止", "by": "分类", ORDER: "次序", "per": "先按",
    "then": "再汇总", "lookup": "关联", "otherwise": "其余", "one_of": "可选值", "matches": "格式",
}  # fmt: skip
_NESTED = ("sample", "conversion", "retention")
_LONG = 60
_AROUND = 16


def label(key: str, language: str) -> str:
    """`bands.poor` for a reader; ids stay as they are."""
    if language != "zh":
        return key.replace(f".{ORDER}", " order").replace(ORDER, "order")
    steps = key.split(".")
    return ".".join(_CHINESE.get(step, step) if _is_key(steps, place) else step for place, step in enumerate(steps))


def _is_key(steps: list[str], place: int) -> bool:
    """Whether a step is a key of the language, and not an id that happens to be the same word."""
    if place == 0 or steps[place] == ORDER or steps[0] in _NESTED:
        return True
    if place == len(steps) - 1 > 1:
        return steps[place] in ("evidence", "title", "description")
    return (steps[0], steps[place]) in (("bands", "by"), ("actions", "text"))


def versions(found: Difference) -> str:
    """`shop-health 1.0.0 → 1.1.0`, with overlays."""
    old, new = found.old, found.new
    if old.id != new.id:
        return " → ".join(" + ".join([f"{side.id} {side.version}", *side.overlays]) for side in (old, new))
    both = old.version if old.version == new.version else f"{old.version} → {new.version}"
    before, after = ("".join(f" + {id}" for id in side.overlays) for side in (old, new))
    return f"{new.id} {both}{after}" if before == after else f"{new.id} {both}{before} →{after or ' –'}"


def files_of(found: Difference) -> str:
    """The file, or both."""
    return found.new.file if found.old.file == found.new.file else f"{found.old.file} → {found.new.file}"


def share_text(share: Share) -> str:
    """`45% → 52.2%`."""
    return " → ".join(format_value(value, "percent") for value in (share.old, share.new))


def counts(found: Difference) -> list[str]:
    """`Scores and levels: 3` for each effect that there is."""
    language = found.language
    there = [(word(f"effect.{effect}", language), count) for effect, count in found.counts().items() if count]
    return [word("change_counts", language, effect=effect, count=count) for effect, count in there]


def place(change: Change) -> str:
    """Where the new value stands, and the old one where that is elsewhere."""
    old, new = change.places
    if old is None or new is None:
        only = old or new
        return f"{only.file}:{only.line}" if only else ""
    if old.file == new.file:
        return f"{new.file}:{new.line}" if old.line == new.line else f"{new.file}:{old.line} → {new.line}"
    return f"{new.file}:{new.line}"


def sides(change: Change, language: str) -> tuple[str, str]:
    """The old and the new value of a change, long texts cut to where they differ."""
    old, new = (
        shown(value, unit, change.effect, language)
        for value, unit in zip((change.old, change.new), change.units, strict=True)
    )
    if change.effect in ("wording", "evidence") and isinstance(change.old, Mapping) and isinstance(change.new, Mapping):
        other = _other_language(change, language)
        if old == new and other is not None:
            old, new = (shown(value, None, change.effect, other) for value in (change.old, change.new))
    return _cut(old, new) if change.effect in ("wording", "evidence") else (old, new)


def shown(value: Any, unit: str | None, effect: str, language: str) -> str:
    """A plain value of a change as text."""
    if value is None:
        return NO_VALUE
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _exact(value, unit, language)
    if effect == "wording":
        return _text(value, language)
    if isinstance(value, Mapping):
        return _map(value, unit, effect, language)
    if isinstance(value, list):
        if value and all(isinstance(item, list) for item in value):
            return ", ".join(f"{shown(x, unit, effect, language)}: {_exact(y, None, language)}" for x, y in value)
        return ", ".join(shown(item, unit, effect, language) for item in value)
    return format_value(value, unit, None, language) if isinstance(value, bool) else str(value)


def summary(change: Change, language: str) -> str:
    """What an added or removed entry says, on a line."""
    values = change.old if change.new is None else change.new
    parts = [
        f"{label(key, language)} {shown(value, values.get('unit') if _in_unit(key) else None, '', language)}"
        for key, value in values.items()
    ]
    return "; ".join(parts)


def _in_unit(key: str) -> bool:
    return key in ("target", "score", "value", "values", "min", "max", "default") or key.startswith("bands.")


def _exact(value: float, unit: str | None, language: str) -> str:
    """All digits that tell a number from its neighbours: a change from 2.55% to 2.56% must show."""
    number = Decimal(repr(value)).normalize()
    number = number.scaleb(2) if unit == "percent" else number
    exponent = number.as_tuple().exponent
    return format_value(float(value), unit, max(-exponent, 0) if isinstance(exponent, int) else None, language)


def _map(value: Mapping[str, Any], unit: str | None, effect: str, language: str) -> str:
    if effect == "evidence":
        note = _text(value.get("note"), language) if value.get("note") else ""
        return ": ".join(
            part for part in (str(value.get("kind")), " ".join([value.get("ref") or "", note]).strip()) if part
        )
    if not value:
        return word("above_all", language)
    parts = []
    for key, item in value.items():
        if key in ("below", "upto"):
            parts.append(word(key, language, value=shown(item, unit, effect, language)))
        elif key == "type":
            parts.append(str(item))
        else:
            own = None if key in ("score", "weights") else unit
            parts.append(f"{label(str(key), language)} {shown(item, own, effect, language)}")
    return ", ".join(parts)


def _text(value: Any, language: str) -> str:
    if isinstance(value, Mapping):
        return text_in(tuple((str(key), str(item)) for key, item in value.items()), language).strip()
    if isinstance(value, list):
        return "; ".join(_text(item, language) for item in value)
    return str(value).strip()


def _other_language(change: Change, language: str) -> str | None:
    """A language in which the two do differ."""
    for key in dict.fromkeys((*change.new, *change.old)):
        if key != language and change.old.get(key) != change.new.get(key):
            return str(key)
    return None


def _cut(old: str, new: str) -> tuple[str, str]:
    """Two long texts without what they share, but for a little around it."""
    if max(len(old), len(new)) <= _LONG or NO_VALUE in (old, new):
        return old, new
    start = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    rest = min(len(old), len(new)) - start
    end = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    return _around(old, start, end), _around(new, start, end)


def _around(text: str, start: int, end: int) -> str:
    first, last = max(start - _AROUND, 0), min(len(text) - end + _AROUND, len(text))
    return ("…" if first else "") + text[first:last] + ("…" if last < len(text) else "")

"""Rulecard's own words in the languages of its interface; what an author writes comes from the ruleset."""

from __future__ import annotations

# key: English, Chinese
_WORDS: dict[str, tuple[str, str]] = {
    # why there is no value
    "missing_input": ("data missing", "缺数据"),
    "zero_denominator": ("divided by zero", "分母为零"),
    "no_prior_period": ("no earlier period", "没有上期数据"),
    "negative_base": ("negative base", "基数为负"),
    "too_few": ("sample too small", "样本太少"),
    "out_of_range": ("out of range", "数值超出合理范围"),
    "window_open": ("window still open", "观察期未结束"),
    "bands_crossed": ("thresholds crossed", "阈值次序冲突"),
    "low_coverage": ("too little data", "数据不足"),
    "not_finite": ("not a finite number", "不是有效数字"),
    # the default levels, where a ruleset gives them no title
    "level.critical": ("critical", "危险"),
    "level.poor": ("poor", "较差"),
    "level.fair": ("fair", "一般"),
    "level.good": ("good", "良好"),
    "level.excellent": ("excellent", "优秀"),
    "severity.critical": ("critical", "严重"),
    "severity.warning": ("warning", "警告"),
    "severity.info": ("note", "提示"),
    "severity.praise": ("well done", "表扬"),
    # headings of a scorecard
    "overall": ("Overall", "总分"),
    "score": ("Score", "得分"),
    "level": ("Level", "等级"),
    "coverage": ("Coverage", "覆盖率"),
    "metric": ("Metric", "指标"),
    "group": ("Group", "分组"),
    "value": ("Value", "数值"),
    "target": ("Target", "目标"),
    "weight": ("Weight", "权重"),
    "lost": ("Lost", "失分"),
    "period": ("Period", "周期"),
    "stage": ("Stage", "阶段"),
    "change": ("Change", "较上期"),
    "trend": ("Trend", "走势"),
    "worst": ("Costs most", "失分最多"),
    "advice": ("advice", "建议"),
    "watched": ("watched", "仅观察"),
    "not_scored": ("not scored", "不计分"),
    "everyone": ("All", "整体"),
    # sentences of a scorecard
    "coverage_is": ("coverage {share}", "覆盖率 {share}"),
    "change_is": ("{change} since {period}", "较 {period} {change}"),
    "capped": ("Capped at {at_most}, was {score}", "封顶 {at_most} 分，原为 {score} 分"),
    "capped_because": ("Capped at {at_most}, was {score}: {because}", "封顶 {at_most} 分，原为 {score} 分：{because}"),
    "points": ("costs {points} points", "失 {points} 分"),
    "more_metrics": (
        "… and {count} more metrics that cost less: --format csv shows all",
        "……还有 {count} 个失分更少的指标：--format csv 可看全部",
    ),
    "uncertain": (
        "? the sample leaves more than one level possible",
        "? 样本量不足以确定属于哪个等级",
    ),
    "relative": ("~ relative to the others of the period", "~ 与同期其他对象相比的相对分"),
    "no_advice": ("No advice: nothing that the ruleset watches for came up.", "暂无建议：规则关注的情况都没有出现。"),
    "no_cards": ("No scorecards: no entity and period to show.", "没有评分卡：没有可显示的对象和周期。"),
    "not_shown": (
        "{shown} of {all} scorecards in full. Others: --period, --entity. All: --format csv or json.",
        "共 {all} 张评分卡，完整显示 {shown} 张。看其他：--period、--entity；看全部：--format csv 或 json。",
    ),
    "rows_not_shown": ("… and {count} more with higher scores", "……还有 {count} 个分数更高的对象"),
    "periods_not_shown": ("… and {count} earlier periods", "……还有 {count} 个更早的周期"),
    # packs
    "pack": ("Pack", "规则包"),
    "version": ("Version", "版本"),
    "title": ("Title", "名称"),
    "rulesets": ("rulesets", "规则"),
    "overlays": ("overlays", "覆盖层"),
    "folder": ("folder", "目录"),
    "no_packs": ("No packs are installed.", "没有安装规则包。"),
    # cases
    "cases_passed": ("{passed} passed in {files}", "{files}，{passed} 个用例通过"),
    "cases_failed": (
        "{failed} failed, {passed} passed in {files}",
        "{files}，{failed} 个用例失败，{passed} 个通过",
    ),
    "no_cases": ("No cases found.", "没有找到用例。"),
    "no_cases_named": ("No case has `{name}` in its name.", "没有名称含「{name}」的用例。"),
    "reached": ("{file}: cases reach {share}", "{file}：用例覆盖 {share}"),
    "too_little_reached": (
        "{file}: cases reach {share}, and --cover-at-least asks for {least}",
        "{file}：用例覆盖 {share}，低于 --cover-at-least 要求的 {least}",
    ),
    "metrics": ("metrics", "指标"),
    "bands": ("bands", "区间"),
    "stages": ("stages", "阶段"),
    "caps": ("caps", "封顶"),
    # problems
    "no_problems": ("No problems in {files}", "{files}，没有问题"),
    "more_problems": (
        "… and {count} more problems: --format json shows all",
        "……还有 {count} 个问题：--format json 可看全部",
    ),
    "found": ("{problems} in {files} ({kinds})", "{files}，{problems}（{kinds}）"),
    "help": ("help", "提示"),
}


def word(key: str, language: str, **parts: object) -> str:
    """The words for `key` with `parts` put in; English where there is no such language. `key` itself if unknown."""
    words = _WORDS.get(key)
    if words is None:
        return key
    return (words[1] if language == "zh" else words[0]).format(**parts)


def known_word(key: str) -> bool:
    return key in _WORDS

"""The six invented official accounts of the sample of `wechat-promotion`."""

from __future__ import annotations

from dataclasses import dataclass, field

MONTHS = 12

Line = tuple[float, float]


@dataclass(frozen=True)
class Account:
    """What an account is like: each pair is a value in January and in December, a straight line between."""

    name: str
    goal: str
    opening: int
    won: Line  # new followers of those at the start of the month
    lost: Line
    articles: int  # a month
    hours: tuple[int, ...]  # at which they are published
    delivered: float  # of followers; the others are not in the tags that are pushed to
    opened: Line  # of those delivered to
    beyond: Line  # readers from elsewhere, of followers
    shared: Line  # of readers
    promotional: Line
    interactions: Line  # likes, comments and messages of followers, a month
    replied: Line
    by_keyword: float
    menu: Line
    mini: Line
    precision: Line
    content: Line  # 1 to 5
    participation: Line
    conversion: Line  # of reads
    mix: tuple[float, float]  # orders and leads of conversions; the rest registers
    amount: float
    return_on_cost: Line
    topics: tuple[str, ...]
    regions: tuple[str, ...]
    posts: dict[str, str] = field(default_factory=dict)
    redeemed: Line = (0.3, 0.3)
    ads: tuple[tuple[str, float], ...] = ()  # placement and spend a day
    ad_factor: Line = (1.0, 1.0)  # of the reference cost
    ad_months: range = range(MONTHS)
    clicked: Line = (0.012, 0.012)
    detail: float = 0.006
    ad_leads: float = 0.08  # of clicks
    visits: float = 0.0  # of leads
    evening_from: int = MONTHS  # the month in which publishing moves to the evening, and reading with it
    campaigns: range = range(MONTHS)
    raters: tuple[str, ...] = ("林晓", "周岩")
    one_rater_from: int = MONTHS
    unreviewed: tuple[int, ...] = ()
    without_costs: tuple[int, ...] = ()
    lost_days: dict[int, int] = field(default_factory=dict)  # month: how many days its export lacks


ACCOUNTS = (
    Account(
        "知味小厨", "品牌曝光", 6800, won=(0.092, 0.101), lost=(0.017, 0.014), articles=8, hours=(20, 20, 21, 22),
        delivered=0.82, opened=(0.47, 0.53), beyond=(0.05, 0.075), shared=(0.055, 0.088), promotional=(0.15, 0.2),
        interactions=(0.115, 0.135), replied=(0.9, 0.94), by_keyword=0.55, menu=(0.15, 0.2), mini=(0.09, 0.15),
        precision=(0.66, 0.74), content=(3.7, 4.3), participation=(0.22, 0.28), conversion=(0.0009, 0.0010),
        mix=(0.5, 0.1), amount=88, return_on_cost=(0.05, 0.3),
        topics=("一周快手菜", "厨房小技巧", "时令食材", "主厨来信"),
        regions=("上海", "浙江", "江苏", "广东"),
        posts={"内容运营": "林晓", "活动策划": "韩松", "全链路负责人": "顾青"},
        ads=(("公众号", 60),), ad_factor=(0.85, 0.82), ad_months=range(6, MONTHS),
    ),
    Account(
        "川行户外", "销售转化", 5200, won=(0.17, 0.12), lost=(0.022, 0.058), articles=9, hours=(12, 18, 20, 21),
        delivered=0.45, opened=(0.5, 0.56), beyond=(0.09, 0.02), shared=(0.04, 0.014), promotional=(0.3, 0.45),
        interactions=(0.105, 0.06), replied=(0.86, 0.78), by_keyword=0.7, menu=(0.12, 0.08), mini=(0.1, 0.07),
        precision=(0.7, 0.4), content=(3.4, 2.7), participation=(0.26, 0.17), conversion=(0.0042, 0.0011),
        mix=(0.55, 0.3), amount=268, return_on_cost=(0.45, -0.62),
        topics=("震惊！这条路线", "最后三天", "轻装徒步", "帐篷怎么选"),
        regions=("四川", "重庆", "陕西", "云南"),
        posts={"广告投放": "韩松", "活动策划": "唐雨", "全链路负责人": "陈川"},
        ads=(("朋友圈图文", 130), ("朋友圈视频", 110)), ad_factor=(0.95, 1.5), clicked=(0.014, 0.009), detail=0.005,
    ),
    Account(
        "小满绘本", "用户运营", 2400, won=(0.03, 0.032), lost=(0.009, 0.007), articles=10, hours=(20, 20, 21),
        delivered=0.9, opened=(0.5, 0.58), beyond=(0.03, 0.05), shared=(0.05, 0.07), promotional=(0.1, 0.1),
        interactions=(0.165, 0.24), replied=(0.95, 0.985), by_keyword=0.2, menu=(0.26, 0.36), mini=(0.24, 0.38),
        precision=(0.78, 0.84), content=(4.1, 4.6), participation=(0.27, 0.34), conversion=(0.0024, 0.0031),
        mix=(0.7, 0.05), amount=69, return_on_cost=(0.35, 0.7),
        topics=("睡前故事", "绘本这样读", "妈妈读书会", "新书开箱"),
        regions=("北京", "上海", "广东", "湖北"),
        posts={"用户运营": "沈禾", "全链路负责人": "沈禾"}, redeemed=(0.5, 0.62),
    ),
    Account(
        "云上家居", "销售转化", 9600, won=(0.035, 0.045), lost=(0.02, 0.018), articles=6, hours=(9, 10, 10, 15),
        delivered=0.8, opened=(0.22, 0.28), beyond=(0.02, 0.03), shared=(0.022, 0.035), promotional=(0.35, 0.3),
        interactions=(0.085, 0.105), replied=(0.7, 0.93), by_keyword=0.5, menu=(0.1, 0.14), mini=(0.06, 0.1),
        precision=(0.62, 0.68), content=(3.3, 3.9), participation=(0.18, 0.23), conversion=(0.0022, 0.0034),
        mix=(0.35, 0.55), amount=720, return_on_cost=(0.4, 1.1),
        topics=("小户型收纳", "旧房改造记", "样板间探店", "灯光怎么配"),
        regions=("浙江", "江苏", "福建", "江西"),
        posts={"广告投放": "唐雨", "内容运营": "周岩"},
        ads=(("朋友圈图文", 70), ("公众号", 80)), ad_factor=(0.92, 0.74), clicked=(0.011, 0.014),
        visits=0.38, evening_from=6,
    ),
    Account(
        "海棠美学", "用户运营", 7400, won=(0.045, 0.03), lost=(0.022, 0.062), articles=10, hours=(11, 20, 21),
        delivered=0.85, opened=(0.41, 0.3), beyond=(0.02, 0.015), shared=(0.03, 0.012), promotional=(0.4, 0.85),
        interactions=(0.1, 0.052), replied=(0.9, 0.83), by_keyword=0.6, menu=(0.14, 0.09), mini=(0.08, 0.06),
        precision=(0.76, 0.56), content=(3.6, 2.8), participation=(0.22, 0.12), conversion=(0.0011, 0.0007),
        mix=(0.4, 0.4), amount=380, return_on_cost=(0.3, -0.2),
        topics=("会员日预告", "限时五折", "护肤小课", "到店礼"),
        regions=("广东", "湖南", "广西", "福建"),
        posts={"用户运营": "叶澜", "内容运营": "江宁"},
        raters=("江宁", "叶澜"), one_rater_from=5, unreviewed=(8,), without_costs=(10,), lost_days={7: 4}, visits=0.3,
    ),
    Account(
        "南塘书店", "", 860, won=(0.022, 0.025), lost=(0.012, 0.011), articles=4, hours=(19, 20, 21),
        delivered=0.95, opened=(0.36, 0.4), beyond=(0.02, 0.03), shared=(0.04, 0.05), promotional=(0.2, 0.2),
        interactions=(0.09, 0.12), replied=(0.8, 0.88), by_keyword=0.1, menu=(0.08, 0.1), mini=(0.05, 0.06),
        precision=(0.6, 0.62), content=(3.5, 3.6), participation=(0.2, 0.24), conversion=(0.004, 0.0045),
        mix=(0.6, 0.0), amount=52, return_on_cost=(0.1, 0.2),
        topics=("店员荐书", "周末沙龙"), regions=("江苏", "安徽"),
        campaigns=range(2, MONTHS, 3), unreviewed=tuple(range(6)),
    ),
)  # fmt: skip

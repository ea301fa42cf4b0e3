"""The sample of the pack `wecom-private-domain`: six invented accounts over eighteen months.

Only `Random.random` is drawn from, the one stream that Python promises to keep.
"""

from __future__ import annotations

import calendar
import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

SEED = 20240131
MONTHS = [(year, month) for year in (2024, 2025) for month in range(1, 13)][:18]
COLUMNS = (
    "account", "date", "opening_contacts", "new_contacts", "lost_contacts", "total_contacts", "requests_sent",
    "requests_accepted", "one_to_one_daily", "moments_likes", "moments_comments", "group_size", "group_members",
    "group_messages", "group_exits", "activity_participants", "buyers", "average_order_value", "purchases_per_year",
    "relationship_years",
)  # fmt: skip
CONTACTS = ("opening_contacts", "new_contacts", "lost_contacts", "total_contacts")
# Buying by calendar month: spring festival is quiet, June and November have the sales.
SEASON = (1.0, 0.88, 0.97, 1.0, 1.02, 1.08, 0.98, 0.97, 1.0, 1.02, 1.15, 1.04)
MOMENTS = ("moments_likes", "moments_comments")
GROUPS = ("group_members", "group_messages", "group_exits", "activity_participants")
SALES = ("buyers", "average_order_value", "purchases_per_year", "relationship_years")

Line = tuple[float, float]
Row = dict[str, str]


@dataclass(frozen=True)
class Account:
    """What an account is like: each pair is a rate in the first month and in the last, a straight line between."""

    name: str
    opening: int
    won: Line  # of opening contacts
    lost: Line
    requests: Line  # sent, of opening contacts
    acceptance: Line
    one_to_one: Line  # of average contacts, a day
    moments: Line  # likes and comments of average contacts
    group_size: str
    membership: float  # group members of contacts
    messages: Line  # per group member
    exits: Line  # per message
    participation: Line
    conversion: Line
    order_value: Line
    orders_a_year: Line
    years: Line
    noise: float = 0.12
    transfers: dict[int, int] = field(default_factory=dict)  # month: customers handed over by colleagues
    silent: tuple[int, ...] = ()  # months without a group message
    gaps: tuple[int, ...] = ()  # months without a row
    empty: dict[int, tuple[str, ...]] = field(default_factory=dict)  # month: cells left empty


ACCOUNTS = (
    Account(
        "青禾母婴", 11200, won=(0.052, 0.044), lost=(0.016, 0.013), requests=(0.06, 0.05), acceptance=(0.52, 0.63),
        one_to_one=(0.108, 0.142), moments=(0.19, 0.29), group_size="medium", membership=0.32, messages=(9.0, 11.0),
        exits=(0.006, 0.0035), participation=(0.13, 0.19), conversion=(0.042, 0.068), order_value=(165, 172),
        orders_a_year=(3.0, 3.3), years=(2.3, 2.5), noise=0.08,
    ),
    Account(
        "老城火锅", 8600, won=(0.031, 0.012), lost=(0.021, 0.05), requests=(0.08, 0.10), acceptance=(0.34, 0.22),
        one_to_one=(0.105, 0.068), moments=(0.13, 0.065), group_size="medium", membership=0.24, messages=(5.2, 4.1),
        exits=(0.012, 0.027), participation=(0.135, 0.108), conversion=(0.033, 0.034), order_value=(92, 96),
        orders_a_year=(3.6, 3.6), years=(1.9, 1.8), transfers={8: 420},
    ),
    Account(
        "万家家居", 28400, won=(0.012, 0.013), lost=(0.009, 0.010), requests=(0.03, 0.03), acceptance=(0.36, 0.31),
        one_to_one=(0.034, 0.017), moments=(0.015, 0.006), group_size="large", membership=0.55, messages=(0.8, 0.25),
        exits=(0.04, 0.14), participation=(0.024, 0.007), conversion=(0.012, 0.0085), order_value=(1480, 1390),
        orders_a_year=(0.26, 0.25), years=(1.2, 1.2), silent=(13,),
    ),
    Account(
        "拾光花店", 560, won=(0.027, 0.03), lost=(0.012, 0.01), requests=(0.052, 0.043), acceptance=(0.58, 0.68),
        one_to_one=(0.125, 0.172), moments=(0.45, 1.25), group_size="small", membership=0.45, messages=(12, 15),
        exits=(0.002, 0.001), participation=(0.36, 0.46), conversion=(0.08, 0.105), order_value=(126, 132),
        orders_a_year=(4.2, 4.8), years=(1.9, 2.1), noise=0.15,
    ),
    Account(
        "云帆教育", 4200, won=(0.034, 0.03), lost=(0.02, 0.021), requests=(0.07, 0.06), acceptance=(0.33, 0.38),
        one_to_one=(0.072, 0.083), moments=(0.04, 0.06), group_size="medium", membership=0.28, messages=(5, 5.5),
        exits=(0.012, 0.011), participation=(0.082, 0.115), conversion=(0.021, 0.024), order_value=(960, 990),
        orders_a_year=(0.6, 0.6), years=(1.2, 1.3), gaps=(4, 5),
        empty={
            1: (*GROUPS, "group_size"), 2: (*GROUPS, "group_size"), 7: ("opening_contacts",), 8: MOMENTS, 9: MOMENTS,
            10: (*MOMENTS, "requests_accepted"), 12: SALES, 14: CONTACTS, 16: (*MOMENTS, *GROUPS, *SALES),
            17: ("group_size",),
        },
    ),
    Account(
        "牧野咖啡", 320, won=(0.36, 0.17), lost=(0.05, 0.04), requests=(0.5, 0.16), acceptance=(0.17, 0.47),
        one_to_one=(0.16, 0.108), moments=(0.30, 0.22), group_size="medium", membership=0.4, messages=(6, 8),
        exits=(0.02, 0.006), participation=(0.07, 0.16), conversion=(0.05, 0.085), order_value=(29, 34),
        orders_a_year=(11, 14), years=(1.1, 2.4),
    ),
)  # fmt: skip


def between(path: Line, month: int) -> float:
    """The straight line of `path` at a month counted from 0."""
    return path[0] + (path[1] - path[0]) * month / (len(MONTHS) - 1)


def rows_of(account: Account, random_source: random.Random) -> Iterator[Row]:
    """The months of one account; contacts carry over from one to the next."""

    def drawn(path: Line, month: int) -> float:
        # two uniform draws make a triangle around 1
        return between(path, month) * (1 + account.noise * (random_source.random() + random_source.random() - 1))

    opening = account.opening
    for month, (year, number) in enumerate(MONTHS):
        new = round(opening * drawn(account.won, month))
        lost = round(opening * drawn(account.lost, month))
        total = opening + new - lost + account.transfers.get(month, 0)
        average = (opening + total) / 2
        sent = round(opening * drawn(account.requests, month))
        accepted = round(sent * drawn(account.acceptance, month))
        chats = average * drawn(account.one_to_one, month)
        interactions = round(average * drawn(account.moments, month))
        comments = round(interactions * 0.22)
        members = round(total * account.membership)
        messages = round(members * drawn(account.messages, month))
        exits = round(messages * drawn(account.exits, month))
        if month in account.silent:
            exits, messages = round(members * 0.004), 0
        participants = round(members * drawn(account.participation, month))
        buyers = round(average * drawn(account.conversion, month) * SEASON[number - 1])
        row = dict(zip(COLUMNS, (
            account.name, f"{year}-{number:02}-{calendar.monthrange(year, number)[1]:02}", str(opening), str(new),
            str(lost), str(total), str(sent), str(accepted), f"{chats:.1f}", str(interactions - comments),
            str(comments), account.group_size, str(members), str(messages), str(exits), str(participants), str(buyers),
            f"{between(account.order_value, month):.1f}", f"{between(account.orders_a_year, month):.2f}",
            f"{between(account.years, month):.2f}",
        ), strict=True))  # fmt: skip
        opening = total
        if month not in account.gaps:
            yield {**row, **dict.fromkeys(account.empty.get(month, ()), "")}


def files() -> dict[str, bytes]:
    """UTF-8, one header line, Unix line ends."""
    random_source = random.Random(SEED)
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for account in ACCOUNTS:
        writer.writerows(rows_of(account, random_source))
    return {"accounts.csv": text.getvalue().encode()}

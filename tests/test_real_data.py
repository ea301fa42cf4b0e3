"""Rulesets over public data sets give the values that were published or computed for them elsewhere.

The data sets lie beside the project's root (`../shared/data`), not in it; without them these tests skip. Each value of
each `reference.json` stands here: with the ruleset and the metric that give it, or with the reason why none can.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import rulecard

from . import real_runs as runs
from .real_data import REAL, Run, approximately, both_engines, cards, reference, values

A_MOMENT = "a moment of the data; inputs of the type date hold days, and metrics numbers"

# by folder and name in the reference: the run and the metric; one of cards by entity or period gives them all
REPRODUCED: dict[str, dict[str, tuple[Run, str]]] = {
    "telco_churn": {
        "churn_rate": (runs.TELCO_WHOLE, "churn_rate"),
        "retention_rate": (runs.TELCO_WHOLE, "retention_rate"),
        "churn_by_contract": (runs.TELCO, "churn_rate"),
        "churn_by_internet": (runs.TELCO_INTERNET, "churn_rate"),
        "arpu_monthly": (runs.TELCO_WHOLE, "arpu"),
        "mrr": (runs.TELCO_WHOLE, "revenue"),
        "churned_mrr": (runs.TELCO_WHOLE, "revenue_lost"),
        "revenue_churn_rate": (runs.TELCO_WHOLE, "revenue_churn_rate"),
        "arpu_churned": (runs.TELCO_WHOLE, "arpu_churned"),
        "arpu_retained": (runs.TELCO_WHOLE, "arpu_retained"),
        "tenure_mean": (runs.TELCO_WHOLE, "tenure"),
        "ltv_historic_mean": (runs.TELCO_WHOLE, "paid_so_far"),
        "blank_total_charges": (runs.TELCO_WHOLE, "never_billed"),
        "ltv_formula": (runs.TELCO_WHOLE, "ltv"),
        "churn_first_year": (runs.TELCO_WHOLE, "first_year_churn"),
    },
    "hillstrom_email": {
        "rows": (runs.HILLSTROM_WHOLE, "rows"),
        "visit_mean": (runs.HILLSTROM_WHOLE, "visit_rate"),
        "visit_by_segment": (runs.HILLSTROM, "visit_rate"),
        "conversion_mean": (runs.HILLSTROM_WHOLE, "conversion_rate"),
        "conversion_by_segment": (runs.HILLSTROM, "conversion_rate"),
        "spend_mean": (runs.HILLSTROM_WHOLE, "spend_each"),
        "spend_by_segment": (runs.HILLSTROM, "spend_each"),
        "incremental_spend_mens": (runs.HILLSTROM_WHOLE, "lift_mens"),
        "incremental_spend_womens": (runs.HILLSTROM_WHOLE, "lift_womens"),
        "visit_to_conversion": (runs.HILLSTROM_WHOLE, "visit_to_conversion"),
        "aov_converters": (runs.HILLSTROM_WHOLE, "order_value"),
        "repurchase_by_recency_month": (runs.HILLSTROM_RECENCY, "conversion_rate"),
        "conversion_newbie_vs_old": (runs.HILLSTROM_NEWBIE, "conversion_rate"),
        "historic_ltv_mean": (runs.HILLSTROM_WHOLE, "past_spend"),
    },
    "facebook_metrics": {
        "posts": (runs.FACEBOOK, "rows"),
        "engagement_rate": (runs.FACEBOOK, "engagement_rate"),
        "read_rate_consumers": (runs.FACEBOOK, "read_rate"),
        "share_rate_reach": (runs.FACEBOOK, "share_rate"),
        "share_of_interactions": (runs.FACEBOOK, "share_of_interactions"),
        "mean_of_post_share_rate": (runs.FACEBOOK, "share_rate_each"),
        "engagement_rate_by_type": (runs.FACEBOOK_TYPE, "engagement_rate"),
        "mean_interactions": (runs.FACEBOOK, "interactions_each"),
        "mean_reach_paid_vs_not": (runs.FACEBOOK_PAID, "reach_each"),
    },
    "support_tickets": {
        "rows": (runs.SUPPORT, "all"),
        "null_initial_time": (runs.SUPPORT, "never_answered"),
        "duplicate_rows": (runs.SUPPORT_REPEATED, "rows_repeated"),
        "negative_first_response_rows": (runs.SUPPORT, "answered_too_soon"),
        "first_response_median_min": (runs.SUPPORT, "first_response"),
        "first_response_mean_min": (runs.SUPPORT, "first_response_mean"),
        "first_response_p90_min": (runs.SUPPORT, "first_response_p90"),
        "first_response_within_4h": (runs.SUPPORT, "answered_soon"),
        "resolution_median_h": (runs.SUPPORT, "resolution"),
        "resolution_mean_h": (runs.SUPPORT, "resolution_mean_hours"),
        "resolved_within_24h": (runs.SUPPORT, "resolved_soon"),
        "closed_or_resolved_rate": (runs.SUPPORT, "done_rate"),
        "one_touch_rate": (runs.SUPPORT, "one_touch_rate"),
        "first_response_median_min_by_priority": (runs.SUPPORT_PRIORITY, "first_response"),
        "top_types": (runs.SUPPORT_TYPES, "all"),
        "active_users": (runs.SUPPORT, "users"),
    },
    "maven_crm": {
        "win_rate_closed": (runs.MAVEN, "win_rate"),
        "win_rate_all_opportunities": (runs.MAVEN, "win_rate_of_all"),
        "sales_cycle_won_mean_days": (runs.MAVEN, "cycle"),
        "sales_cycle_won_median_days": (runs.MAVEN, "cycle_median"),
        "sales_cycle_closed_mean_days": (runs.MAVEN, "cycle_of_closed"),
        "sales_cycle_lost_mean_days": (runs.MAVEN, "cycle_of_lost"),
        "revenue_won": (runs.MAVEN, "won_revenue"),
        "avg_deal_size_won": (runs.MAVEN, "deal_size"),
        "open_pipeline_count": (runs.MAVEN, "pipeline"),
        "win_rate_by_manager": (runs.MAVEN_MANAGER, "win_rate"),
        "win_rate_by_region": (runs.MAVEN_REGION, "win_rate"),
        "revenue_by_quarter": (runs.MAVEN_QUARTER, "won_revenue"),
        "accounts_with_win": (runs.MAVEN, "winning_accounts"),
        "arpa_won": (runs.MAVEN, "revenue_per_account"),
        "null_account_rows": (runs.MAVEN, "no_account"),
        "product_key_mismatch_rows": (runs.MAVEN, "no_product"),
    },
    "online_retail": {
        "rows": (runs.RETAIL, "all_lines"),
        "invoices_all": (runs.RETAIL, "all_invoices"),
        "customers_all": (runs.RETAIL, "customers_seen"),
        "null_customer_rows": (runs.RETAIL, "anonymous_lines"),
        "cancellation_rate_invoices": (runs.RETAIL, "cancellation_rate"),
        "clean_rows": (runs.RETAIL, "lines_kept"),
        "customers_clean": (runs.RETAIL, "active_customers"),
        "repurchase_rate": (runs.RETAIL, "repurchase_rate"),
        "aov": (runs.RETAIL, "order_value"),
        "revenue_clean": (runs.RETAIL, "total"),
        "historic_ltv_mean": (runs.RETAIL, "lifetime_value"),
        "cohort_2010_12_size": (runs.RETAIL_MONTHS, "new"),
        "retention_cohort_2010_12_at_2011-01": (runs.RETAIL_MONTHS, "retention_1"),
        "retention_cohort_2010_12_at_2011-03": (runs.RETAIL_MONTHS, "retention_3"),
        "retention_cohort_2010_12_at_2011-11": (runs.RETAIL_MONTHS, "retention_11"),
        "churn_90d": (runs.RETAIL, "churn"),
        "mau_2011_11": (runs.RETAIL_MONTHS, "active"),
    },
    "cdnow": {
        "customers": (runs.CDNOW, "buyers"),
        "transactions": (runs.CDNOW, "rows"),
        "repurchase_rate_by_row": (runs.CDNOW, "repurchase_rate"),
        "repurchase_rate_by_day": (runs.CDNOW, "repurchase_rate_by_day"),
        "aov": (runs.CDNOW, "order_value"),
        "revenue": (runs.CDNOW, "total"),
        "historic_ltv_mean": (runs.CDNOW, "lifetime_value"),
        "repurchase_rate_within_90d": (runs.CDNOW, "repurchase_rate_90"),
        "churn_180d_at_1998_06_30": (runs.CDNOW, "churn"),
        "mab_by_month": (runs.CDNOW_MONTHS, "active"),
        "sample_customers": (runs.CDNOW_SAMPLE, "buyers"),
        "sample_transactions": (runs.CDNOW_SAMPLE, "rows"),
        "sample_zero_repeat_calibration": (runs.CDNOW_SAMPLE, "never_again"),
        "sample_mean_repeat_calibration": (runs.CDNOW_SAMPLE, "mean_repeats"),
    },
    "collegemsg": {
        "messages": (runs.COLLEGE, "all"),
        "users": (runs.COLLEGE, "people_there"),
        "senders": (runs.COLLEGE, "people_writing"),
        "sender_share": (runs.COLLEGE, "share_writing"),
        "days_span": (runs.COLLEGE, "days"),
        "dau_mean": (runs.COLLEGE, "daily_users"),
        "dau_max": (runs.COLLEGE, "most_daily_users"),
        "wau_trailing7_mean": (runs.COLLEGE_DAYS, "mean_trailing_users"),
        "stickiness_dau_wau_mean": (runs.COLLEGE_DAYS, "mean_stickiness"),
        "retention_d1": (runs.COLLEGE, "retention_1"),
        "retention_d7": (runs.COLLEGE, "retention_7"),
        "retention_d30": (runs.COLLEGE, "retention_30"),
        "messages_per_sender": (runs.COLLEGE, "messages_each"),
        "iso_week_wau": (runs.COLLEGE_WEEKS, "weekly_users"),
    },
}
# of many cards the one that the reference speaks of
CARD = {
    **dict.fromkeys(
        (
            "cohort_2010_12_size", "retention_cohort_2010_12_at_2011-01",
            "retention_cohort_2010_12_at_2011-03", "retention_cohort_2010_12_at_2011-11",
        ),
        "2010-12",
    ),
    "mau_2011_11": "2011-11",
    **dict.fromkeys(("wau_trailing7_mean", "stickiness_dau_wau_mean"), "2004-10-26"),
}  # fmt: skip
# demanded by a test of their own, below or in test_real_by_hand.py
APART = {
    "facebook_metrics": {"nulls"},
    "maven_crm": {"usdates_file_equal"},
    "collegemsg": {"dau_max_day"},
}
NOT_EXPRESSIBLE: dict[str, dict[str, str]] = {
    "online_retail": {"date_min": A_MOMENT, "date_max": A_MOMENT},
    "collegemsg": {
        "reply_rate_directed_pairs": "whether the opposite pair stands anywhere in the table: rows compared with rows",
        "first_reply_median_minutes": "from a row to another row of the table, and how long it took",
        "date_min": A_MOMENT,
        "date_max": A_MOMENT,
    },
}
DEMANDED = [(folder, name) for folder, names in REPRODUCED.items() for name in names]


def as_labelled(wanted: Any) -> Any:
    """The reference's labels as ours: numbers and flags are values there, and a quarter is written otherwise."""
    if not isinstance(wanted, Mapping):
        return wanted
    if set(wanted) == {"0.0", "1.0"}:
        return {False: wanted["0.0"], True: wanted["1.0"]}
    if all(label.isdigit() for label in wanted):
        return {int(label): value for label, value in wanted.items()}
    return {f"{label[:4]}-{label[4:]}" if label[4:5] == "Q" else label: value for label, value in wanted.items()}


@both_engines
@pytest.mark.parametrize(("folder", "name"), DEMANDED, ids=[f"{folder} {name}" for folder, name in DEMANDED])
def test_reference(folder: str, name: str, engine: str) -> None:
    wanted = as_labelled(reference(folder)[name])
    run, metric = REPRODUCED[folder][name]
    found = values(run, metric, engine)
    if isinstance(wanted, Mapping):
        if name == "top_types":
            found = dict(sorted(found.items(), key=lambda one: -one[1])[: len(wanted)])
        assert found == approximately(wanted)
    else:
        place = CARD.get(name)
        assert place is not None or list(found) == [None]
        assert found[place] == approximately(wanted)


@pytest.mark.parametrize("folder", list(REPRODUCED))
def test_each_value_of_the_references_is_demanded_or_said_why_not(folder: str) -> None:
    places = [REPRODUCED[folder].keys(), APART.get(folder, set()), NOT_EXPRESSIBLE.get(folder, {}).keys()]
    named = [name for names in places for name in names]
    assert sorted(named) == sorted(reference(folder))


def test_the_rulesets_and_datasets_are_right() -> None:
    assert rulecard.validate(REAL).problems == ()


@both_engines
def test_facebook_cells_that_are_missing(engine: str) -> None:
    (card,) = cards(runs.FACEBOOK, engine).values()
    found = {name: card.metrics[f"no_{name.lower()}"].value for name in ("Paid", "like", "share")}
    assert found == reference("facebook_metrics")["nulls"]


@both_engines
def test_maven_with_american_dates_is_the_same(engine: str) -> None:
    assert reference("maven_crm")["usdates_file_equal"] == 1
    (card,) = cards(runs.MAVEN, engine).values()
    (american,) = cards(runs.MAVEN_USDATES, engine).values()
    assert american == card


@both_engines
def test_college_messages_busiest_day(engine: str) -> None:
    found = values(runs.COLLEGE_DAYS, "daily_users", engine)
    assert max(found, key=lambda day: found[day]) == reference("collegemsg")["dau_max_day"]

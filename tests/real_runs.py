"""What is run over the public data sets, and frames of those that no dataset document can describe."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from .real_data import Run


def _people(folder: Path) -> dict[str, pl.DataFrame]:
    """Senders and receivers in one column: distinct values of two columns are not one aggregate."""
    rows = pl.read_csv(folder / "CollegeMsg.txt", separator=" ")
    return {"people": pl.concat([rows.select(person=pl.col(end)) for end in ("Source", "Destination")])}


TELCO = Run("telco.yaml", "telco_churn", "telco.dataset.yaml")
TELCO_INTERNET = Run("telco_internet.yaml", "telco_churn", "telco.dataset.yaml")
TELCO_WHOLE = Run("telco_whole.yaml", "telco_churn", "telco.dataset.yaml")

HILLSTROM = Run("hillstrom.yaml", "hillstrom_email", "hillstrom.dataset.yaml")
HILLSTROM_NEWBIE = Run("hillstrom_newbie.yaml", "hillstrom_email", "hillstrom.dataset.yaml")
HILLSTROM_RECENCY = Run("hillstrom_recency.yaml", "hillstrom_email", "hillstrom.dataset.yaml")
HILLSTROM_WHOLE = Run("hillstrom_whole.yaml", "hillstrom_email", "hillstrom.dataset.yaml")

FACEBOOK = Run("facebook.yaml", "facebook_metrics", "facebook.dataset.yaml")
FACEBOOK_TYPE = Run("facebook_type.yaml", "facebook_metrics", "facebook.dataset.yaml")
# one post does not say whether it was paid for
FACEBOOK_PAID = Run("facebook_paid.yaml", "facebook_metrics", "facebook.dataset.yaml", warns=("RC507",))

SUPPORT = Run("support.yaml", "support_tickets", "support.dataset.yaml")
SUPPORT_PRIORITY = Run("support_priority.yaml", "support_tickets", "support.dataset.yaml")
# some tickets have no type
SUPPORT_TYPES = Run("support_types.yaml", "support_tickets", "support.dataset.yaml", warns=("RC507",))
SUPPORT_REPEATED = Run("support_repeated.yaml", "support_tickets", "support.dataset.yaml")

# GTXPro stands in deals, and GTX Pro among the products
MAVEN = Run("maven.yaml", "maven_crm", "maven.dataset.yaml", warns=("RC515",))
MAVEN_USDATES = Run("maven.yaml", "maven_crm", "maven_usdates.dataset.yaml", warns=("RC515",))
MAVEN_MANAGER = Run("maven_manager.yaml", "maven_crm", "maven.dataset.yaml", warns=("RC515",))
MAVEN_REGION = Run("maven_region.yaml", "maven_crm", "maven.dataset.yaml", warns=("RC515",))
# deals that are still open have no day on which they were closed
MAVEN_QUARTER = Run("maven_quarter.yaml", "maven_crm", "maven.dataset.yaml", warns=("RC507", "RC515"))

# lines without a customer, cancelled ones and those without a price are left out
RETAIL = Run("retail.yaml", "online_retail", "retail.dataset.yaml", warns=("RC506",))
RETAIL_MONTHS = Run("retail_months.yaml", "online_retail", "retail_months.dataset.yaml", warns=("RC506",))

CDNOW = Run("cdnow.yaml", "cdnow", "cdnow.dataset.yaml")
CDNOW_MONTHS = Run("cdnow_months.yaml", "cdnow", "cdnow.dataset.yaml")
CDNOW_SAMPLE = Run("cdnow_sample.yaml", "cdnow", "cdnow_sample.dataset.yaml")

COLLEGE = Run("collegemsg.yaml", "collegemsg", "collegemsg.dataset.yaml", _people)
COLLEGE_WEEKS = Run("collegemsg_weeks.yaml", "collegemsg", "collegemsg.dataset.yaml")
COLLEGE_DAYS = Run("collegemsg_days.yaml", "collegemsg", "collegemsg.dataset.yaml")

"""The sample of the pack `crm-roi`: for `sales-funnel` five invented teams, for `crm-roi` four business units.

Only `Random.random` is drawn from, the one stream that Python promises to keep.
"""

from __future__ import annotations

import random

from ._crm_accounts import Accounts
from ._crm_exports import table
from ._crm_funnel import Funnel

SEED = 20250402
NAMES = {
    "leads": "线索表.csv",
    "activities": "跟进记录.csv",
    "opportunities": "商机表.csv",
    "closed": "赢单输单表.csv",
    "stages": "阶段变更记录.csv",
    "pipeline": "月末在途商机.csv",
    "targets": "业绩目标.csv",
    "reps": "销售人员.csv",
    "monthly": "经营月报.csv",
    "orders": "订单.csv",
    "timesheet": "工时登记.csv",
    "costs": "CRM费用.csv",
    "hires": "新员工首单.csv",
}


def files() -> dict[str, bytes]:
    """One file for each table."""
    funnel = Funnel(random.Random(SEED)).run().rows
    accounts = Accounts(random.Random(SEED + 1)).run().rows
    return {NAMES[name]: table(rows) for name, rows in {**funnel, **accounts}.items()}

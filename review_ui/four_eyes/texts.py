"""Words of second keying."""

from __future__ import annotations

NOTICE = {"agreed": "两人录入一致", "differs": "两人录入不一致，已转专家核定"}

"""The page of figures."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from review_ui.statistics import neighbours, this_month
from tests.domain.builders import NOW
from tests.review_ui.memory_backend import MemoryBackend


def test_the_present_month_is_shown_with_a_table_and_a_chart_each(client: TestClient, cases: MemoryBackend) -> None:
    text = client.get("/statistics").text
    figures = cases.statistics("exchange-member", this_month(NOW))
    assert f"收件 <b>{figures.total}</b> 件" in text and figures.total > 0
    charts = [json.loads(unescape(found)) for found in re.findall(r'data-chart="([^"]*)"', text)]
    assert len(charts) == len(figures.tables)
    for chart, table in zip(charts, figures.tables, strict=True):
        assert chart == {"labels": [r.label for r in table.rows], "counts": [r.count for r in table.rows]}
        for row in table.rows:
            assert f"<td>{row.label}</td>" in text


def test_a_month_without_cases_has_tables_and_no_charts(client: TestClient) -> None:
    text = client.get("/statistics?policy=exchange-member&month=2020-01").text
    assert "收件 <b>0</b> 件" in text and "data-chart" not in text and "按期情况" in text


@pytest.mark.parametrize(("query", "status"), [("month=2026-13", 400), ("policy=nowhere", 404), ("month=x", 400)])
def test_bad_choices_are_said(client: TestClient, query: str, status: int) -> None:
    assert client.get(f"/statistics?{query}").status_code == status


def test_months_follow_each_other() -> None:
    assert neighbours("2026-01") == ("2025-12", "2026-02")
    assert neighbours("2026-12") == ("2026-11", "2027-01")


def test_the_page_loads_only_from_here(client: TestClient) -> None:
    text = client.get("/statistics").text
    assert 'src="/static/vendor/echarts.simple.min.js"' in text
    assert client.get("/static/vendor/echarts.simple.min.js").status_code == 200
    assert client.get("/static/charts.js").status_code == 200

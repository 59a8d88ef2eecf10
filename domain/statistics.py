"""Figures of a month."""

from __future__ import annotations

from pydantic import Field

from domain.base import Model


class Count(Model):
    """How many cases have a label."""

    label: str
    count: int = Field(ge=0)


class CountTable(Model):
    """The cases of the month by one of their properties; the counts add up to all of them.

    Attributes:
        id: stable name: ``category``, ``channel``, ``level``, ``disposition``, ``status``, ``materials``, ``amended``,
            ``on_time``.
        title: its name in Chinese.
        rows: in the pack's order, then by count.
        note: what the figures mean, where that is not plain.
    """

    id: str
    title: str
    rows: tuple[Count, ...]
    note: str = ""

    def count(self, label: str) -> int:
        """Return the count of ``label``, 0 when it does not occur."""
        return next((row.count for row in self.rows if row.label == label), 0)


class MonthlyStatistics(Model):
    """The cases of one pack received in one month of Chinese local time.

    Attributes:
        policy: pack id.
        title: name of the regulation.
        month: ``YYYY-MM``.
        total: number of cases received.
    """

    policy: str
    title: str
    month: str = Field(pattern=r"^\d{4}-\d{2}$")
    total: int = Field(ge=0)
    tables: tuple[CountTable, ...]

    def table(self, name: str) -> CountTable:
        """Return the table with id ``name``."""
        return next(table for table in self.tables if table.id == name)

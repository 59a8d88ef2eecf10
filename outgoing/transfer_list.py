"""The transfer list 移交清单: one row for each package, totals, places for signatures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from classifiers.deadlines import local_day
from domain.base import Model, UtcTime
from domain.checks import CHINA
from outgoing.workbook import Heading, SheetCell, table_book

TITLE = "档案移交清单"
_HEADINGS = tuple(
    Heading(label=label, group=group)
    for group, labels in (
        ("案件", ("序号", "案件编号", "题名", "收件日期", "归档日期", "级别")),
        ("数量", ("页数", "原件数", "资料包文件数", "字节数")),
        ("保管", ("保管期限至",)),
        ("资料包", ("打包时间", "SHA-256", "SM3", "四性检测")),
    )
    for label in labels
)
_SIGNED = ("移交单位（盖章）", "移交人", "移交日期", "接收单位（盖章）", "接收人", "接收日期")
_LINE = "＿＿＿＿＿＿＿＿"


class TransferLine(Model):
    """A package to be handed over.

    Attributes:
        title: what the case is, without personal data beyond the complainant's name.
        filed_at: of the newest filing in it.
        originals: files that came in; ``files`` counts those of the package.
        retain_until: last day of retention, ``None`` while it is open.
        failed: failed checks of the report that the package carries.
    """

    number: str
    title: str
    received_at: UtcTime
    filed_at: UtcTime | None
    level: str | None
    pages: int
    originals: int
    files: int
    size: int
    retain_until: date | None
    made_at: UtcTime
    sha256: str
    sm3: str
    failed: int


def transfer_book(lines: Sequence[TransferLine], adopter: str | None, since: datetime | None, day: date) -> bytes:
    """Return the workbook.

    Args:
        lines: in the order of the rows.
        adopter: who hands over, ``None`` when the adoption file does not say.
        since: only packages made from this moment on, ``None`` for all.
        day: of the list.
    """
    rows = [_row(number, line) for number, line in enumerate(lines, start=1)]
    rows.append(_totals(lines))
    rows += [[], *([SheetCell(), SheetCell(value=label), SheetCell(value=_LINE)] for label in _SIGNED)]
    notes = [
        ("移交单位", adopter or "未指定"),
        ("制表日期", day.isoformat()),
        ("范围", f"{local_day(since)} 起打包的案件" if since else "全部已打包的案件；每案只列最近一次"),
        ("件数", str(len(lines))),
        ("资料包哈希", "资料包内 tagmanifest-sha256.txt 的 SHA-256 与 SM3，它覆盖资料包的其余全部文件"),
        ("核对", "接收方可用 juanzong archive import-package 文件夹 --digest SHA-256，或按资料包内 README.md 校验"),
        ("底色", "浅黄底色表示四性检测有不通过的项目，见资料包内 report/inspection.html"),
    ]
    return table_book(TITLE, _HEADINGS, rows, notes)


def _row(number: int, line: TransferLine) -> list[SheetCell]:
    verdict = f"{line.failed} 项不通过" if line.failed else "通过"
    values = (
        number,
        line.number,
        line.title,
        local_day(line.received_at),
        local_day(line.filed_at) if line.filed_at else None,
        line.level,
        line.pages,
        line.originals,
        line.files,
        line.size,
        line.retain_until or "未定",
        f"{line.made_at.astimezone(CHINA):%Y-%m-%d %H:%M}",
        line.sha256,
        line.sm3,
    )
    return [*(SheetCell(value=value) for value in values), SheetCell(value=verdict, doubtful=bool(line.failed))]


def _totals(lines: Sequence[TransferLine]) -> list[SheetCell]:
    before = [SheetCell(value="合计"), SheetCell(value=f"{len(lines)} 件"), *(SheetCell() for _ in range(4))]
    sums = (sum(getattr(line, name) for line in lines) for name in ("pages", "originals", "files", "size"))
    return [*before, *(SheetCell(value=total) for total in sums)]

"""What the commands do; ``flows.cli`` only parses."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from domain.case import Case
from domain.errors import ConfigurationError, JuanzongError, UnknownCaseError
from domain.export import cases_json, dump
from flows.cli_codes import FAILED_FILES, INTERNAL_ERROR
from flows.output import case_table, console, failure_table, outcome_table
from flows.request import IngestOutcome, IngestRequest
from flows.settings import load_settings
from flows.wiring import Services, load_policies, open_services


def ingest_paths(request: IngestRequest, json_target: str | None) -> int:
    """Run ``ingest`` and print or write its result; return the exit code."""
    from flows.ingestion import ingest
    from flows.session import open_session

    with open_session(load_settings(request.adoption)) as session:
        outcome = ingest(session.services, request, session.engine, session.pool)
        sys.stderr.writelines(f"{note}\n" for note in outcome.notes)
        if json_target is not None:
            write_json(outcome, json_target)
        if json_target != "-":
            print_outcome(outcome)
    return exit_code(outcome)


def exit_code(outcome: IngestOutcome) -> int:
    """Return 0, 1 when something of ours broke, 3 when files failed."""
    foreseen = error_names()
    if any(f.error not in foreseen for f in outcome.failures):
        return INTERNAL_ERROR
    return FAILED_FILES if outcome.failures else 0


def error_names() -> frozenset[str]:
    """Return the names of the errors that are raised on purpose."""
    found: list[type[JuanzongError]] = [JuanzongError]
    for error in found:
        found.extend(error.__subclasses__())
    return frozenset(error.__name__ for error in found)


def print_outcome(outcome: IngestOutcome) -> None:
    """Print the table of cases and the table of failures."""
    out = console()
    if outcome.cases:
        out.print(outcome_table(outcome.cases))
    if outcome.failures:
        out.print(failure_table(outcome.failures))


def write_json(outcome: IngestOutcome, target: str) -> None:
    """Write the case JSON to a file, or to stdout for ``-``."""
    document = dump(cases_json(tuple(o.case for o in outcome.cases), outcome.failures))
    _write(document, target)


def _write(document: dict[str, Any], target: str) -> None:
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    if target == "-":
        sys.stdout.write(text)
        return
    try:
        Path(target).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"无法写入 {target}：{error.strerror}", "请换一个可写的路径") from error


def list_cases(status: str | None) -> None:
    """Print all cases."""
    from domain.vocabulary import CaseStatus
    from storage.rows import CaseFilter

    if status is not None and status not in list(CaseStatus):
        allowed = "、".join(CaseStatus)
        raise ConfigurationError(f"没有状态 {status}，可用：{allowed}", "请改正 --status 后重试")
    services = open_services(load_settings())
    wanted = CaseFilter(status=CaseStatus(status)) if status else None
    cases = (services.storage.cases.load_case(row.id) for row in services.storage.cases.list_cases(wanted))
    console().print(case_table(case for case in cases if case is not None))


def load_case(services: Services, number: str) -> Case:
    """Return the case with this number or id.

    Raises:
        UnknownCaseError: there is none, or it has not been read yet.
    """
    case = services.storage.cases.load_case(number)
    if case is None:
        raise UnknownCaseError(f"案件 {number} 已受理但尚未识别", "请重新运行 juanzong ingest 完成识别")
    return case


def show_case(number: str, *, as_json: bool) -> None:
    """Print one case as text or as case JSON."""
    case = load_case(open_services(load_settings()), number)
    if as_json:
        _write(dump(cases_json((case,), case.failures)), "-")
        return
    from flows.case_view import case_view

    for part in case_view(case):
        console().print(part)


def list_policies() -> None:
    """Print the packs and who adopted them."""
    from rich.table import Table

    settings = load_settings()
    policies = load_policies(settings.policies, settings.adoption)
    table = Table()
    for heading in ("编号", "名称", "类别数", "参数（未定）", "来源"):
        table.add_column(heading, overflow="fold")
    for pack in policies.packs.values():
        adopted = policies.adopted(pack.id)
        unset = sum(adopted.parameter(name) is None for name in pack.parameters)
        table.add_row(pack.id, pack.title, str(len(pack.categories)), f"{len(pack.parameters)}（{unset}）", pack.source)
    console().print(table)


def show_policy(policy: str, adoption: Path | None) -> None:
    """Print the readable summary of a pack."""
    from classifiers.pack_summary import summary

    settings = load_settings(adoption)
    sys.stdout.write(summary(load_policies(settings.policies, settings.adoption).adopted(policy)) + "\n")


def check_policies(files: tuple[Path, ...]) -> int:
    """Check packs and adoption files; print every problem; return 2 when there is one."""
    from classifiers.packs import check_adoption, check_pack, load_packs

    settings = load_settings()
    paths = files or tuple(sorted(settings.policies.glob("*.yaml")))
    problems = 0
    for path in paths:
        if path.name.startswith("adoption"):
            found = check_adoption(path, load_packs(settings.policies))
        else:
            found = check_pack(path)
        sys.stdout.write(f"{path.name}：{'无问题' if not found else ''}\n")
        sys.stdout.writelines(f"  {problem}\n" for problem in found)
        problems += len(found)
    return 2 if problems else 0

"""What the database itself refuses about retention, in one wording for SQLite and PostgreSQL.

A rule is a condition over the new row (``NEW``) under which the row is refused. ``{today}`` is the day (UTC) by the
clock of the database, ``{day}`` that of the row: whoever sets one of them forward is stopped by the other. UTC lags
behind China, so a case stays some hours longer, never shorter.
"""

from __future__ import annotations

from types import ModuleType

_DESTROYED = "EXISTS (SELECT 1 FROM retention_acts d WHERE d.act = 'destroy' AND d.case_id = {case})"
_DATES = (
    "(SELECT seq, retain_until FROM filings WHERE case_id = NEW.case_id UNION ALL "
    "SELECT seq, retain_until FROM retention_acts WHERE case_id = NEW.case_id AND act = 'retain')"
)
_SHORTENED = (
    f"NEW.retain_until IS NOT NULL AND EXISTS (SELECT 1 FROM {_DATES} k WHERE k.retain_until > NEW.retain_until)"
)
_OPEN_HOLD = (
    "EXISTS (SELECT 1 FROM retention_acts h WHERE h.act = 'hold' AND h.case_id = {case} AND NOT EXISTS "
    "(SELECT 1 FROM retention_acts r WHERE r.act = 'release' AND r.refers_to = h.seq))"
)
_SAME_PERSON = "lower(trim({one})) = lower(trim({other}))"
_LISTED = (
    "EXISTS (SELECT 1 FROM disposal_items i WHERE i.list_seq = NEW.refers_to AND i.case_id = NEW.case_id "
    "AND NOT EXISTS (SELECT 1 FROM retention_acts x WHERE x.act = 'remove' AND x.refers_to = i.list_seq "
    "AND x.case_id = i.case_id))"
)
_APPROVED_TWICE = (
    "(SELECT count(DISTINCT lower(trim(a.person))) FROM retention_acts a WHERE a.act = 'approve' "
    "AND a.refers_to = {list}) >= 2"
)
_REFERS = "EXISTS (SELECT 1 FROM retention_acts t WHERE t.seq = NEW.refers_to AND t.act = '{act}'{more})"
_SAME_CASE = " AND t.case_id = NEW.case_id"
_SAME_ACT = "EXISTS (SELECT 1 FROM retention_acts s WHERE s.act = NEW.act AND s.refers_to = NEW.refers_to{more})"

_ACT_RULES = (
    ("EXISTS (SELECT 1 FROM filings f WHERE f.seq = NEW.seq)", "the leaf is that of a filing"),
    (f"NEW.case_id IS NOT NULL AND {_DESTROYED.format(case='NEW.case_id')}", "the case is destroyed"),
    (f"NEW.act = 'retain' AND ({_SHORTENED})", "retention is never shortened"),
    (
        f"NEW.act IN ('ask_release', 'release') AND NOT {_REFERS.format(act='hold', more=_SAME_CASE)}",
        "there is no such hold of this case",
    ),
    (
        f"NEW.act IN ('ask_release', 'release', 'certify') AND {_SAME_ACT.format(more='')}",
        "this was done before",
    ),
    (
        "NEW.act = 'release' AND NOT EXISTS (SELECT 1 FROM retention_acts q WHERE q.act = 'ask_release' "
        f"AND q.refers_to = NEW.refers_to AND NOT {_SAME_PERSON.format(one='q.person', other='NEW.person')})",
        "a release needs two persons: one asks, another confirms",
    ),
    (
        f"NEW.act IN ('remove', 'approve', 'destroy', 'certify') AND NOT {_REFERS.format(act='list', more='')}",
        "there is no such list",
    ),
    (f"NEW.act IN ('remove', 'destroy') AND NOT ({_LISTED})", "the case is not on the list"),
    (
        "NEW.act = 'approve' AND "
        + _SAME_ACT.format(
            more=f" AND (s.capacity = NEW.capacity OR {_SAME_PERSON.format(one='s.person', other='NEW.person')})"
        ),
        "an approval needs two persons in two capacities",
    ),
    (
        "NEW.act = 'approve' AND NOT EXISTS (SELECT 1 FROM disposal_items i WHERE i.list_seq = NEW.refers_to "
        "AND NOT EXISTS (SELECT 1 FROM retention_acts x WHERE x.act = 'remove' AND x.refers_to = i.list_seq "
        "AND x.case_id = i.case_id))",
        "nothing is left on the list",
    ),
    (
        f"NEW.act = 'destroy' AND NOT {_APPROVED_TWICE.format(list='NEW.refers_to')}",
        "the list is not approved by two persons",
    ),
    (f"NEW.act = 'destroy' AND {_OPEN_HOLD.format(case='NEW.case_id')}", "the case is under a legal hold"),
    (
        f"NEW.act = 'destroy' AND coalesce((SELECT l.retain_until IS NULL FROM {_DATES} l "
        f"WHERE l.seq = (SELECT max(m.seq) FROM {_DATES} m)), {{true}})",
        "retention is undecided: the case is kept for ever",
    ),
    (
        f"NEW.act = 'destroy' AND EXISTS (SELECT 1 FROM {_DATES} k WHERE k.retain_until IS NOT NULL "
        "AND (k.retain_until >= {today} OR coalesce(k.retain_until >= {day}, {true})))",
        "retention has not ended",
    ),
    (
        "NEW.act = 'certify' AND EXISTS (SELECT 1 FROM disposal_items i WHERE i.list_seq = NEW.refers_to "
        "AND NOT EXISTS (SELECT 1 FROM retention_acts x WHERE x.act IN ('remove', 'destroy') "
        "AND x.refers_to = i.list_seq AND x.case_id = i.case_id))",
        "cases of the list are not destroyed",
    ),
)
"""Conditions under which a row of ``retention_acts`` is refused."""

_ITEM_RULES = (
    (
        "NOT EXISTS (SELECT 1 FROM retention_acts t WHERE t.seq = NEW.list_seq AND t.act = 'list')",
        "there is no such list",
    ),
    ("EXISTS (SELECT 1 FROM retention_acts a WHERE a.refers_to = NEW.list_seq)", "the list is closed"),
    (_OPEN_HOLD.format(case="NEW.case_id"), "the case is under a legal hold"),
    (_DESTROYED.format(case="NEW.case_id"), "the case is destroyed"),
)
_OBJECT_RULES = (
    (
        "NOT EXISTS (SELECT 1 FROM retention_acts t WHERE t.seq = NEW.act_seq AND t.act = 'destroy')",
        "there is no such destruction",
    ),
    (
        "EXISTS (SELECT 1 FROM object_needs n WHERE n.object_key = NEW.object_key "
        f"AND NOT {_DESTROYED.format(case='n.case_id')})",
        "another case needs the object",
    ),
    (
        "NOT EXISTS (SELECT 1 FROM object_needs n JOIN retention_acts t ON t.case_id = n.case_id "
        "WHERE n.object_key = NEW.object_key AND t.seq = NEW.act_seq)",
        "the object is none of the case",
    ),
)
_OF_DESTROYED = ((_DESTROYED.format(case="NEW.case_id"), "the case is destroyed"),)
_FILING_RULES = (
    (_SHORTENED, "retention is never shortened"),
    ("EXISTS (SELECT 1 FROM retention_acts t WHERE t.seq = NEW.seq)", "the leaf is that of an act"),
    *_OF_DESTROYED,
)

INSERT_RULES = {
    "retention_acts": _ACT_RULES,
    "disposal_items": _ITEM_RULES,
    "destroyed_objects": _OBJECT_RULES,
    "filings": _FILING_RULES,
    "case_files": _OF_DESTROYED,
    "case_revisions": _OF_DESTROYED,
    "decisions": _OF_DESTROYED,
}
"""Table to the conditions under which a new row of it is refused."""

NEVER_DELETED = ("cases", "objects", "case_files")
"""Tables whose rows change or do not, but never go: what was kept is known for ever."""

OF_ONE_CASE = ("case_id", "object_key", "name", "batch_id")
"""Columns of ``case_files`` that never change: a file that moved to another case would go with that one."""

EMPTIED = {
    "case_revisions": ("body", ("case_id", "revision", "cause", "sha256", "saved_at")),
    "decisions": ("body", ("case_id", "position", "revision", "actor", "at", "action", "subject", "sha256")),
}
"""Facts whose words go with a destroyed case: the column that is emptied, and those that must stay as they are."""

OBJECT_NEEDS = (
    "CREATE VIEW object_needs AS "
    "SELECT object_key, case_id, 'original' AS role FROM case_files UNION "
    "SELECT a.object_key, f.case_id, a.role FROM archived_objects a JOIN filings f ON f.seq = a.seq "
    "WHERE a.role <> 'manifest' UNION "
    "SELECT docx_key, case_id, 'notice' FROM notices WHERE docx_key IS NOT NULL UNION "
    "SELECT pdf_key, case_id, 'notice' FROM notices"
)


def create_rules(op: ModuleType) -> None:
    """Create the view and all triggers; the tables must be there."""
    op.execute(OBJECT_NEEDS)
    if op.get_bind().dialect.name == "sqlite":
        _sqlite(op)
    else:
        _postgresql(op)
    for table, (emptied, kept) in EMPTIED.items():
        let_go_with_case(op, table, emptied, kept)


def let_go_with_case(op: ModuleType, table: str, emptied: str, kept: tuple[str, ...]) -> None:
    """Let one column of a protected table be emptied, once its case is destroyed; every other change stays refused.

    Args:
        op: alembic's operations of the running step.
        table: the table, with a column ``case_id``.
        emptied: the column whose words go.
        kept: all other columns.
    """
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    same = " AND ".join(f"NEW.{c} {'IS' if is_sqlite else 'IS NOT DISTINCT FROM'} OLD.{c}" for c in kept)
    allowed = f"length(NEW.{emptied}) = 0 AND {same} AND {_DESTROYED.format(case='OLD.case_id')}"
    message = f"{table} is append-only: UPDATE refused"
    if is_sqlite:
        op.execute(f"DROP TRIGGER IF EXISTS {table}_no_update")
        _refuse(op, f"{table}_no_update", f"UPDATE ON {table} WHEN NOT ({allowed})", message)
        return
    _function(op, f"{table}_emptied", f"IF NOT ({allowed}) THEN {_FAIL.format(message=message)} END IF; RETURN NEW;")
    op.execute(f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}")
    _trigger(op, f"{table}_no_change", f"BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT", "refuse_change")
    _trigger(op, f"{table}_emptied", f"BEFORE UPDATE ON {table} FOR EACH ROW", f"{table}_emptied")


def _sqlite(op: ModuleType) -> None:
    words = {"today": "date('now')", "day": "date(NEW.at)", "true": "1"}
    for table, rules in INSERT_RULES.items():
        for number, (condition, message) in enumerate(rules, start=1):
            _refuse(op, f"{table}_rule_{number}", f"INSERT ON {table} WHEN {condition.format(**words)}", message)
    for table in ("filings", "retention_acts"):
        odd = "NEW.retain_until IS NOT NULL AND date(NEW.retain_until) IS NOT NEW.retain_until"
        _refuse(op, f"{table}_is_day", f"INSERT ON {table} WHEN {odd}", f"{table}: retain_until is no day")
    for table in NEVER_DELETED:
        _refuse(op, f"{table}_no_delete", f"DELETE ON {table}", f"{table}: rows are never deleted")
    _refuse(op, "objects_no_update", "UPDATE ON objects", "objects: rows are never changed")
    moved = " OR ".join(f"NEW.{c} IS NOT OLD.{c}" for c in OF_ONE_CASE)
    _refuse(op, "case_files_no_move", f"UPDATE ON case_files WHEN {moved}", "case_files: files stay with their case")


def _refuse(op: ModuleType, name: str, when: str, message: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{message}'); END")


_FAIL = "RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"


def _postgresql(op: ModuleType) -> None:
    words = {
        "today": "(clock_timestamp() AT TIME ZONE 'UTC')::date",
        "day": "(NEW.at AT TIME ZONE 'UTC')::date",
        "true": "TRUE",
    }
    for table, rules in INSERT_RULES.items():
        steps = "".join(f"IF {c.format(**words)} THEN {_FAIL.format(message=m)} END IF; " for c, m in rules)
        _function(op, f"{table}_rules", f"{steps}RETURN NEW;")
        _trigger(op, f"{table}_rules", f"BEFORE INSERT ON {table} FOR EACH ROW", f"{table}_rules")
    for table in NEVER_DELETED:
        # refuse_change() says "append-only"; here other changes are allowed, but no row goes.
        _trigger(op, f"{table}_no_delete", f"BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT", "refuse_change")
    moved = " OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in OF_ONE_CASE)
    stays = _FAIL.format(message="case_files: files stay with their case")
    _function(op, "case_files_moved", f"IF {moved} THEN {stays} END IF; RETURN NEW;")
    _trigger(op, "case_files_no_move", "BEFORE UPDATE ON case_files FOR EACH ROW", "case_files_moved")
    _trigger(op, "objects_no_update", "BEFORE UPDATE ON objects FOR EACH STATEMENT", "refuse_change")


def _function(op: ModuleType, name: str, body: str) -> None:
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")


def _trigger(op: ModuleType, name: str, when: str, function: str) -> None:
    op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {function}()")

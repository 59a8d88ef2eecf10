"""Who works here and what each may do: roles, and the one table of operations. Pure: no clock, no store.

An operation is the name of a route of the pages (``desk.operation``). What is not in the table nobody may do.
"""

from __future__ import annotations

from enum import StrEnum

from domain.base import Model
from domain.errors import AccountError


class Role(StrEnum):
    """What a person does here; one may do several things."""

    MAILROOM = "mailroom"
    REVIEWER = "reviewer"
    EXPERT = "expert"
    ARCHIVIST = "archivist"
    AUDITOR = "auditor"
    ADMIN = "admin"


MARKETING = "marketing"
"""Duty of staff who sell: some regimes keep them from taking in complaints."""


class Person(Model):
    """Somebody who signed in.

    Attributes:
        id: of the account.
        login: what is typed at sign-in.
        name: as shown and as it stands in decisions; unique.
        duties: departments and duties outside Juanzong, such as ``marketing``.
        staff_names: names under which complaints may mention this person.
    """

    id: str
    login: str
    name: str
    roles: tuple[Role, ...] = ()
    duties: tuple[str, ...] = ()
    staff_names: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that may stand for this person in a paper."""
        return tuple(dict.fromkeys((self.name, *self.staff_names)))


Operation = str
"""Name of a route, ``desk.operation``."""

_R = Role
ANYBODY = frozenset(Role)
"""Everybody with a role."""
_WORK = frozenset({_R.REVIEWER, _R.EXPERT})
_READ = frozenset({_R.REVIEWER, _R.EXPERT, _R.ARCHIVIST, _R.AUDITOR})
_ADMIN = frozenset({_R.ADMIN})
_AUDIT = frozenset({_R.AUDITOR})
_INTAKE = frozenset({_R.MAILROOM})
_ARCHIVE = frozenset({_R.ARCHIVIST})
_KEEP = frozenset({_R.ARCHIVIST, _R.AUDITOR})

PUBLIC: frozenset[Operation] = frozenset(
    {
        "static",
        "healthz",
        "openapi",
        "sign_in.show",
        "sign_in.send",
        "sign_in.oidc",
        "sign_in.oidc_return",
        "sign_in.link",
        "sign_in.use_link",
        "appearance.choose",
    }
)
"""What may be asked for without signing in."""

OWN: frozenset[Operation] = frozenset({"own.password", "own.change_password", "own.sign_out", "own.token"})
"""What everybody who signed in may do, with or without a role."""

PERMITTED: dict[Operation, frozenset[Role]] = {
    "queue.show": _WORK,
    "queue.next": _WORK,
    "queue.save_view": _WORK,
    "queue.delete_view": _WORK,
    "queue.renew": _WORK,
    "queue.release": _WORK,
    "queue.take_over": _WORK,
    "queue.skip": _WORK,
    "queue.to_expert": _WORK,
    "queue.from_expert": _WORK,
    "cases.list": _READ | {_R.MAILROOM},
    "station.show": _READ,
    "station.decide": _WORK,
    "station.page": _READ,
    "station.doubts": _READ,
    "station.page_characters": _READ,
    "station.read_box": _WORK,
    "station.original": _READ,
    "mailroom.list": _INTAKE,
    "mailroom.open": _INTAKE,
    "mailroom.batch": _INTAKE,
    "mailroom.state": _INTAKE,
    "mailroom.count": _INTAKE,
    "mailroom.explain": _INTAKE,
    "mailroom.close": _INTAKE,
    "mailroom.answer": _INTAKE,
    "mailroom.read_again": _INTAKE,
    "mailroom.page_picture": _INTAKE,
    "mailroom.pair_picture": _INTAKE,
    "mailroom.upload": _INTAKE,
    "mailroom.upload_options": _INTAKE,
    "mailroom.upload_offset": _INTAKE,
    "mailroom.upload_state": _INTAKE,
    "mailroom.upload_piece": _INTAKE,
    "mailroom.upload_give_up": _INTAKE,
    "mailroom.receipt": _INTAKE,
    "mailroom.sheets": _INTAKE,
    "mailroom.sheet": _INTAKE,
    "mailroom.sheet_pdf": _INTAKE,
    "four_eyes.list": _WORK,
    "four_eyes.keying": _WORK,
    "four_eyes.key": _WORK,
    "four_eyes.sample": _WORK,
    "four_eyes.answer_sample": _WORK,
    "papers.decide": _WORK,
    "papers.send": _WORK,
    "papers.undo": _WORK,
    "papers.reading": _READ,
    "papers.rescans": _READ | {_R.MAILROOM},
    "statistics.show": _READ,
    "archive.search": _READ,
    "archive.old_search": _READ,
    "archive.preview": _READ,
    "archive.verify": _KEEP,
    "archive.download": _KEEP,
    "retention.show": _KEEP,
    "hold.place": _KEEP,
    "hold.ask_release": _KEEP,
    "hold.release": _KEEP,
    "disposal.make": _ARCHIVE,
    "disposal.show": _KEEP,
    "disposal.remove": _KEEP,
    "disposal.approve": _ARCHIVE,
    "disposal.supervise": _AUDIT,
    "disposal.destroy": _ARCHIVE,
    "disposal.book": _KEEP,
    "disposal.certificate": _KEEP,
    "archive.certificate": _KEEP,
    "copy.ask": _READ,
    "copy.reading": _READ,
    "copy.redacted": _READ,
    "copy.original": _KEEP,
    "case.file": _READ,
    "case.print_style": _READ,
    "case.make_notice": _WORK,
    "case.notice": _READ,
    "case.verify": _READ,
    "dashboard.show": _READ | {_R.ADMIN},
    "health.show": frozenset({_R.ADMIN, _R.ARCHIVIST, _R.AUDITOR}),
    "api.queue": _WORK,
    "api.cases": _READ | {_R.MAILROOM},
    "api.case": _READ,
    "api.decide": _WORK,
    "api.check": _WORK,
    "api.documents": _READ,
    "api.page": _READ,
    "api.original": _READ,
    "api.failures": _WORK,
    "api.search": _READ,
    "api.policies": ANYBODY,
    "api.policy": ANYBODY,
    "api.upload": _INTAKE,
    "api.upload_state": _INTAKE,
    "api.webhooks": _ADMIN,
    "api.webhook_add": _ADMIN,
    "api.webhook": _ADMIN,
    "api.webhook_switch": _ADMIN,
    "api.webhook_rotate": _ADMIN,
    "api.deliveries": _ADMIN,
    "api.send_again": _ADMIN,
    "token.list": _ADMIN,
    "token.create": _ADMIN,
    "token.revoke": _ADMIN,
    "webhook.list": _ADMIN,
    "webhook.create": _ADMIN,
    "webhook.rotate": _ADMIN,
    "webhook.switch": _ADMIN,
    "webhook.resend": _ADMIN,
    "audit.list": _AUDIT,
    "audit.export": _AUDIT,
    "audit.verify": _AUDIT,
    "audit.ask_reveal": _READ,
    "audit.row": _READ,
    "audit.reveal": _READ,
    "accounts.show": _ADMIN,
    "accounts.create": _ADMIN,
    "accounts.edit": _ADMIN,
    "accounts.change": _ADMIN,
    "accounts.reset": _ADMIN,
    "accounts.end_session": _ADMIN,
}
"""Operation to the roles that may do it: the only such table."""


PASSWORD_LENGTH = 12
"""Shortest password, characters; longer ones are better than odd ones, so nothing else is asked."""

_LONGEST_PASSWORD = 1000


def refuse_password(password: str, login: str) -> None:
    """Refuse a password that cannot be taken.

    Raises:
        AccountError: too short, endless, or the login name.
    """
    if len(password) < PASSWORD_LENGTH:
        fact = f"密码只有 {len(password)} 个字符，至少要 {PASSWORD_LENGTH} 个"
        raise AccountError(fact, "可以用几个词连成的一句话，好记又难猜")
    if len(password) > _LONGEST_PASSWORD:
        raise AccountError(f"密码超过 {_LONGEST_PASSWORD} 个字符", "请用短一些的密码")
    if password.strip().casefold() == login.strip().casefold():
        raise AccountError("密码不能就是登录名", "请换一个密码")


def may(person: Person, operation: Operation) -> bool:
    """Return True when ``person`` may do ``operation``; what the table does not know nobody may."""
    if operation in PUBLIC or operation in OWN:
        return True
    return bool(PERMITTED.get(operation, frozenset()) & set(person.roles))

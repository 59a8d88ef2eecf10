"""Filters of the queue as query strings."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from pydantic import ConfigDict

from domain.base import Model
from domain.vocabulary import CaseStatus, Channel, DocumentKind
from review_ui import texts as words
from review_ui.backend import QueueCounts, QueueFilter
from review_ui.queue import texts

_Choice = TypeVar("_Choice", bound=StrEnum)

EXPERT, REVIEWER = "yes", "no"


class QueueQuery(Model):
    """What the queue page is asked for; "" is any.

    Attributes:
        assignee: ``mine``, ``nobody`` or ``name:NAME``.
        expert: ``yes`` or ``no``.
        after: place of the last line shown before.
        told: ``nothing``: there was no next case.
    """

    model_config = ConfigDict(extra="ignore")

    policy: str = ""
    level: str = ""
    reason: str = ""
    kind: str = ""
    channel: str = ""
    status: str = ""
    assignee: str = ""
    expert: str = ""
    after: str = ""
    told: str = ""

    def wanted(self, person: str) -> QueueFilter:
        """Return the filter; values that mean nothing are left out. ``person`` is who asks."""
        holder = self.assignee.removeprefix(texts.NAME) if self.assignee.startswith(texts.NAME) else None
        return QueueFilter(
            policy=self.policy or None,
            level=self.level or None,
            reason=self.reason or None,
            kind=_choice(DocumentKind, self.kind),
            channel=_choice(Channel, self.channel),
            status=_choice(CaseStatus, self.status),
            holder=person if self.assignee == texts.MINE else holder,
            held=False if self.assignee == texts.NOBODY else None,
            for_expert={EXPERT: True, REVIEWER: False}.get(self.expert),
        )

    @property
    def filters(self) -> str:
        """The query string of the filters alone."""
        return urlencode({k: v for k, v in self if v and k not in ("after", "told")})

    def more(self, after: str | None) -> str:
        """Return the query string of the page after ``after``."""
        return urlencode([*parse_qsl(self.filters), ("after", after or "")])


def read_query(text: str) -> QueueQuery:
    """Return the query of a query string; names that mean nothing are left out."""
    given = {k: v for k, v in parse_qsl(text) if k in QueueQuery.model_fields}
    return QueueQuery.model_validate(given)


Options = list[tuple[str, str, int]]
"""Value, label and number of cases."""


def options(counts: QueueCounts, person: str) -> dict[str, object]:
    """Return what each filter offers, for the template; ``person`` is who looks."""
    others = sorted((name, n) for name, n in counts.by_holder.items() if name != person)
    found: dict[str, Options] = {
        "policy_options": _most_first((p, p, n) for p, n in counts.by_policy.items()),
        "level_options": _most_first((level, level, n) for level, n in counts.by_level.items()),
        "reason_options": _most_first((c, words.REASON.get(c, c), n) for c, n in counts.by_reason.items()),
        "kind_options": _most_first((k.value, t, counts.by_kind.get(k, 0)) for k, t in words.DOCUMENT_KIND.items()),
        "channel_options": [(c.value, t, counts.by_channel.get(c, 0)) for c, t in words.CHANNEL.items()],
        "status_options": [(s.value, t, counts.by_status.get(s, 0)) for s, t in words.CASE_STATUS.items()],
        "assignee_options": [
            (texts.MINE, texts.MINE_LABEL, counts.by_holder.get(person, 0)),
            (texts.NOBODY, texts.NOBODY_LABEL, counts.nobody),
            *((f"{texts.NAME}{name}", name, n) for name, n in others),
        ],
        "expert_options": [
            (EXPERT, texts.EXPERT_LABEL, counts.for_expert),
            (REVIEWER, texts.REVIEWER_LABEL, counts.for_reviewer),
        ],
    }
    return dict(found)


def _most_first(options: Iterable[tuple[str, str, int]]) -> Options:
    return sorted(options, key=lambda option: (-option[2], option[0]))


def _choice(choices: type[_Choice], name: str) -> _Choice | None:
    return choices(name) if name in set(choices) else None

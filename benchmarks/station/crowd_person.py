"""One scripted reviewer among many: signs in, answers cases by keyboard alone, now and then gets in the way.

What was sent and what was answered is noted from the traffic of the browser itself (``Sent``), so that it can be held
against the database afterwards; nothing here decides whether an answer counts.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from playwright.async_api import BrowserContext, Request, Response, TimeoutError

PASSWORD = "这句话长得没有人猜得出来，只有脚本知道"
_MOST_STEPS = 60
_PATIENCE_MS = 45_000
_IDLE_S = 0.5
"""How long somebody waits who found nothing to do while others still have cases."""

_ROW = """() => {
  const row = document.activeElement.closest(".row");
  if (!row || !row.hasAttribute("data-doubtful")) return null;
  return { id: row.id, field: row.dataset.field ?? null, masked: row.hasAttribute("data-masked"),
           candidates: row.querySelectorAll(".candidates button").length };
}"""
_SETTLED = """(before) => {
  const panel = document.getElementById("panel");
  if (!panel || panel.hasAttribute("aria-busy")) return false;
  return panel.dataset.revision !== before || document.getElementById("notice") || panel.hasAttribute("data-read-only");
}"""
_SHOWN = """(id) => document.getElementById(id) && !document.getElementById(id).hasAttribute("data-masked")"""
_FINISHED = """() => {
  const panel = document.getElementById("panel");
  const ended = "#archived, #notice, #panel[data-read-only]";
  return panel && !panel.hasAttribute("aria-busy") && document.querySelector(ended);
}"""
_NOTE = """async ([id, words, times]) => {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const headers = { "X-CSRF-Token": token, "HX-Request": "true" };
  const shown = new DOMParser().parseFromString(await (await fetch(`/cases/${id}`)).text(), "text/html");
  const revision = shown.getElementById("panel")?.dataset.revision;
  const send = () => fetch(`/cases/${id}/decisions`, { method: "POST", headers, body: new URLSearchParams(
    { subject: "case", action: "comment", comment: words, expected_revision: revision }) });
  if (revision) await Promise.all(Array.from({ length: times }, send));
}"""
"""Write a remark on the revision that the server shows now, ``times`` times at once."""
_GIVE_BACK = """async (id) => {
  const headers = { "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content };
  await fetch(`/cases/${id}/release`, { method: "POST", headers });
}"""


@dataclass(frozen=True)
class Sent:
    """An answer that a browser sent, and what came back.

    Attributes:
        action: of the form, such as ``accept`` or ``candidate``.
        revision: on which it was given.
        status: HTTP status.
    """

    person: str
    case_id: str
    subject: str
    action: str
    revision: int
    status: int


@dataclass
class Floor:
    """What all reviewers share: who works on what, and what they noted.

    Attributes:
        sent: every answered request that wanted to change a case.
        unanswered: requests without an answer.
        times: seconds by kind of action.
        left: cases that somebody skipped or handed to an expert, once each.
    """

    address: str
    cases: int
    sent: list[Sent] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    times: dict[str, list[float]] = field(default_factory=dict)
    acts: Counter[str] = field(default_factory=Counter)
    left: set[str] = field(default_factory=set)
    hands: dict[str, str] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)
    used: int = 0

    def note(self, kind: str, started: float) -> None:
        """Count an action and its seconds."""
        self.acts[kind] += 1
        self.times.setdefault(kind, []).append(time.perf_counter() - started)


class Person:
    """A reviewer with a browser profile of his own.

    Args:
        name: as it stands in decisions; the login too.
        floor: shared with the others.
        expert: works on what was handed to experts when nothing else waits.
    """

    def __init__(self, name: str, floor: Floor, *, expert: bool) -> None:
        self.name = name
        self._floor = floor
        self._expert = expert
        self._chance = random.Random(name)

    async def work(self, context: BrowserContext) -> None:
        """Sign in and work until no case is left."""
        self._page = await context.new_page()
        self._page.on("response", self._note_answer)
        self._page.on("requestfailed", self._note_failure)
        self._page.on("pageerror", lambda e: self._floor.problems.append(f"{self.name}: {e}"))
        await self._sign_in()
        while len(self._floor.finished) < self._floor.cases and not self._floor.problems:
            case_id = await self._take()
            while case_id is not None and not self._floor.problems:
                case_id = await self._work_on(case_id)

    def _note_answer(self, response: Response) -> None:
        request = response.request
        if request.method != "POST" or not _changes(request.url):
            return
        said = dict(parse_qsl(request.post_data or ""))
        action = "candidate" if "candidate" in said else said.get("action", "accept")
        case_id = urlsplit(request.url).path.split("/")[2]
        revision = int(said["expected_revision"])
        self._floor.sent.append(Sent(self.name, case_id, said["subject"], action, revision, response.status))

    def _note_failure(self, request: Request) -> None:
        if _changes(request.url):
            said = dict(parse_qsl(request.post_data or ""))
            self._floor.unanswered.append(f"{self.name} {said.get('subject')}: {request.failure}")

    async def _sign_in(self) -> None:
        await self._page.goto(f"{self._floor.address}/sign-in")
        await self._page.wait_for_function("document.activeElement.id === 'login'")
        started = time.perf_counter()
        await self._page.keyboard.type(self.name)
        await self._page.keyboard.press("Tab")
        await self._page.keyboard.insert_text(PASSWORD)
        await self._page.keyboard.press("Enter")
        await self._page.wait_for_selector("#person-menu, [role=alert]")
        if not await self._page.locator("#person-menu").count():
            raise AssertionError(f"{self.name} was not let in: {await self._page.inner_text('main')}")
        self._floor.note("sign in", started)

    async def _take(self) -> str | None:
        """Press "next" in the queue, or in the experts' view of it; return the case, ``None`` when nothing was free."""
        await self._page.goto(f"{self._floor.address}/?expert=yes" if self._turn_to_experts() else self._floor.address)
        started = time.perf_counter()
        await self._page.keyboard.press("n")
        return await self._arrived("take next", started)

    def _turn_to_experts(self) -> bool:
        return self._expert and self._chance.random() < 0.5

    async def _arrived(self, kind: str, started: float, left: str = "") -> str | None:
        """Wait for the next case (another than ``left``) and its scan, or for the word that there is none."""

        def is_there(url: str) -> bool:
            return "told=nothing" in url or ("/cases/case-" in url and (not left or left not in url))

        await self._page.wait_for_url(is_there, wait_until="domcontentloaded")
        if "told=nothing" in self._page.url:
            await asyncio.sleep(_IDLE_S)
            return None
        await self._page.wait_for_selector('#viewer[data-ready="true"]')
        await self._page.wait_for_selector('#panel[data-doubts="loaded"]')
        self._floor.note(kind, started)
        return urlsplit(self._page.url).path.rsplit("/", 1)[1]

    async def _work_on(self, case_id: str) -> str | None:
        """Answer, finish, skip or hand over one case; return the next one."""
        self._floor.hands[case_id] = self.name
        try:
            if case_id not in self._floor.left and self._chance.random() < 0.2:
                self._floor.left.add(case_id)
                return await self._leave(case_id)
            if self._chance.random() < 0.3:
                await self._get_in_the_way(case_id)
            if not await self._answer_all():
                return None
            return await self._finish(case_id)
        finally:
            self._floor.hands.pop(case_id, None)

    async def _leave(self, case_id: str) -> str | None:
        kind, key = self._chance.choice((("skip", "Alt+s"), ("hand to expert", "Alt+e")))
        started = time.perf_counter()
        await self._page.keyboard.press(key)
        await self._page.keyboard.insert_text(f"{self.name}：须另行核对")
        await self._page.keyboard.press("Control+Enter")
        return await self._arrived(kind, started, case_id)

    async def _get_in_the_way(self, mine: str) -> None:
        """Answer another's case, or one's own from two tabs at once: each must be taken once or refused."""
        others = [c for c, holder in self._floor.hands.items() if holder != self.name]
        if others and self._chance.random() < 0.5:
            other = self._chance.choice(others)
            await self._page.evaluate(_NOTE, [other, f"{self.name}误入", 1])
            await self._page.evaluate(_GIVE_BACK, other)
        else:
            await self._page.evaluate(_NOTE, [mine, f"{self.name}两处同时记入", 2])

    async def _answer_all(self) -> bool:
        """Answer whatever is doubtful; return False when the case is no longer this person's."""
        for _ in range(_MOST_STEPS):
            if await self._page.locator("#panel[data-read-only]").count():
                return False
            if not await self._page.locator("[data-doubtful]").count():
                return True
            await self._answer()
        raise AssertionError(f"{self.name}: {self._page.url} does not come to an end")

    async def _answer(self) -> None:
        row = await self._page.evaluate(_ROW)
        if row is None:
            await self._page.keyboard.press("Alt+j")
            row = await self._page.evaluate(_ROW)
        if row["masked"]:
            # the first Enter shows what is masked; nobody accepts what he has not seen
            await self._page.keyboard.press("Enter")
            await self._page.wait_for_function(_SHOWN, arg=row["id"])
        before = await self._page.locator("#panel").get_attribute("data-revision")
        started = time.perf_counter()
        kind = await self._press(row["field"], row["candidates"])
        try:
            await self._page.wait_for_function(_SETTLED, arg=before, timeout=_PATIENCE_MS)
        except TimeoutError:
            # what a person does whose key had no effect: look, and press it again; it is counted and told
            self._floor.acts[f"no effect: {kind} at {row['id']}"] += 1
            return
        if await self._page.locator("#panel").get_attribute("data-revision") != before:
            self._floor.note(kind, started)
        elif await self._page.locator("#notice").count():
            # told to look once more (a failed check, a revision that came in between): the same key confirms
            await self._page.evaluate("document.getElementById('notice').remove()")
            self._floor.acts["told to look again"] += 1

    async def _press(self, name: str | None, candidates: int) -> str:
        keys = self._page.keyboard
        if name == "complainant_mobile" and self._chance.random() < 0.6:
            self._floor.used += 1
            await keys.press("Control+a")
            await keys.insert_text(f"139{self._floor.used:08d}")
            await keys.press("Enter")
            return "correct"
        if name is not None and candidates and self._chance.random() < 0.6:
            await keys.press("Alt+Shift+1")
            return "take a candidate"
        await keys.press("Enter")
        return "confirm"

    async def _finish(self, case_id: str) -> str | None:
        started = time.perf_counter()
        while True:
            # a notice of before must not be taken for the answer
            await self._page.evaluate("document.getElementById('notice')?.remove()")
            await self._page.keyboard.press("Control+Enter")
            await self._page.keyboard.press("Enter")
            await self._page.wait_for_function(_FINISHED)
            if await self._page.locator("#archived").count():
                break
            # the revision that came in between is shown now; whoever lost the case meanwhile goes on with another
            if await self._page.locator("#panel[data-read-only]").count():
                return None
            self._floor.acts["told to look again"] += 1
        self._floor.note("finish", started)
        self._floor.finished.add(case_id)
        await self._page.wait_for_function("document.activeElement.id === 'next-case'")
        started = time.perf_counter()
        await self._page.keyboard.press("Enter")
        return await self._arrived("take next", started, case_id)


def _changes(url: str) -> bool:
    return urlsplit(url).path.endswith("/decisions")

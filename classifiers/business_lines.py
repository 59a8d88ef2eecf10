"""Which line of business a sum belongs to, by the words of its sentence, else of the whole paper (auto-insurance)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from classifiers.narrative import Sentence
from domain.evidence import Evidence
from domain.rules import LineOfBusiness

_L = LineOfBusiness
_WORDS = {
    _L.REPAIR: r"修理(?:费|厂|店|站|工|款)?|维修|修车|返修|保养|钣金|喷漆|换(?:件|机油|刹车|配件|零件|轮胎)|工时费|"
    r"4[Ss]店?修|修(?:了|好|坏)",
    _L.MOTOR: r"车险|交强险|商业险|三者险|车损险?|定损|理赔|报案|剐蹭|追尾|碰撞|查勘|赔案|保险杠|事故车|划痕险",
    _L.PROPERTY: r"财产险|家财险|企财险|店铺险|房屋险|仓库|货物|财产综合险|家庭财产|泡水|火灾|失火|大棚|存货",
    _L.ACCIDENT_HEALTH: r"意外险|健康险|医疗险|重疾|意健险|学平险|住院|医药费|伤残|门诊|身故|津贴|手术",
}


def line_of(spoken: Iterable[Sentence], evidence: Iterable[Evidence]) -> LineOfBusiness | None:
    """Return the line of business of a sum, ``None`` when no words or the words of several lines speak.

    Args:
        spoken: sentences of the papers.
        evidence: where the sum stands.
    """
    sentences = tuple(spoken)
    quotes = {e.quote for e in evidence}
    near = [s.text for s in sentences if any(q and q in s.text for q in quotes)]
    return _only(near) or _only([s.text for s in sentences])


def _only(texts: list[str]) -> LineOfBusiness | None:
    named = [line for line, words in _WORDS.items() if any(re.search(words, t) for t in texts)]
    return named[0] if len(named) == 1 else None

from __future__ import annotations

import subprocess
import sys
from random import Random

from domain.evidence import FieldMissing
from domain.vocabulary import MissingReason
from extractors.letters.letter import read_letter
from extractors.letters.tagger import MODEL, bundled
from tests.extractors.letter_pages import pages_of
from training.letter_texts import make_text

UNNAMED = "　　去年年底我到和宁支行存款，钮雅胜让我签字，后来才知道是保险。请退还三万元。我的名字在系统里是鄢阿满。"


def test_the_pipeline_is_small_and_has_no_pickle() -> None:
    files = [p for p in MODEL.rglob("*") if p.is_file()]
    assert sum(p.stat().st_size for p in files) < 3_000_000
    assert not any(p.suffix in (".pkl", ".pickle") for p in files)


def test_people_in_letters_of_the_test_part_are_found() -> None:
    right = stated = 0
    rng = Random(41)
    for _ in range(12):
        text, spans = make_text(rng, test=True)
        theirs = {s for s in spans if s[2] in ("ME", "STAFF")}
        right += len(theirs & {(t.start, t.end, t.label) for t in bundled().spans(text)})
        stated += len(theirs)
    assert right / stated > 0.4


def test_numbers_with_a_form_of_their_own_are_never_names() -> None:
    for tagged in bundled().spans("投诉人电话13812345678，身份证号110105197503020017，邮箱aa_b@163.com，请退还。"):
        assert not any(sign.isdigit() for sign in "投诉人"[tagged.start : tagged.end])
    assert bundled().spans("") == ()


def test_what_the_tagger_says_is_only_offered() -> None:
    for field in read_letter("d", pages_of(UNNAMED * 2)):
        if field.name == "complainant_name":
            assert isinstance(field, FieldMissing)
            assert field.reason is MissingReason.NOT_FOUND
            assert all(c.producer.startswith("letter/2:tagger") for c in field.candidates)


def test_letters_that_name_their_writer_do_not_load_spacy() -> None:
    program = (
        "import sys; from extractors.letters.letter import read_letter;"
        "from tests.extractors.letter_pages import pages_of;"
        "read_letter('d', pages_of('　　投诉人：高兴，电话13812345678。' + '我的手续费被多收，请退还。' * 9));"
        "print('spacy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

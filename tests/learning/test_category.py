"""A house's own model of categories: learnt from decisions, exported, run without torch, used when it is better."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from classifiers.categories.checkpoint import FOLDER, TOLD, by_checkpoint, own_model
from classifiers.category import decide_category
from classifiers.narrative import narrative
from classifiers.network.hearing import hear
from domain.errors import ConfigurationError
from learning.category import Example, Schedule, is_held, macro_f1, train_category
from tests.classifiers.papers import adopted, text_of

MODEL = Path(__file__).with_name("model")
"""A tiny model that ``test_a_checkpoint_learns`` made once: it tells service from systems by a few words."""
CALM, SYSTEM = "service_quality", "information_system"
WORDS = {
    CALM: ("客服态度很差", "接待员挂了我的电话", "柜台的人爱理不理", "没有人回我的电话", "窗口等了三个小时"),
    SYSTEM: ("软件登不上去", "系统死机了", "行情一直卡住", "客户端闪退", "网站打不开"),
}


def examples() -> list[Example]:
    return [
        Example(f"{opening}{words}，{end}。", category, {CALM: 0.5, SYSTEM: 0.4})
        for category, told in WORDS.items()
        for words in told
        for opening in ("昨天", "上个月", "开户以后", "今天上午")
        for end in ("请处理", "要求答复", "希望改正")
    ]


def test_a_checkpoint_learns(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="training needs the extra train (torch, transformers)")
    transformers = pytest.importorskip("transformers", reason="training needs the extra train (torch, transformers)")
    torch.set_num_threads(1)
    checkpoint = tmp_path / "checkpoint"
    signs = sorted({sign for e in examples() for sign in e.text})
    checkpoint.mkdir()
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *signs]
    (checkpoint / "vocab.txt").write_text("\n".join(vocabulary) + "\n", "utf-8")
    transformers.BertTokenizerFast(vocab=str(checkpoint / "vocab.txt")).save_pretrained(checkpoint)
    config = transformers.BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    transformers.BertModel(config).save_pretrained(checkpoint)
    told: list[str] = []
    out = tmp_path / FOLDER / "exchange-member"
    learnt = train_category(checkpoint, examples(), out, Schedule(40, 5e-3), told.append)
    assert len(told) == 40
    assert learnt.held == sum(map(is_held, examples()))
    assert learnt.macro_f1[0] > learnt.macro_f1[1]
    assert learnt.in_use
    assert own_model(tmp_path, "exchange-member") == out
    chances = by_checkpoint(out, "今天系统死机了，请处理。")
    assert max(chances, key=lambda name: chances[name]) == SYSTEM


def test_the_exported_model_runs_without_torch() -> None:
    chances = by_checkpoint(MODEL, "昨天客户端闪退，要求答复。")
    assert sum(chances.values()) == pytest.approx(1.0)
    assert chances[SYSTEM] > 0.5 > chances[CALM]


def test_a_long_text_is_cut_to_what_the_model_reads() -> None:
    chances = by_checkpoint(MODEL, "昨天客户端闪退，要求答复。" * 200)
    assert sum(chances.values()) == pytest.approx(1.0)


def test_the_houses_model_takes_the_place_of_the_bundled_one() -> None:
    spoken = narrative((text_of("今天上午柜台的人爱理不理，请处理。"),))
    own = adopted().model_copy(update={"category_model": str(MODEL)})
    verdict = decide_category(own, spoken, hear(spoken))
    assert verdict.value == "服务质量类的投诉"
    assert verdict.evidence


def test_a_model_that_is_not_better_is_not_used(tmp_path: Path) -> None:
    assert own_model(tmp_path, "hotel") is None
    folder = tmp_path / FOLDER / "hotel"
    shutil.copytree(MODEL, folder)
    assert own_model(tmp_path, "hotel") == folder
    told = json.loads((folder / TOLD).read_text("utf-8"))
    (folder / TOLD).write_text(json.dumps(told | {"in_use": False}), "utf-8")
    assert own_model(tmp_path, "hotel") is None


def test_a_broken_model_is_named_with_the_next_step(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER / "hotel"
    shutil.copytree(MODEL, folder)
    (folder / "model.onnx").write_bytes(b"broken")
    with pytest.raises(ConfigurationError, match="juanzong train category"):
        by_checkpoint(folder, "客服态度很差")
    (folder / TOLD).write_text("{", "utf-8")
    with pytest.raises(ConfigurationError, match="无法读取"):
        own_model(tmp_path, "hotel")


def test_too_few_decisions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="只有 3 件"):
        train_category(tmp_path, examples()[:3], tmp_path / "out", Schedule())


def test_macro_f1_counts_every_category_alike() -> None:
    assert macro_f1(["a", "a", "a", "b"], ["a", "a", "a", "b"]) == 1.0
    assert macro_f1(["a", "a", "a", "b"], ["a", "a", "a", "a"]) == pytest.approx((6 / 7 + 0) / 2)

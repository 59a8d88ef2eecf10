"""Which files make one case."""

from pathlib import Path

from flows.grouping import GroupMode, group_paths


def folder(tmp_path: Path, *names: str) -> Path:
    root = tmp_path / "案件甲"
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    return root


def test_a_folder_is_one_case_in_name_order_without_leftovers_of_the_system(tmp_path: Path) -> None:
    root = folder(tmp_path, "b.png", "a.pdf", "sub/c.tif", ".DS_Store", "Thumbs.db")
    grouping = group_paths((root,), GroupMode.CASE)
    assert [[f.name for f in g.files] for g in grouping.groups] == [["a.pdf", "b.png", "c.tif"]]
    assert grouping.failures == ()


def test_every_file_is_a_case(tmp_path: Path) -> None:
    root = folder(tmp_path, "b.png", "a.pdf")
    assert [g.name for g in group_paths((root,), GroupMode.CASES).groups] == ["a.pdf", "b.png"]


def test_a_folder_can_be_a_stack(tmp_path: Path) -> None:
    (group,) = group_paths((folder(tmp_path, "1.pdf", "2.pdf"),), GroupMode.STACK).groups
    assert group.stack and len(group.files) == 2


def test_files_named_together_are_one_case(tmp_path: Path) -> None:
    root = folder(tmp_path, "1.pdf", "2.pdf")
    (group,) = group_paths((root / "1.pdf", root / "2.pdf"), GroupMode.CASE).groups
    assert len(group.files) == 2


def test_what_cannot_be_opened_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    root = folder(tmp_path, "1.pdf")
    grouping = group_paths((tmp_path / "absent", empty, root), GroupMode.CASE)
    assert [Path(f.file).name for f in grouping.failures] == ["absent", "empty"]
    assert all(f.error == "UnreadableFileError" and f.next_step for f in grouping.failures)
    assert [g.name for g in grouping.groups] == ["案件甲"]

import pytest

from domain.marks import PageMarks
from extractors.marks.page_marks import PRODUCER, find_marks
from tests.extractors.mark_samples import letter, unread


def share(one, other) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(width, 0) * max(height, 0) / min((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other))


@pytest.mark.parametrize("seed", [1, 13, 20, 31])
def test_marks_of_a_whole_letter(seed):
    image, read, page = letter(seed)
    marks = find_marks(image, read, unread)
    assert isinstance(marks, PageMarks)
    assert marks.producer == PRODUCER
    assert len(marks.signatures) == len(page.signatures)
    for truth, found in zip(page.signatures, marks.signatures, strict=True):
        assert share(truth.box, found.bbox) > 0.6


def test_boxes_stay_on_the_page():
    image, read, _ = letter(7)
    marks = find_marks(image, read, unread)
    for mark in (*marks.seals, *marks.signatures):
        x0, y0, x1, y1 = mark.bbox
        assert 0 <= x0 < x1 <= image.shape[1]
        assert 0 <= y0 < y1 <= image.shape[0]

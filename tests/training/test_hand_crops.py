"""The crops that networks learn from: alike for one seed, never empty."""

import numpy as np

from training.hand_crops import crops


def test_crops_are_grey_and_half_of_them_by_hand():
    drawn = list(crops(24, 7))
    assert sum(hand for _, hand in drawn) == 12
    assert all(c.dtype == np.uint8 and c.ndim == 2 and min(c.shape) >= 4 for c, _ in drawn)


def test_one_seed_draws_the_same_crops():
    first, second = list(crops(6, 3)), list(crops(6, 3))
    assert all(np.array_equal(a, b) for (a, _), (b, _) in zip(first, second, strict=True))

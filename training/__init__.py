"""Page generator with ground truth, and the training of every bundled weight.

Nothing in here is needed at run time. The people, firms and papers are invented; numbers carry valid check digits.
"""

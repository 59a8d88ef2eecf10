"""How well a case is judged once its papers are read: ``make bench-judging``."""

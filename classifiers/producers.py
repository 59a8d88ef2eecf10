"""Names and versions of the judges: a new version re-runs exactly its stage."""

SIGNALS = "signals/1"
SEVERITY = "severity/1"
CATEGORY = "category-keywords/1"
DISPOSITION = "disposition/1"
MATERIALS = "materials/1"
JUDGE = "judge/1"
"""All of the above together: the stage's version."""

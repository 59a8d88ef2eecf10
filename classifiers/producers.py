"""Names and versions of the judges: a new version re-runs exactly its stage."""

SIGNALS = "signals/2"
SEVERITY = "severity/1"
CATEGORY = "category/2"
DISPOSITION = "disposition/2"
MATERIALS = "materials/1"
JUDGE = "judge/2"
"""All of the above together: the stage's version."""

"""From fields and text to verdicts: disposition, category, severity, materials, deadlines."""

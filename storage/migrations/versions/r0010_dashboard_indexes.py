"""The dashboard: indexes in the order in which it counts, so that no figure walks over whole rows."""

from __future__ import annotations

from alembic import op

revision = "r0010"
down_revision = "r0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the indexes on answers and due times, add the one on open cases."""
    op.drop_index("ix_field_answers_day", "field_answers")
    op.create_index("ix_field_answers_counted", "field_answers", ["field", "reason", "outcome", "day", "policy"])
    op.drop_index("ix_case_figures_due", "case_figures")
    op.create_index("ix_case_figures_due", "case_figures", ["next_due_at", "policy"])
    op.create_index("ix_cases_backlog", "cases", ["finished", "policy", "status", "level", "received_at"])

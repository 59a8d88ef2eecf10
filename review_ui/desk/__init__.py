"""Case page, archive desk, dashboard and health page."""

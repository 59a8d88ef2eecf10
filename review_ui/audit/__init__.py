"""The audit log behind the pages: what is written, what is masked, and the auditor's desk."""

"""Exit codes of the command line (design §5)."""

INTERNAL_ERROR = 1
USAGE_ERROR = 2
FAILED_FILES = 3
INTERRUPTED = 130

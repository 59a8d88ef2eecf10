"""The mailroom's desk: batches, uploads, counted sheets, rescans, receipts and sheets."""

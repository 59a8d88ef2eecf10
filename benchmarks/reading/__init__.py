"""How well paper is read: ``python -m benchmarks.reading`` prints every table of reading in one run."""

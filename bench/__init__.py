"""Benchmarks against the targets of the design: `make bench`, or `python -m bench --quick` while developing."""

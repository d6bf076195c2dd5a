"""Measurements of Mastro, as ratios against a floor on the same machine in the same minutes: `python -m benchmarks`."""

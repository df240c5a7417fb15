"""Benchmarks: `python -m tests.bench NAME` prints a table for people and, as its last line, one JSON object. They
measure beside something run in the same minute, since machines differ; they are not tests, and no test is timed.
"""

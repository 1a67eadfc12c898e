"""Measures the real server beside what the machine can do at most: `python -m bench [--short]`.

Every rate stands beside a limit that was measured in the same run, in turns with it, because a
ratio of two rates says more than either: machines differ, and so does one machine from minute to
minute.
"""

"""Nothing is lost because somebody else is down, shown: `python -m bench.storm [--short]`.

Real workers send to simulated services that answer 429, 500, late, garbage, half or not at all, at
random, while the workers themselves are killed. At the end it is counted what arrived, and how
often.
"""

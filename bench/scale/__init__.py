"""What becomes of the product's answers when years of play lie in its tables.

`python -m bench.scale [--short]` fills a real database with play records, starts the real server on
it and on a small one, and holds their answers beside each other.
`python -m bench.scale.partitions` does the same with tables that are partitioned and with such that
are not.
"""

"""Virtual families who play whole weeks through the public HTTP API and then check every number.

Everything a family does follows from a seed and the last day of its weeks, so a second run sends
the same records again. What was really played is kept in a ledger with summaries of its own:
nothing here imports the product, so that the product's mistakes can be seen.
"""

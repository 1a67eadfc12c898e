"""The log in PostgreSQL, where it is searched: partitioned by month, copied in batches.

Lines come here from the segments on disk, with the place reached in the transaction that stores
them: each is here once, whatever is killed in between.
"""

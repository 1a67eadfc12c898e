"""The clinic's report: what a child was to do, did, and what came of it, on paper for a visit."""

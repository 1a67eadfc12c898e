"""Use cases of therapy tickets."""

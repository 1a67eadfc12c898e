"""Mini-games over HTTP."""

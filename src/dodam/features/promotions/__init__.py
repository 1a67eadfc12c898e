"""Promotion codes: issued in batches, redeemed once for free time or tickets."""

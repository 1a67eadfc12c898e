"""The outside world of the product, simulated: it talks to a running server, never to its code."""

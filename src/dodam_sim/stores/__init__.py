"""The stores that families pay through, simulated: they speak the protocols of the real ones."""

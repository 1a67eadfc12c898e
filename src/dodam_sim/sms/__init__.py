"""Services that send messages to phones abroad, simulated with their real protocols and errors."""

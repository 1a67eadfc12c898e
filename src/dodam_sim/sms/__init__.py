"""Services that send messages to phones, simulated with their real protocols and errors."""

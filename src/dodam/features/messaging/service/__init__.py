"""Making messages, sending them, and asking what became of them."""

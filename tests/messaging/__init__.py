"""N01: messages to guardians' phones."""

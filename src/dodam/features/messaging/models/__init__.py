"""Words of messages: kinds, states, texts, and when phones are quiet."""

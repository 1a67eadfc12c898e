"""Messages to people: what was sent to whom, whether it arrived, and who wants what."""

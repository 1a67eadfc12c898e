"""Settings of the game that change live: who gets which, from when; and what is new in the app."""

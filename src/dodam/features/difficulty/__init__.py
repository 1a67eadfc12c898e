"""Which level of a motion's game a child is asked to play."""

"""Who may play, and on what grounds."""

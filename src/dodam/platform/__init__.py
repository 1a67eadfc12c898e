"""What every feature stands on; knows nothing of therapy or money."""

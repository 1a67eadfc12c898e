"""The simulated stores."""

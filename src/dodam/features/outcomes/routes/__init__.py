"""Results, dose and adherence over HTTP."""

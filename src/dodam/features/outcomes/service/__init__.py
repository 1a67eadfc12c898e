"""What can be asked about results, dose and adherence."""

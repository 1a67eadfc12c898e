"""What people who run the service see and do: notices, work that failed."""

"""What the people who run the service are told, and what they do about work that failed."""

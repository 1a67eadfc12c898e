"""What logging costs, and how much it takes."""

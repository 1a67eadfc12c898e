"""What leaves for other organisations: who may have a child's results, and where they are sent."""

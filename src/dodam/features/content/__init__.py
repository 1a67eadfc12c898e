"""What is played: the catalogue of therapeutic motions."""

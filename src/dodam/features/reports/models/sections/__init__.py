"""The sections of the clinic's report, in its order: child, plan, dose, results, trends, notes."""

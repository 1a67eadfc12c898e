"""The HTTP edge shared by every feature: problem details, sign-in guard, health, documentation."""

"""The use cases of the children feature: registration, removal, diagnoses."""

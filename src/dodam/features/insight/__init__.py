"""Behaviour events, for the team: events that wait for nobody, sent with consent only."""

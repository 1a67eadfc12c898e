"""The world outside on one machine: every service that dodam talks to, and a page that shows it."""

"""People who sign in: accounts, their passwords, and the sessions they hold."""

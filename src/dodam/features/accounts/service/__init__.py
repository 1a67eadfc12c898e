"""Use cases of accounts: each module holds what one caller wants to do."""

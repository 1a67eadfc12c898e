"""The children a guardian registers: who they are, which hand is affected, where they live."""

"""Facts about accounts that others react to."""

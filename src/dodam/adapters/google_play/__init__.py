"""Google Play: the Android Publisher API, and what Pub/Sub brings."""

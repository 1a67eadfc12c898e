"""Google Play's subscriptions: their lives, the Android Publisher API, and Cloud Pub/Sub."""

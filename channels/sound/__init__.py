"""What can be listened to: recordings of people, and a machine's drafts, marked as that."""

"""The faces on the web: public pages, the desk, the review room, each its own blueprint and its own key ring."""

"""One module a step; a step that users have run is never changed."""

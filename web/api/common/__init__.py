"""What several endpoints share that knows a resource: starting jobs, received files, activity."""

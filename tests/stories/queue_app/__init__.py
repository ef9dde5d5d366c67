"""An app with jobs, for the stories of the queue. It is found as the jobs of stages are found."""

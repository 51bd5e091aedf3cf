"""From a work or a request to a timeline, and to the plan of what is rendered. Pure: no I/O."""

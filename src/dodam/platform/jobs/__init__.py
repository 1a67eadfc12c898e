"""Background work: typed tasks that are rows beside the business data, so none is lost.

The rows, their heartbeats and their schedules are PgQueuer's. What it lacks is added here: a policy
for each kind of task, lanes that keep one slow service from holding up the rest, tasks done many
at once, in-place waiting while a service is away, and schedules in a time zone.
"""

"""Long work: durable, resumable, with progress.

A kind of job is a function that is registered by name (:func:`~tanheng.jobs.registry.job`). Asking for a job writes a row
(:func:`tanheng.services.jobs.jobs.start`); the worker (:mod:`tanheng.jobs.worker`, ``tanheng work``) hands it to DBOS,
which runs it again from its last step where a process died.
"""

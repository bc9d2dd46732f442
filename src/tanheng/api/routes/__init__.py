"""All routes: one file an area."""

from __future__ import annotations

from fastapi import APIRouter

from tanheng.api.routes import assessments, databases, evidence, organisations, rulepacks, studies

ROUTERS: tuple[APIRouter, ...] = (
    organisations.router,
    studies.router,
    assessments.router,
    evidence.router,
    databases.router,
    rulepacks.router,
)

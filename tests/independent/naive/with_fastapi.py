"""FastAPI, pydantic and SQLAlchemy on SQLite: `python -m tests.independent.naive.with_fastapi PORT FIXTURES`."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path as File
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI, Header, Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, HttpUrl
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

engine = create_engine("sqlite://")
app = FastAPI(title="Repositories")


class Base(DeclarativeBase):
    """The tables."""


class Token(Base):
    """The account that a token belongs to."""

    __tablename__ = "tokens"
    value: Mapped[str] = mapped_column(primary_key=True)
    user: Mapped[str]


class Repository(Base):
    """A repository and its owner."""

    __tablename__ = "repositories"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str]


class Mirror(Base):
    """The association of a repository."""

    __tablename__ = "mirrors"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    repository_id: Mapped[int] = mapped_column(ForeignKey("repositories.id"))
    url: Mapped[str]
    update_status: Mapped[str] = mapped_column(default="none")
    last_update_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
    last_successful_update_at: Mapped[datetime | None]
    number_of_failures: Mapped[int] = mapped_column(default=0)
    mirroring_enabled: Mapped[bool] = mapped_column(default=False)
    is_private: Mapped[bool] = mapped_column(default=False)
    endpoint_uuid: Mapped[str | None]
    last_error: Mapped[str | None]


class AssociateRequest(BaseModel):
    """The body."""

    url: HttpUrl


class MirrorOut(BaseModel, from_attributes=True):
    """The answer, as the page has it."""

    id: int
    repository_id: int
    update_status: str
    last_update_at: datetime
    url: str
    last_successful_update_at: datetime | None
    number_of_failures: int | None
    mirroring_enabled: bool
    is_private: bool
    endpoint_uuid: str | None
    last_error: str | None


class ApiError(Exception):
    """A refusal that the page documents."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@app.exception_handler(ApiError)
def api_error(_: Request, error: ApiError) -> JSONResponse:
    """The page's envelope."""
    return JSONResponse({"error_code": error.code, "error_msg": error.message}, status_code=error.status)


def session() -> object:
    """A session for each request."""
    with Session(engine) as db:
        yield db


@app.post("/v4/repositories/{repository_id}/remote-mirror/associate", status_code=201, response_model=MirrorOut)
def documented(
    repository_id: Annotated[int, Path(ge=1, le=2147483647)],
    body: AssociateRequest,
    x_auth_token: Annotated[str, Header(min_length=1, max_length=100_000)],
    db: Annotated[Session, Depends(session)],
) -> Mirror:
    """Associate a common repository with a remote image."""
    token = db.get(Token, x_auth_token)
    if token is None:
        raise ApiError(401, "CH.00000002", "Recognize authentication information failed.")
    repository = db.get(Repository, repository_id)
    if repository is None:
        raise ApiError(404, "CH.00402000", "The repository does not exist. Check and try again.")
    if repository.owner != token.user:
        raise ApiError(403, "CH.00401001", "No access permission.")
    mirror = db.scalar(select(Mirror).where(Mirror.repository_id == repository_id))
    if mirror is None:
        mirror = Mirror(repository_id=repository_id)
        db.add(mirror)
    mirror.url = str(body.url)
    mirror.last_update_at = datetime.now(UTC)
    db.commit()
    return mirror


def main(port: int, fixtures: File) -> None:
    """Fill the tables and serve."""
    global engine  # noqa: PLW0603 - as such applications have it
    engine = create_engine(f"sqlite:///{fixtures.with_suffix('.db')}")
    Base.metadata.create_all(engine)
    given = json.loads(fixtures.read_text(encoding="utf-8"))
    with Session(engine) as db:
        db.add_all(Token(value=value, user=user) for value, user in given["tokens"].items())
        db.add_all(Repository(id=int(key), owner=owner) for key, owner in given["repositories"].items())
        db.commit()
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error")


if __name__ == "__main__":
    main(int(sys.argv[1]), File(sys.argv[2]))

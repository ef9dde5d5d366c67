"""Roles and database of an instance: made by the administrator's login, used by everybody else."""

from __future__ import annotations

import psycopg
from psycopg import conninfo, sql

from openiru.core.errors import OutsideError
from openiru.dsn import address, role_names
from openiru.settings import Config

MINIMUM_VERSION = 150000


def admin_connection(config: Config, database: str) -> psycopg.Connection[tuple[object, ...]]:
    """The administrator's login, in autocommit."""
    place = address(config, "admin")
    try:
        return psycopg.connect(
            conninfo.make_conninfo(dbname=database, connect_timeout=10, **place), autocommit=True
        )
    except psycopg.OperationalError as error:
        raise OutsideError(
            "the database does not answer",
            where=place["host"],
            hint=f"openiru up starts the private server; for another one check OPENIRU_DATABASE_URL. ({error})",
        ) from error


def _role(connection: psycopg.Connection[tuple[object, ...]], name: str, password: str | None) -> None:
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = sql.SQL("ALTER ROLE {}" if exists else "CREATE ROLE {}").format(sql.Identifier(name))
    if password is None:
        connection.execute(verb + sql.SQL(" NOLOGIN INHERIT"))
    else:
        connection.execute(verb + sql.SQL(" LOGIN NOINHERIT PASSWORD {}").format(sql.Literal(password)))


def prepare(config: Config) -> bool:
    """Make roles and database if they are missing; True when the database was made now. Safe to repeat."""
    names = role_names(config)
    maintenance = "postgres" if config.database_name != "postgres" else "template1"
    with admin_connection(config, maintenance) as connection:
        version = connection.info.server_version
        if version < MINIMUM_VERSION:
            raise OutsideError(
                f"this server is PostgreSQL {version // 10000}", hint="OpenIRU needs PostgreSQL 15 or newer."
            )
        _role(connection, names["owner"], None)
        for role in ("web", "worker", "stats"):
            _role(connection, names[role], address(config, role)["password"])
            # Our statements are many and short: compiling one takes longer than running it (measured: a hundred times).
            connection.execute(sql.SQL("ALTER ROLE {} SET jit = off").format(sql.Identifier(names[role])))
        owner = sql.Identifier(names["owner"])
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(owner))
        made = not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [config.database_name]
        ).fetchone()
        if made:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                    sql.Identifier(config.database_name), owner
                )
            )
    with admin_connection(config, config.database_name) as connection:
        database = sql.Identifier(config.database_name)
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, owner))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        logins = sql.SQL(", ").join(sql.Identifier(names[role]) for role in ("web", "worker", "stats"))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, logins))
        connection.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(database, logins))
        connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(owner))
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(logins))
    return made

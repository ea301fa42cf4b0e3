"""Addresses of databases that lead nowhere are told, and no message shows an address or a password."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import rulecard

from .database_shop import QueryShop


@pytest.fixture
def wrong(shop: QueryShop) -> Iterator[Callable[[str], rulecard.Problem]]:
    shop.write("SELECT 1 AS a")

    def refused(address: str) -> rulecard.Problem:
        shop.address(address)
        problem = shop.refused()
        assert problem.code == "RC517"
        assert problem.path == ("sources", "orders", "connection")
        assert address == "" or address not in f"{problem.message} {problem.hint}"
        return problem

    yield refused


def test_a_variable_that_is_not_set_is_named(shop: QueryShop, wrong: Callable[[str], rulecard.Problem]) -> None:
    assert "environment variable SHOP_DB" in wrong("").message
    assert 'export SHOP_DB="postgresql://user:password@host/database"' in (wrong("  ").hint or "")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("oracle://me:s3cr3t@host/db", "holds no address of a database that can be read"),
        ("s3cr3t", "holds no address"),
        ("postgresql://me:geheim@s3cr3t@host/db", "cannot be taken apart"),
        ("postgresql://me:s3cr3t/geheim@host/db", "cannot be taken apart"),
        ("postgresql://me:s3cr3t#geheim@host/db", "cannot be taken apart"),
        ("mysql://me:s3cr3t:geheim@host:a/db", "cannot be taken apart"),
        ("postgresql://me:s3cr3t%@host/db", "cannot be taken apart"),
        ("postgresql://me:s3cr3t@127.0.0.1:1/db", "does not answer"),
        ("mysql://me:s3cr3t@127.0.0.1:1/db", "does not answer"),
        ("postgresql://me:s3cr3t@127.0.0.1:1/db?nonsense=geheim", "cannot be reached"),
        ("mysql://me:s3cr3t@127.0.0.1:1/db?nonsense=geheim", "options nonsense are not known"),
        ("sqlite:///nowhere.db", "the file that it names is not there"),
        ("duckdb:///nowhere.duckdb", "the file that it names is not there"),
        ("sqlite://", "the file that it names is not there"),
        ("sqlite:///d.yaml", "is a file that is no such database"),
        ("duckdb:///d.yaml", "is a file that is no such database"),
    ],
)  # fmt: skip
def test_an_address_that_leads_nowhere(address: str, said: str, wrong: Callable[[str], rulecard.Problem]) -> None:
    assert said in wrong(address).message


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("s3cr3t!pw", "geheim", "does not let this user in with this password"),
        ("s3cr3t!pw", "p%40ss", "does not let this user in with this password"),
        ("/postgres", "/nowhere", "has no such database"),
        ("/postgres", "/postgres?sslmode=require", "wants another kind of encryption"),
    ],
)
def test_a_server_that_lets_nobody_in(
    before: str, after: str, said: str, postgresql_server: str, wrong: Callable[[str], rulecard.Problem]
) -> None:
    assert said in wrong(postgresql_server.replace(before, after)).message


def test_a_secret_in_the_databases_own_words_is_masked(shop: QueryShop, postgresql_server: str) -> None:
    sql = "SELECT 's3cr3t!pw'::integer AS shop"
    shop.address(postgresql_server)
    shop.write("SELECT v::integer AS shop FROM (VALUES ('s3cr3t' || '!pw')) t(v)")
    problem = shop.refused()
    assert "***" in problem.message
    assert sql not in problem.message


@pytest.mark.parametrize(
    ("address", "module", "extra"),
    [
        ("postgresql://me@host/db", "adbc_driver_postgresql", "postgresql"),
        ("mysql://me@host/db", "pymysql", "mysql"),
        ("duckdb:///shop.duckdb", "duckdb", "duckdb"),
    ],
)
def test_a_driver_that_is_not_installed(
    address: str, module: str, extra: str, wrong: Callable[[str], rulecard.Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name.partition(".")[0] == module:
            raise ModuleNotFoundError(name)
        return installed(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    problem = wrong(address)
    assert problem.hint == f'pip install "rulecard[{extra}]"'

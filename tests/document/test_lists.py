"""Pages whose sections are lists: tables inside items, lines for captions, objects named by links, rows of the URI."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING

from conformance.document.datatype import datatype
from conformance.document.reader import interpret
from conformance.document.restructuredtext import sheet

if TYPE_CHECKING:
    from conformance.document.page import Page

PAGE = """
    .. _shelves:

    Changing a Shelf
    ================

    Function Description
    --------------------

    This API changes a shelf.

    URI
    ---

    -  URI format

       PUT /v1/{house_id}/shelves/{shelf_id}{?dry_run}

    -  Parameter description

       ========= ========= ====== ===========
       Parameter Mandatory Type   Description
       ========= ========= ====== ===========
       house_id  Yes       String The house.
       shelf_id  Yes       String The shelf.
       ========= ========= ====== ===========

    -  **Trial** field description

       ========= ========= ======= ===========
       Parameter Mandatory Type    Description
       ========= ========= ======= ===========
       dry_run   No        Boolean Try only.
       ========= ========= ======= ===========

    Request
    -------

    -  Request parameters

       .. table:: **Table 1** Request parameters

          ================= ========= ====== ============
          Parameter         Mandatory Type   Description
          ================= ========= ====== ============
          X-Auth-Token      Yes       String The token.
          :ref:`board <b1>` Yes       Object The board.
          size              No        Object See Table 3.
          ================= ========= ====== ============

    -  .. _b1:

       .. table:: **Table 2** Parameters of a board

          ========= ========= ====== ===========
          Parameter Mandatory Type   Description
          ========= ========= ====== ===========
          wood      Yes       String The wood.
          edge      No        Object The edge.
          ========= ========= ====== ===========

       .. table:: **Table 3** size parameter description

          ========= ========= ======= ===========
          Parameter Mandatory Type    Description
          ========= ========= ======= ===========
          width     Yes       Integer The width.
          ========= ========= ======= ===========

       .. table:: **Table 4** board.edge

          ========= ========= ====== ===========
          Parameter Mandatory Type   Description
          ========= ========= ====== ===========
          form      No        String The form.
          ========= ========= ====== ===========

    -  Example request

       .. code-block:: text

          PUT https://{Endpoint}/v1/7/shelves/9

          {"board": {"wood": "oak"}}

    Response
    --------

    -  Parameter description

       ========= ====== ===========
       Parameter Type   Description
       ========= ====== ===========
       fault     Object The fault.
       ========= ====== ===========

    -  Parameters in the **fault** field

       ========= ====== ===========
       Parameter Type   Description
       ========= ====== ===========
       code      String The code.
       ========= ====== ===========

    -  Example response

       .. code-block::

          {"fault": {"code": "7"}}

    Returned Values
    ---------------

    -  Normal

       202

    -  Abnormal

       ============== ===========
       Returned Value Description
       ============== ===========
       404 Not Found  No shelf.
       ============== ===========
    """


def page(text: str = PAGE) -> Page:
    """The page that a text is."""
    return interpret(sheet("page.rst", dedent(text)))


def test_lists_are_read_as_what_stands_in_them() -> None:
    """Every table has its role, every object its members, and the example its status."""
    read = page()

    assert (read.method, read.path) == ("PUT", "/v1/{house_id}/shelves/{shelf_id}")
    assert [place for place, _ in read.fields()] == [
        "path house_id",
        "path shelf_id",
        "query dry_run",
        "header X-Auth-Token",
        "request board",
        "request board.wood",
        "request board.edge",
        "request board.edge.form",
        "request size",
        "request size.width",
        "202 fault",
        "202 fault.code",
    ]
    assert sorted(read.answers) == ["202", "404"]
    assert len(read.examples) == len(read.answers["202"].examples) == 1
    assert read.unread == []


def test_rows_of_a_get_are_queries() -> None:
    """A GET has no body, whatever the caption of its table."""
    read = page(
        PAGE.replace("PUT ", "GET ").replace("size              No        Object", "size              No        String")
    )

    assert [one.name for one in read.parameters["query"]] == ["dry_run", "size"]


def test_table_that_follows_the_only_object_is_taken_for_its_own_and_that_is_said() -> None:
    """Nothing is guessed silently."""
    read = page(PAGE.replace("Parameters in the **fault** field", "ErrorThing"))

    assert "202 fault.code" in dict(read.fields())
    assert [one.why for one in read.unread] == ["taken to describe fault: no row refers to it"]


def test_first_object_below_a_request_is_its_body_where_no_caption_names_one() -> None:
    """The table of an object that nothing refers to; that it is taken for the body is said."""
    read = page(PAGE.replace("Request parameters\n", "Shelf structure\n"))

    assert "request board.wood" in dict(read.fields())
    assert [one.why for one in read.unread] == ["taken to be the body: no caption says so"]


def test_number_of_a_table_on_another_page_is_no_table_of_this_one() -> None:
    """A link that leads elsewhere has the number of another page's table; the field's own name finds its table."""
    read = page(PAGE.replace("board.edge", "edge").replace("The edge.  ", "See :ref:`Table 3 <elsewhere>`."))

    assert "request board.edge.form" in dict(read.fields())


def test_table_after_an_example_inside_the_uri_is_still_about_the_uri() -> None:
    """An example inside a section is over where a table begins."""
    example = "    -  Example\n\n       .. code-block:: text\n\n          PUT /v1/7/shelves/9\n\n"
    read = page(PAGE.replace("    -  **Trial**", example + "    -  **Trial**"))

    assert "query dry_run" in dict(read.fields())


def test_method_and_path_on_lines_of_their_own_are_the_uri() -> None:
    """Some pages write them as `PATH:` and `Method:`."""
    read = page(PAGE.replace("PUT /v1", "PATH: /v1").replace("{?dry_run}\n", "\n\n       Method: PUT\n", 1))

    assert (read.method, read.path) == ("PUT", "/v1/{house_id}/shelves/{shelf_id}")


def test_uri_of_the_root_is_a_path() -> None:
    """The list of versions of a service has it."""
    assert page(PAGE.replace("PUT /v1/{house_id}/shelves/{shelf_id}{?dry_run}", "GET /")).path == "/"


def test_row_of_the_uri_that_stands_in_its_path_is_no_query() -> None:
    """A caption that names neither path nor query does not decide; the URI does."""
    read = page(
        PAGE.replace(
            "-  Parameter description\n\n       ========= ========= ======",
            "-  The shelf\n\n       ========= ========= ======",
            1,
        )
    )

    assert [one.name for one in read.parameters["path"]] == ["house_id", "shelf_id"]


def test_type_with_a_sentence_about_its_table_is_a_type() -> None:
    """The sentence says nothing of the type."""
    kinds = [datatype(f"{words} data structure. For details, see Table 3.") for words in ("Dictionary", "List")]

    assert [kind and kind.name for kind in kinds] == ["object", "array"]


ALTERNATIVES = """
    Making a Shelf
    ==============

    URI
    ---

    POST /v1/shelves

    Request
    -------

    .. table:: **Table 1** Parameters for a new shelf

       ========= ========= ====== ===========
       Parameter Mandatory Type   Description
       ========= ========= ====== ===========
       name      Yes       String The name.
       wood      Yes       String The wood.
       house     Yes       String The house.
       ========= ========= ====== ===========

    .. table:: **Table 2** Parameters for a copy of a shelf

       ========= ========= ====== ===========
       Parameter Mandatory Type   Description
       ========= ========= ====== ===========
       name      Yes       String The name.
       copy_of   Yes       String The other shelf.
       house     No        String The house.
       ========= ========= ====== ===========

    Response
    --------

    .. table:: **Table 3** Response parameters

       ========= ====== ====== ===========
       Parameter In     Type   Description
       ========= ====== ====== ===========
       id        body   String The shelf.
       X-Shelf   header String The shelf.
       name      path   String The name.
       place     wall   String The place.
       ========= ====== ====== ===========
    """


def test_two_tables_that_share_rows_are_two_kinds_of_request() -> None:
    """A row that only one of them has, or calls mandatory, is not mandatory in every request; that is said."""
    read = page(ALTERNATIVES)

    assert read.body is not None
    assert {one.name: one.required for one in read.body.fields} == {
        "name": True,
        "wood": None,
        "house": None,
        "copy_of": None,
    }
    why = "mandatory in one of two tables"
    assert [one.text for one in read.unread if one.why == why] == ["wood", "house", "copy_of"]


def test_place_of_a_row_of_an_answer_is_read() -> None:
    """A header is one, a parameter of the path is none; where the cell says no place, the table does, and that is said."""
    answer = page(ALTERNATIVES).answers["default"]

    assert answer.body is not None
    assert [one.name for one in answer.body.fields] == ["id", "place"]
    assert [one.name for one in answer.headers] == ["X-Shelf"]
    whys = {one.text: one.why for one in page(ALTERNATIVES).unread}
    assert whys["name (string)"] == "not a part of an answer"
    assert whys["wall"] == "not the place of a parameter: its table says where it is"


def test_row_of_a_table_of_the_path_that_the_path_lacks_is_in_the_query_where_there_is_one() -> None:
    """That it is taken for one is said; without a query in the URI it has no place."""
    text = PAGE.replace("**Trial** field description", "Path parameters").replace("dry_run   No", "tried     No")

    assert [one.name for one in page(text).parameters["query"]] == ["tried"]
    assert [one.why for one in page(text).unread] == ["taken to be in the query: the path does not have it"]
    assert "query" not in page(text.replace("{?dry_run}", "")).parameters


def test_object_with_the_name_of_a_header_is_a_member_of_the_body() -> None:
    """A header holds no object: its members would be lost."""
    text = PAGE.replace(":ref:`board <b1>`", ":ref:`accept <b>`").replace(".. _b1:", ".. _b:")

    assert "request accept.wood" in dict(page(text).fields())


def test_row_of_a_table_of_the_query_that_only_the_path_has_is_in_the_path() -> None:
    """That it is taken for one is said."""
    text = PAGE.replace("shelf_id  Yes       String The shelf.", "house     No        String None.    ")
    read = page(
        text.replace("**Trial** field description", "Query parameters").replace("dry_run   No ", "shelf_id  Yes")
    )

    assert [one.name for one in read.parameters["path"]] == ["house_id", "shelf_id"]
    assert "taken to be in the path: the URI has it there, its table is of the query" in [
        one.why for one in read.unread
    ]


def test_type_that_is_only_the_number_of_a_table_is_an_object_and_that_is_said() -> None:
    """Nothing is guessed silently."""
    text = PAGE.replace("====== ============", "======= ============").replace(
        "Object See Table 3.", "Table 3 The size."
    )
    for words in ("String The token.", "Object The board.", "Type   Description\n          ================= "):
        text = text.replace(words, re.sub("(?<=[a-z]) ", "  ", words, count=1))
    read = page(text)

    assert dict(read.fields())["request size.width"].type.name == "integer"
    assert [one.why for one in read.unread] == ["taken to be an object: its type is the number of a table"]


KINDS = """Wood
====

URI
---

POST /v1/wood

-  Parameters in the request header

   -  With oak

      ============ ========= ====== ==========
      Parameter    Mandatory Type   Description
      ============ ========= ====== ==========
      X-Auth-Token Yes       String The token.
      Content-Type Yes       String The type.
      ============ ========= ====== ==========

   -  With elm

      ============ ========= ====== ==========
      Parameter    Mandatory Type   Description
      ============ ========= ====== ==========
      X-Auth-Token No        String The token.
      Content-Type Yes       String The type.
      ============ ========= ====== ==========
"""


def test_parameter_that_one_of_two_tables_calls_optional_is_not_mandatory() -> None:
    """A token is in a header, whatever stands above its table; every cell of the second row is unread."""
    read = page(KINDS)

    assert {one.name: one.required for one in read.parameters["header"]} == {"X-Auth-Token": None, "Content-Type": True}
    assert "query" not in read.parameters
    said = {one.text for one in read.unread}
    assert {"X-Auth-Token (string, optional)", "Content-Type (string, mandatory)"} <= said

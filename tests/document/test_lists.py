"""Pages whose sections are lists: tables inside items, lines for captions, objects named by links, rows of the URI."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

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

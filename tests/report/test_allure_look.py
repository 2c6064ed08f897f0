"""Changes of the page that Allure makes; tests/report/test_allure_page_in_a_browser.py looks at it."""

from __future__ import annotations

import pytest

from conformance.report.allure_look import dressed


def test_analytics() -> None:
    """Both scripts of Google Analytics are taken out, and the scripts around them stay."""
    page = (
        '<script>before()</script>\n    <script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>\n'
        "    <script>\n function gtag(){dataLayer.push(arguments);}\n gtag('config', 'G-1', {'report': 1});\n"
        "    </script>\n    <script>after()</script>"
    )
    assert dressed(page, "conformant") == "<script>before()</script>\n    <script>after()</script>"


def test_policy() -> None:
    """A content security policy in the head forbids every request to a network."""
    page = dressed('<head>\n<meta charset="utf-8">\n</head><body><meta charset="utf-8"></body>', "conformant")
    assert page.count("Content-Security-Policy") == 1
    assert page.index("default-src data: blob: 'unsafe-inline'") < page.index("</head>")


@pytest.mark.parametrize(
    ("verdict", "colours"),
    [("non-conformant", ("#b3182a", "#ff8a82")), ("something new", ("inherit", "inherit"))],
)
def test_verdict(verdict: str, colours: tuple[str, str]) -> None:
    """The title has the colour of the verdict, in light and dark."""
    page = dressed('<meta charset="utf-8">', verdict)
    assert f"[data-testid=report-title] {{ color: {colours[0]}; }}" in page
    assert f"[data-theme=dark] [data-testid=report-title] {{ color: {colours[1]}; }}" in page

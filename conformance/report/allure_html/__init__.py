"""The Allure HTML report: one file that opens from a disk with no network, made by Allure 3 (Node) or Allure 2 (Java).

May import ``conformance.exceptions`` only: it reads a folder of Allure results and does not know how they came about.
"""

from conformance.report.allure_html.commands import ReportNotMade
from conformance.report.allure_html.generators import Allure2, Node, find_generator
from conformance.report.allure_html.report import make_html

__all__ = ["Allure2", "Node", "ReportNotMade", "find_generator", "make_html"]

"""Pages laid out from plain text (``benchmarks.plain_pages``), under the name that the tests know."""

from benchmarks.plain_pages import EM as EM
from benchmarks.plain_pages import HEIGHT as HEIGHT
from benchmarks.plain_pages import LEFT as LEFT
from benchmarks.plain_pages import WIDTH as WIDTH
from benchmarks.plain_pages import laid_out as laid_out
from benchmarks.plain_pages import line_at as line_at
from benchmarks.plain_pages import page_of as page_of
from benchmarks.plain_pages import pages_of as pages_of

"""A file of many elements takes as long as it is long: not the square of that."""

import time

import pytest

from mastro import fatturapa

NAMESPACE = b"http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"
HEAD = b'<p:FatturaElettronica xmlns:p="%s" versione="FPR12">' % NAMESPACE


def _seconds(child: bytes, count: int) -> float:
    data = HEAD + child * count + b"</p:FatturaElettronica>"
    began = time.process_time()
    assert fatturapa.check_file(data, "IT01234567890_00001.xml")
    return time.process_time() - began


@pytest.mark.parametrize("child", [b"<x>y</x>", b"<x a='1'/>", b"stray<x/>"])
def test_four_times_the_elements_take_some_four_times_as_long(child: bytes) -> None:
    few = min(_seconds(child, 15_000) for _ in range(2))
    assert _seconds(child, 60_000) < 9 * few  # sixteen times, where sets are merged in quadratic time

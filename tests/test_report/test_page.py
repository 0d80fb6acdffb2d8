"""The report of a run: what it says, what it may do, and that nothing in a book can make it do more."""

import json
import re
from html.parser import HTMLParser

import pytest

import hostile
import interlock
from chromium import Visit, browser
from interlock.report.findings import Findings, found
from interlock.report.page import page_of

FIRST = ["summary", "look", "loop", "commitments", "returns", "stress", "limits"]
LAST = ["assumptions", "method", "manifest"]


class Reader(HTMLParser):
    """Elements with their attributes, and the text that a reader sees."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.texts, self.inside = [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside not in {"script", "style"}:
            self.texts.append(data)

    def of(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]

    @property
    def text(self):
        return " ".join("".join(self.texts).split()).replace("\u00a0", " ")


@pytest.fixture(scope="module")
def run():
    return interlock.simulate(interlock.open_book("pair"), paths=64)


@pytest.fixture(scope="module")
def page(run):
    poorer = interlock.simulate(run.book.amend({"parties.lab.cash": "0.1 B USD"}), paths=64)
    return page_of(Findings(run, {"poorer": poorer}))


@pytest.fixture(scope="module")
def misnamed(tmp_path_factory):
    file = tmp_path_factory.mktemp("hostile") / "book.yaml"
    file.write_text(hostile.BOOK, encoding="utf-8")
    return interlock.simulate(interlock.open_book(file), paths=16)


@pytest.fixture(scope="module")
def harmful(misnamed):
    return page_of(Findings(misnamed))


@pytest.fixture(scope="module")
def chromium():
    with browser() as opened:
        yield opened


def test_every_section_is_there_and_is_led_to(page):
    read = Reader(page)
    sections = [each["id"] for each in read.of("section")]
    assert [each for each in sections if each != "scenarios"] == FIRST + LAST
    assert [each["href"].removeprefix("#") for each in read.of("a") if each["href"].startswith("#")] == sections


def test_it_says_what_the_answers_say(run, page):
    text = Reader(page).text
    findings = Findings(run)
    for sentence in (findings.returns.head(), findings.overview.commitments[0].tell()):
        assert findings.titled(sentence).replace("\u00a0", " ") in text
    assert f"Of 64 futures of 36 months, {findings.overview.ends()}." in text
    assert run.provenance.identity in text
    assert "deals.promise" in text
    assert "what is owed even if it is not used" in text


def test_what_can_be_looked_at_is_what_the_run_has(run, page):
    looked = json.loads(re.search(r'id="interlock-look">(.*?)</script>', page)[1])
    assert looked["worlds"] == ["as it is", "poorer"]
    cash = next(each for each in looked["measures"] if each["title"].startswith("Cash"))
    year = looked["years"].index("2027")
    lab = cash["rows"].index("Lab")
    median = run["cash"].sel(party="lab", year=2027).median().item() / 1e9
    assert float(cash["cells"]["as it is"][lab][year][0]) == pytest.approx(median, abs=0.05)
    assert cash["cells"]["poorer"][lab][year] != cash["cells"]["as it is"][lab][year]


def test_a_name_is_told_by_its_title_and_an_address_as_it_is(run, misnamed):
    told = Findings(run).titled("lab's sales to cloud: deals.lab.cloud, cloud-lab and parties.lab.cash of lab.")
    assert told == "Lab's sales to Cloud: deals.lab.cloud, cloud-lab and parties.lab.cash of Lab."
    # A party may be called `rest`, and entitled otherwise: that is no reason to put its title into other sentences.
    assert Findings(misnamed).titled("what a lab and a cloud do") == "What a lab and a cloud do"


def test_it_may_run_its_own_scripts_and_ask_for_nothing(page):
    read = Reader(page)
    [policy] = [each["content"] for each in read.of("meta") if each.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert all(re.fullmatch(r"'sha256-[\w+/]+='", each) for each in rules["script-src"].split())
    assert not [attrs for tag, attrs in read.elements if {"src", "srcset", "onload", "onerror"} & set(attrs)]
    assert {tag for tag, _ in read.elements} & {"link", "iframe", "object", "embed", "base", "form"} == set()


def test_texts_of_a_book_are_no_markup(harmful):
    read = Reader(harmful)
    assert "img" not in {tag for tag, _ in read.elements}
    assert all("onerror" not in attrs for _, attrs in read.elements)
    text = Reader(harmful).text
    for wished in hostile.WISHED:
        assert wished in text, wished
    links = [each["href"] for each in read.of("a") if not each["href"].startswith("#")]
    assert links
    assert all(link.startswith("https://example.org/") for link in links)


def test_a_scenario_takes_a_run_and_is_held_against_the_book_as_it_is(tmp_path):
    scenario = tmp_path / "poorer.yaml"
    scenario.write_text('title: Poorer\nset: {parties.lab.cash: "0.2 B USD"}\n', encoding="utf-8")
    run = interlock.simulate(interlock.open_book("pair"), paths=64)
    file = interlock.save_report(run, tmp_path / "report.html", scenarios=[str(scenario)])
    assert "Poorer against as it is" in Reader(file.read_text(encoding="utf-8")).text
    with pytest.raises(interlock.BookError, match="no such scenario"):
        found(run, ["no-such"])


@pytest.mark.weekly
def test_a_full_report_also_has_limits_the_race_and_each_large_party_failing(tmp_path):
    run = interlock.simulate(interlock.open_book("shortage"), paths=64)
    text = Reader(interlock.save_report(run, tmp_path / "report.html", full=True).read_text(encoding="utf-8")).text
    for words in ("more of one limit", "Odds of the largest training run", "fails ↓ loses →"):
        assert words in text, words


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_opened_from_a_disk_it_is_drawn_without_a_word_or_a_request(chromium, page, tmp_path, width, scheme):
    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    with Visit(chromium, file, width=width, scheme=scheme) as visit:
        visit.page.wait_for_selector("#looked svg")
        drawn = visit.page.evaluate("[...document.querySelectorAll('figure')].map(f => !!f.querySelector('svg'))")
        assert all(drawn)
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
        assert (visit.asked, visit.said) == ([file.as_uri()], [])


def test_what_is_chosen_is_shown(chromium, page, tmp_path):
    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    looked = json.loads(re.search(r'id="interlock-look">(.*?)</script>', page)[1])
    with Visit(chromium, file) as visit:
        for n, measure in enumerate(looked["measures"]):
            visit.page.select_option("#measure", str(n))
            visit.page.select_option("#year", "1")
            visit.page.select_option("#world", "1")
            rows = visit.page.locator("#numbers tbody tr").all_inner_texts()
            assert len(rows) == len(measure["rows"])
            cells = [measure["cells"][world][0][1] for world in looked["worlds"]]
            assert rows[0].split() == [*measure["rows"][0].split(), *" ".join(map(" ".join, cells)).split()]
        assert visit.said == []


def test_a_page_has_nothing_that_a_reader_without_sight_or_mouse_would_miss(chromium, page, tmp_path):
    from axe_playwright_python.sync_playwright import Axe

    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    for scheme, width in (("light", 1280), ("dark", 390)):
        with Visit(chromium, file, scheme=scheme, width=width) as visit:
            visit.page.wait_for_selector("#looked svg")
            found = Axe().run(visit.page).response["violations"]
            assert [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in found] == []


def test_it_prints_on_white_paper_and_no_table_runs_off(chromium, page, tmp_path):
    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    with Visit(chromium, file, scheme="dark") as visit:
        for paper in ("A4", "Letter"):
            printed = visit.page.pdf(format=paper)
            assert printed.startswith(b"%PDF-")
            assert 4 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 30
        # 186 mm of an A4 page, at 96 dots an inch.
        visit.page.set_viewport_size({"width": 703, "height": 900})
        visit.page.emulate_media(media="print")
        visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        wide = "[...document.querySelectorAll('table, svg')].filter(e => e.getBoundingClientRect().right > 703).length"
        assert visit.page.evaluate(wide) == 0


def test_a_hostile_book_runs_nothing(chromium, harmful, tmp_path):
    file = tmp_path / "report.html"
    file.write_text(harmful, encoding="utf-8")
    with Visit(chromium, file, width=390) as visit:
        visit.page.wait_for_selector("#looked svg")
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
        for n in range(visit.page.locator("#measure option").count()):
            visit.page.select_option("#measure", str(n))
        assert (visit.asked, visit.said) == ([file.as_uri()], [])
        assert visit.page.locator("img").count() == 0

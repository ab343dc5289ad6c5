"""A figure is taken away as a picture that every program opens."""

from PIL import Image

from analytics.scoring.scores import compute_scores


def test_a_figure_becomes_a_png_that_shows_it(open_browser, wave, answered, bob):
    compute_scores(wave)
    page = open_browser(bob)
    page.goto(f"/en/agency/DLT/services/?wave={wave.code}")
    figure = page.locator("[data-figure=cells]")
    figure.get_by_text("Data · picture").click()
    with page.expect_download() as begun:
        figure.get_by_role("link", name="PNG").click()
    assert begun.value.suggested_filename == "cells.png"
    with Image.open(begun.value.path()) as picture:
        assert picture.format == "PNG"
        assert picture.width > 1000
        shades = picture.convert("L").histogram()
    assert sum(shades[250:]) > sum(shades) / 2  # on white paper
    assert sum(shades[:100]) > sum(shades) / 500  # with letters and marks


def test_without_javascript_there_is_the_drawing_alone(open_browser, wave, answered, bob):
    compute_scores(wave)
    page = open_browser(bob, java_script_enabled=False)
    page.goto(f"/en/agency/DLT/services/?wave={wave.code}")
    figure = page.locator("[data-figure=cells]")
    figure.get_by_text("Data · picture").click()
    assert figure.get_by_role("link", name="SVG").count() == 1
    assert figure.get_by_role("link", name="PNG").count() == 0

"""The least that scoring a nation can cost: one GROUP BY into NumPy, stratified estimates and their
official bounds with array functions alone, one statement that writes the rows. No suppression, no
evidence, no verdicts in words, no models."""

from typing import Any

import numpy as np

TABLE = "floor_scores"
COLUMNS = 20


class Floor:
    """Scores of a wave by array functions. What does not change between runs is prepared."""

    def __init__(self, wave: Any) -> None:
        from django.db import connection

        from analytics.domains.partitions import Registry
        from analytics.scoring.sample import frame_totals

        self.wave, self.written = wave, 0
        frame = frame_totals(wave)
        self.places = sorted(frame)
        self.encounters = np.array([frame[place] for place in self.places], dtype=float)
        registry = Registry()
        self.overall = wave.questionnaire.questions.get(is_overall=True).code
        self.labels = {
            crossed: [
                (each.label, len(each.domains))
                for each in registry.partitions(self.places, crossings=crossed)
            ]
            for crossed in (True, False)
        }
        with connection.cursor() as cursor:
            columns = ", ".join(f"c{k} double precision" for k in range(COLUMNS))
            cursor.execute(f"CREATE TABLE {TABLE} (question varchar(60), {columns})")

    def run(self) -> None:
        """Read, estimate, write."""
        from django.db import connection, transaction

        from surveys.rows import insert

        rows: list[tuple[Any, ...]] = []
        for question, counts in self._read().items():
            for label, size in self.labels[question == self.overall]:
                for y in (np.array([0.0, 0, 0, 1, 1]), np.arange(1.0, 6.0)):
                    table = self._estimates(counts, label, size, y)
                    rows += [(question, *row) for row in table.tolist()]
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {TABLE}")
            insert(TABLE, ["question", *(f"c{k}" for k in range(COLUMNS))], rows)
        self.written = len(rows)

    def _read(self) -> dict[str, np.ndarray]:
        from django.db import connection

        position = {place: k for k, place in enumerate(self.places)}
        of_each = ", ".join(
            f"CAST(SUM(CASE WHEN value = {v} THEN count ELSE 0 END) AS bigint)" for v in range(1, 6)
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT question, service_id, channel_id, {of_each} FROM analytics_tallycell"
                " WHERE wave_id = %s AND NOT screened GROUP BY question, service_id, channel_id",
                [self.wave.pk],
            )
            found = cursor.fetchall()
        tables: dict[str, np.ndarray] = {}
        for question, service, channel, *histogram in found:
            if question not in tables:
                tables[question] = np.zeros((len(self.places), 5))
            tables[question][position[service, channel]] = histogram
        return tables

    def _estimates(
        self, counts: np.ndarray, label: np.ndarray, size: int, y: np.ndarray
    ) -> np.ndarray:
        """(size, 20): value, variance, n, Kish's size, df, effective size, bounds, population,
        coverage, distribution of each domain, and room for as much again as a score has."""
        from scipy import special

        inside = label >= 0
        part, counts, encounters = label[inside], counts[inside], self.encounters[inside]

        def by(values: np.ndarray) -> np.ndarray:
            return np.bincount(part, values, size)

        with np.errstate(divide="ignore", invalid="ignore"):
            n = counts.sum(axis=1)
            mean = np.nan_to_num(counts @ y / n)
            spread = np.nan_to_num(counts @ y**2 / n - mean**2)
            covered, total = by(np.where(n > 0, encounters, 0)), by(encounters)
            value = by(encounters * mean) / covered
            variance = by(np.nan_to_num(encounters**2 * spread / (n - 1))) / covered**2
            answers, df = by(n), by(np.maximum(n - 1, 0))
            kish = covered**2 / by(np.nan_to_num(encounters**2 / n))
            share = (value - y[0]) / (y[-1] - y[0])
            ratio = special.stdtrit(answers - 1, 0.975) / special.stdtrit(df, 0.975)
            m = np.fmin(share * (1 - share) / variance, kish) * ratio**2
            z2 = special.ndtri(0.975) ** 2
            centre = share + z2 / (2 * m)
            half = np.sqrt(z2 * (share * (1 - share) / m + z2 / (4 * m * m)))
            low = (centre - half) / (1 + z2 / m)
            high = special.betainccinv(m * share + 0.75, m * (1 - share) + 0.25, 0.025)
        histogram = np.stack([by(column) for column in counts.T])
        head = np.stack([value, variance, answers, kish, df, m, low, high, total, covered / total])
        rest = np.zeros((COLUMNS - len(head) - len(histogram), size))
        return np.nan_to_num(np.vstack([head, histogram, rest]).T)

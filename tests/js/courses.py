"""A course of a stream, with a history and live ticks that a test lets come."""

from __future__ import annotations

from typing import Any

from tests.js.modules import ModuleCase

# A stream of one tick a second: t = ts = value. The history answers when it is let; live ticks come when they are told.
STAGE = """
    const { linesOf } = await import("/static/ticks/data/lines.js");
    const { HistoryError } = await import("/static/ticks/data/history.js");
    const tick = (t) => ({ t, ts: t, v: t });
    let listener, changes = 0;
    const live = {
      cursor: { epoch: "e", t: 100 },
      last: { t: 100, ts: 100, v: 8 },
      edge: () => (live.cursor?.t ?? 0),
      listen: (heard) => ((listener = heard), () => {}),
      tell: (...ts) => {
        const prevT = live.cursor.t;
        live.cursor = { epoch: "e", t: ts.at(-1) };
        listener.ticks(ts.map(tick), "e", prevT);
      },
    };
    const asked = [];
    const ask = (what) => (_, span) => new Promise((resolve, reject) => asked.push({ what, span, resolve, reject }));
    const tickAt = async (ts) => ({ ...tick(Math.floor(ts)), v: 7 });
    const history = { series: ask("series"), ticks: ask("ticks"), tickAt, preloaded: () => null };
    const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
    const answer = async (at, t) => {
      const ts = Array.from({ length: t - 60 }, (_, i) => 61 + i);
      const column = { min: ts, max: ts, mean: ts, count: ts.map(() => 1) };
      const series = { start: 61, width: 1, through: { epoch: "e", t }, columns: new Map([["v", column]]) };
      asked[at].resolve(asked[at].what === "ticks" ? { ticks: ts.map(tick), through: { epoch: "e", t } } : series);
      await turn();
      await turn();
    };
    const kind = linesOf([{ path: "v", keys: ["v"] }]);
    const course = new Course({ kind, live, history, onChange: () => (changes += 1) });
    const values = () => [...course.kept.track.view(0, 1e9).mean[0]];
    const all = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
    const isWhole = (from, to) => JSON.stringify(values()) === JSON.stringify(all(from, to));
    const wanted = { from: 41, to: 101, isLive: true, points: 100 };
"""


class CourseCase(ModuleCase):
    def run_course(self, body: str) -> Any:
        return self.run_js("{ Course } from data/course.js", STAGE + body)

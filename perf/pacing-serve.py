#!/usr/bin/env python3
"""Drives `dialer pacing serve` with traffic of its own and prints a table: each goal's utilisation and abandonment.

The traffic is written here from docs/pacing.md and shares no code with the engine: people answer after 2.5 s plus a lognormal ring, machines later,
the rest fails; a verdict comes 1.2 s (people) or 3 s (machines) after the answer; a person without an agent is abandoned after the patience.

usage: perf/pacing-serve.py [SEEDS] [FIRST_SEED] [HOURS] [PART/PARTS]      environment: DIALER, the command to run (default: ./dialer)
"""
import heapq
import json
import math
import os
import random
import subprocess
import sys

GOALS = [
    ("OverdialRate", 1, 10, {}), ("OverdialRate", 1, 50, {}), ("OverdialRate", 2, 20, {}), ("OverdialRate", 3, 5, {}),
    ("OverdialRate", 3, 10, {}), ("OverdialRate", 3, 20, {}), ("OverdialRate", 3, 50, {}), ("OverdialRate", 3, 100, {}),
    ("OverdialRate", 5, 10, {}), ("OverdialRate", 5, 30, {}), ("OverdialRate", 3, 20, {"shape": "exponential"}), ("OverdialRate", 3, 20, {"shape": "uniform"}),
    ("OverdialRate", 3, 20, {"hit": 0.12, "later": 0.4}), ("OverdialRate", 3, 20, {"hit": 0.2, "later": 0.4, "tick": 1.0}),
    ("BusyFactor", 75, 20, {}), ("DistributionTime", 30, 20, {}), ("MaximumGain", 30, 20, {}),
]


def lognormal(draw, mean, cv):
    spread = math.log(1 + cv * cv)
    return draw.lognormvariate(math.log(mean) - spread / 2, math.sqrt(spread))


class Shift:
    """One run of one group."""

    def __init__(self, by, goal, agents, hours, seed, hit=0.3, later=None, tick=0.5, shape="lognormal", patience=2.0):
        self.draw = random.Random(seed)
        self.agents, self.end, self.hit, self.later, self.tick, self.shape, self.patience = agents, hours * 3600, hit, later, tick, shape, patience
        self.agenda, self.order = [], 0
        self.idle = [f"a{i}" for i in range(agents)]
        self.since = dict.fromkeys(self.idle, 0.0)
        self.waiting = []
        self.calls = self.busy = self.reached = self.abandoned = 0
        self.busy_time = self.last = self.gaps = 0.0
        self.server = subprocess.Popen(
            os.environ.get("DIALER", "./dialer").split() + ["pacing", "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1 << 16)
        self.say(0, type="configure", mode="Predictive", optimizeBy=by, goal=goal, windowSeconds=86400, lines=5000, agents=agents, patienceSeconds=patience, seed=seed)
        for agent in self.idle:
            self.say(0, type="agent", id=agent, state="Ready")
        self.plan(0, self.on_tick, None)

    def say(self, t, **line):
        self.server.stdin.write(json.dumps({"t": round(t, 3), **line}) + "\n")

    def call(self, t, call, state, **more):
        self.say(t, type="call", id=call, state=state, **more)

    def plan(self, t, what, subject):
        self.order += 1
        heapq.heappush(self.agenda, (t, self.order, what, subject))

    def run(self):
        while self.agenda and self.agenda[0][0] <= self.end:
            t, _, what, subject = heapq.heappop(self.agenda)
            self.busy_time += self.busy * (t - self.last)
            self.last = t
            what(t, subject)
        self.server.stdin.close()
        self.server.wait()
        connected = max(1, self.reached - self.abandoned)
        return self.busy_time / (self.agents * self.end), self.abandoned / max(1, self.reached), self.reached, self.gaps / connected

    def on_tick(self, t, _):
        self.say(t, type="tick")
        self.server.stdin.flush()
        for _ in range(json.loads(self.server.stdout.readline())["dial"]):
            self.dial(t)
        self.plan(t + self.tick, self.on_tick, None)

    def dial(self, t):
        self.calls += 1
        call = f"c{self.calls}"
        self.call(t, call, "Dialing")
        hit = self.hit if self.later is None or t < self.end / 2 else self.later
        fate = self.draw.random()
        if fate < hit:
            self.plan(t + 2.5 + min(24, lognormal(self.draw, 8, 0.6)), self.on_answer, (call, True))
            return
        fate = self.draw.random()
        if fate < 0.36:
            self.plan(t + 2.5 + lognormal(self.draw, 13, 0.25), self.on_answer, (call, False))
        else:
            no_answer = fate < 0.83
            self.plan(t + (28 if no_answer else 3.5), self.on_failure, (call, 7 if no_answer else 6))

    def on_answer(self, t, subject):
        call, person = subject
        self.call(t, call, "Answered")
        self.plan(t + (lognormal(self.draw, 1.2, 0.35) if person else lognormal(self.draw, 3, 0.25)), self.on_verdict, subject)

    def on_failure(self, t, subject):
        self.call(t, subject[0], "Failed", result=subject[1])

    def on_verdict(self, t, subject):
        call, person = subject
        if not person:
            self.call(t, call, "Failed", result=9)
            return
        self.call(t, call, "Person")
        if self.idle:
            self.connect(t, call, self.idle.pop(0))
        else:
            self.waiting.append(call)
            self.plan(t + self.patience, self.on_patience, call)

    def on_patience(self, t, call):
        if call in self.waiting:
            self.waiting.remove(call)
            self.reached += 1
            self.abandoned += 1
            self.call(t, call, "Abandoned")

    def connect(self, t, call, agent):
        self.reached += 1
        self.busy += 1
        self.gaps += t - self.since[agent]
        self.call(t, call, "Connected", agent=agent)
        talk = {
            "lognormal": lambda: lognormal(self.draw, 120, 0.9), "exponential": lambda: self.draw.expovariate(1 / 120), "uniform": lambda: self.draw.uniform(24, 216),
        }[self.shape]()
        self.plan(t + talk, self.on_talk_over, (call, agent))

    def on_talk_over(self, t, subject):
        self.call(t, subject[0], "Released")
        self.say(t, type="agent", id=subject[1], state="AfterCallWork")
        self.plan(t + lognormal(self.draw, 20, 0.7), self.on_wrap_over, subject[1])

    def on_wrap_over(self, t, agent):
        self.busy -= 1
        self.since[agent] = t
        self.say(t, type="agent", id=agent, state="Ready")
        if self.waiting:
            self.connect(t, self.waiting.pop(0), agent)
        else:
            self.idle.append(agent)


def main():
    seeds, first, hours = (float(a) if a else d for a, d in zip(sys.argv[1:4] + [""] * 3, (4, 30001, 8)))
    part, parts = (int(n) for n in (sys.argv[4] if len(sys.argv) > 4 else "1/1").split("/"))
    if part == 1:
        print("| goal | agents | traffic | utilisation | abandoned | worst run | runs above the cap | people a run | agent waits |\n|---|---|---|---|---|---|---|---|---|")
    for by, goal, agents, traffic in GOALS[part - 1::parts]:
        runs = [Shift(by, goal, agents, hours, int(first) + s, **traffic).run() for s in range(int(seeds))]
        cap = goal / 100 if by == "OverdialRate" else 0.03
        mean = [sum(r[i] for r in runs) / len(runs) for i in range(4)]
        words = ", ".join(f"{k} {v}" for k, v in traffic.items()) or "base"
        print(f"| {by} {goal} | {agents} | {words} | {mean[0]:.4f} | {mean[1]:.2%} | {max(r[1] for r in runs):.2%} | {sum(r[1] > cap for r in runs)}/{len(runs)} | {mean[2]:,.0f} | {mean[3]:.1f} s |", flush=True)


if __name__ == "__main__":
    main()

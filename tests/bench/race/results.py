"""What came out: measures with their bars, as a table and as JSON."""
import json
import statistics

# For each measure whether the ratio tenure / peer (or, without a peer, tenure's value) must be at least or at most this.
BARS = {
    "ingest": (">=", 2), "ingest_late": (">=", 2), "import": (">=", 2), "import_over_ingest": (">=", 3),
    "rebuild": (">=", 2), "rebuild_over_ingest": (">=", 3),
    "check": (">=", 5), "check_p99": ("<=", 0.2), "check_http": (">=", 2),
    "what": (">=", 5), "who": (">=", 5), "existed": (">=", 5),
    "known": (">=", 5), "known_over_check": ("<=", 3),
    "flat_regranted": ("<=", 2), "flat_expired": ("<=", 2), "flat_revoked": ("<=", 2), "flat_over_gist": (">=", 3),
    "bytes_per_event": ("<=", 0.5), "rebuild_peak": ("<=", 512),
}


class Rounds:
    """The rounds of one side in one measure."""

    def __init__(self):
        self.rounds = []

    def add(self, work):
        self.rounds.append(work)

    def middle(self, field="rate"):
        return statistics.median(work[field] for work in self.rounds)

    def spread(self, field="rate"):
        """How far the rounds of one side lie apart, as a share of their median: the noise."""
        values = [work[field] for work in self.rounds]
        return (max(values) - min(values)) / self.middle(field)


class Results:
    def __init__(self):
        self.measures, self.details, self.disqualified = [], {}, []

    def add(self, name, unit, tenure, peer=None, peer_value=None):
        ratio = tenure / peer_value if peer_value else None
        judged = ratio if ratio is not None else tenure
        sign, least = BARS.get(name, (None, None))
        met = None if sign is None else bool(judged >= least if sign == ">=" else judged <= least)
        self.measures.append({"name": name, "unit": unit, "tenure": rounded(tenure), "peer": peer,
                              "peer_value": rounded(peer_value), "ratio": rounded(ratio), "bar": sign and f"{sign} {least}", "met": met})
        against = f", {peer} {shown(self.measures[-1]['peer_value'])}, ratio {shown(self.measures[-1]['ratio'])}" if peer_value else ""
        print(f"   {name}: {shown(self.measures[-1]['tenure'])} {unit}{against}", flush=True)

    def race(self, name, unit, rounds, field="rate"):
        """rounds: {side: Rounds}. PostgreSQL's better design counts."""
        better = max if field == "rate" else min
        peers = {side: of.middle(field) for side, of in rounds.items() if side != "tenure"}
        peer = better(peers, key=peers.get) if peers else None
        self.add(name, unit, rounds["tenure"].middle(field), peer, peers.get(peer))

    def flat(self, past, few, many, slower):
        """How many times slower a question is about the subject with the long past; no ratio of ratios."""
        peer = min((side for side in slower if side != "tenure"), key=slower.get)
        self.add(f"flat_{past}", f"times slower, {many:,} past grants against {few:,}", slower["tenure"])
        self.measures[-1] |= {"peer": peer, "peer_value": rounded(slower[peer])}

    def detail(self, name, rounds):
        self.details[name] = {side: {"rounds": of.rounds, "spread": round(of.spread(), 3)} for side, of in rounds.items()}

    def write(self, path, about):
        path.parent.mkdir(parents=True, exist_ok=True)
        everything = {"measures": self.measures, "disqualified": self.disqualified, "about": about, "details": self.details}
        path.write_text(json.dumps(everything, indent=1) + "\n")

    def table(self):
        rows = [("measure", "unit", "tenure", "PostgreSQL", "design", "ratio", "bar", "met")]
        for one in self.measures:
            met = {None: "", True: "yes", False: "NO"}[one["met"]]
            design = (one["peer"] or "").removeprefix("postgresql ")
            rows.append((one["name"], one["unit"], shown(one["tenure"]), shown(one["peer_value"]), design, shown(one["ratio"]),
                         one["bar"] or "", met))
        return aligned(rows)

    def rounds_table(self):
        """Median, p99 and the noise of each side; CPU seconds and memory of whole processes."""
        rows = [("measure", "side", "rate/s", "p50 µs", "p99 µs", "noise", "CPU s", "peak MiB")]
        for name, sides in self.details.items():
            for side, of in sides.items():
                rounds = of["rounds"]
                rows.append((name, side, *(shown(middle_of(rounds, field)) for field in ("rate", "p50_us", "p99_us")),
                             f"{of['spread']:.0%}", shown(middle_of(rounds, "cpu_s")), shown(middle_of(rounds, "peak_kib", 1024))))
        return aligned(rows)


def middle_of(rounds, field, divided_by=1):
    values = [work[field] / divided_by for work in rounds if field in work]
    return statistics.median(values) if values else None


def rounded(value):
    return None if value is None else float(f"{value:.4g}")


def shown(value):
    if value is None:
        return ""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def aligned(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) if column < 2 else cell.rjust(width) for column, (cell, width) in enumerate(zip(row, widths))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)

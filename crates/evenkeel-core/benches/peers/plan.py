"""The planner's instances, given to OR-Tools and HiGHS.

    cargo bench -p evenkeel-core --bench plan -- export FOLDER 10000 100 balanced
    pip install ortools highspy
    python3 crates/evenkeel-core/benches/peers/plan.py FOLDER flow|cpsat|highs SECONDS
    cargo bench -p evenkeel-core --bench plan -- judge FOLDER 10000 100 balanced flow|cpsat|highs

All of it side by side in one run, each of them with ten times our time and at least ten seconds:

    python3 crates/evenkeel-core/benches/peers/plan.py together FOLDER 10000 100 balanced

`flow` is OR-Tools' minimum-cost flow: exact, for the count alone. `cpsat` is OR-Tools' CP-SAT and
`highs` is HiGHS' MIP: the whole objective, band by band. Each is given SECONDS and leaves the best
plan it found beside the instance; our checker judges it.
The instance's form is told in `benches/plan/files.rs`. Nothing here is needed to build or test.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path

ONE = 1_000_000


class Instance:
    """One instance, as written by the bench."""

    def __init__(self, folder):
        lines = (Path(folder) / "instance.txt").read_text().splitlines()
        count, self.reps, self.gauges, factors, self.unplaced = map(int, lines[0].split())
        rows = [list(map(int, line.split())) for line in lines[1 : 1 + self.reps * self.gauges]]
        self.bands = [rows[r * self.gauges : (r + 1) * self.gauges] for r in range(self.reps)]
        self.adds, self.pairs = [], []
        for line in lines[1 + self.reps * self.gauges :]:
            numbers = list(map(int, line.split()))
            adds = [(0, ONE), (1, numbers[0]), (2, numbers[1])]
            adds += [(gauge, ONE) for gauge in numbers[2 : 2 + factors]]
            self.adds.append(adds)
            rest = numbers[2 + factors :]
            self.pairs.append(list(zip(rest[::2], rest[1::2])))
        assert len(self.pairs) == count

    def pieces(self, rep):
        """For every gauge of a book that matters: (gauge, [(limit, sign, rate)])."""
        for gauge, (floor, low, high, ceiling, slope, wall) in enumerate(self.bands[rep]):
            sides = [(low, -1, slope), (high, 1, slope), (floor, -1, wall), (ceiling, 1, wall)]
            sides = [side for side in sides if side[2] > 0 and not (side[1] < 0 and side[0] == 0)]
            if sides:
                yield gauge, sides


def flow(instance, _seconds):
    """Accounts -> reps -> sink, with the count's limits as supplies and capacities."""
    import numpy
    from ortools.graph.python import min_cost_flow

    accounts, reps = len(instance.pairs), instance.reps
    sink, pool = accounts + reps, accounts + reps + 1
    tails, heads, caps, costs = [], [], [], []
    for account, pairs in enumerate(instance.pairs):
        for rep, cost in pairs:
            tails.append(account), heads.append(accounts + rep), caps.append(1), costs.append(cost)
    first = len(tails)
    for rep in range(reps):
        floor, _, _, ceiling, _, _ = (limit // ONE for limit in instance.bands[rep][0])
        # What every book must have goes to the sink, what it may have besides to the pool.
        tails.append(accounts + rep), heads.append(sink), caps.append(floor), costs.append(0)
        tails.append(accounts + rep), heads.append(pool), caps.append(ceiling - floor), costs.append(0)
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        *(numpy.array(column, dtype=numpy.int64) for column in (tails, heads, caps, costs))
    )
    must = sum(instance.bands[rep][0][0] // ONE for rep in range(reps))
    supplies = numpy.zeros(pool + 1, dtype=numpy.int64)
    supplies[:accounts] = 1
    supplies[sink], supplies[pool] = -must, must - accounts
    solver.set_nodes_supplies(numpy.arange(pool + 1), supplies)
    begun = time.time()
    assert solver.solve() == solver.OPTIMAL
    took = time.time() - begun
    flows = solver.flows(numpy.arange(first))
    to = [-1] * accounts
    for arc in numpy.nonzero(flows)[0]:
        to[tails[arc]] = heads[arc] - accounts
    return to, f"optimal in {took:.1f} s"


def cpsat(instance, seconds):
    """The whole objective in CP-SAT; amounts in thousandths of an account."""
    from ortools.sat.python import cp_model

    coarse = 1_000
    model = cp_model.CpModel()
    terms, members = [], [[] for _ in range(instance.reps)]
    picks = []
    for account, pairs in enumerate(instance.pairs):
        row = {rep: model.new_bool_var("") for rep, _ in pairs}
        nobody = model.new_bool_var("")
        model.add_exactly_one([*row.values(), nobody])
        terms += [(row[rep], cost * (ONE // coarse)) for rep, cost in pairs]
        without = instance.unplaced + instance.adds[account][2][1]
        terms.append((nobody, without * (ONE // coarse)))
        for rep, pick in row.items():
            members[rep].append((account, pick))
        picks.append(row)
    for rep in range(instance.reps):
        for gauge, sides in instance.pieces(rep):
            amounts = [(dict(instance.adds[a]).get(gauge, 0) // coarse, pick) for a, pick in members[rep]]
            held = sum(amount * pick for amount, pick in amounts if amount)
            most = sum(amount for amount, _ in amounts) + 1
            for limit, sign, rate in sides:
                over = model.new_int_var(0, max(most, limit // coarse), "")
                model.add(over >= sign * (held - limit // coarse))
                terms.append((over, rate))
    model.minimize(sum(weight * term for term, weight in terms))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, solver.status_name(status)
    to = []
    for row in picks:
        to.append(next((rep for rep, pick in row.items() if solver.value(pick)), -1))
    scale = 1e-6 / (ONE // coarse)
    bound = solver.best_objective_bound * scale
    return to, f"{solver.status_name(status)}, its objective {solver.objective_value * scale:.3f}, bound {bound:.3f}"


def highs(instance, seconds):
    """The whole objective as a mixed-integer program in HiGHS; costs in points."""
    import highspy
    import numpy

    solver = highspy.Highs()
    solver.setOptionValue("time_limit", float(seconds))
    solver.setOptionValue("output_flag", False)
    costs, uppers, integer = [], [], []
    rows, lows, highs_ = [], [], []

    def column(cost, upper, whole):
        costs.append(cost), uppers.append(upper), integer.append(whole)
        return len(costs) - 1

    members, picks = [[] for _ in range(instance.reps)], []
    for account, pairs in enumerate(instance.pairs):
        row = {rep: column(cost / ONE, 1.0, True) for rep, cost in pairs}
        nobody = column((instance.unplaced + instance.adds[account][2][1]) / ONE, 1.0, True)
        rows.append([(at, 1.0) for at in [*row.values(), nobody]])
        lows.append(1.0), highs_.append(1.0)
        for rep, at in row.items():
            members[rep].append((account, at))
        picks.append(row)
    for rep in range(instance.reps):
        for gauge, sides in instance.pieces(rep):
            held = [(at, dict(instance.adds[a]).get(gauge, 0) / ONE) for a, at in members[rep]]
            held = [(at, amount) for at, amount in held if amount]
            for limit, sign, rate in sides:
                over = column(rate / ONE, highspy.kHighsInf, False)
                rows.append([(over, 1.0)] + [(at, -sign * amount) for at, amount in held])
                lows.append(-sign * limit / ONE), highs_.append(highspy.kHighsInf)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(costs), len(rows)
    program.col_cost_ = numpy.array(costs)
    program.col_lower_, program.col_upper_ = numpy.zeros(len(costs)), numpy.array(uppers)
    program.row_lower_, program.row_upper_ = numpy.array(lows), numpy.array(highs_)
    program.integrality_ = [
        highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous for whole in integer
    ]
    starts = numpy.cumsum([0] + [len(row) for row in rows])
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = starts
    program.a_matrix_.index_ = numpy.array([at for row in rows for at, _ in row])
    program.a_matrix_.value_ = numpy.array([value for row in rows for _, value in row])
    solver.passModel(program)
    solver.run()
    info = solver.getInfo()
    status = solver.modelStatusToString(solver.getModelStatus())
    if info.primal_solution_status != 2:
        return None, f"{status}, no plan, bound {info.mip_dual_bound:.3f}"
    values = solver.getSolution().col_value
    to = [next((rep for rep, at in row.items() if values[at] > 0.5), -1) for row in picks]
    return to, f"{status}, its objective {info.objective_function_value:.3f}, bound {info.mip_dual_bound:.3f}"


def together(folder, accounts, reps, kind):
    """Ours, then the others with ten times our time, all judged by our checker."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    bench = ["cargo", "bench", "-q", "-p", "evenkeel-core", "--bench", "plan", "--"]
    ours = subprocess.run([*bench, "export", folder, accounts, reps, kind], check=True, text=True, stdout=subprocess.PIPE)
    print(ours.stdout, end="", flush=True)
    ours_seconds = float(ours.stdout.splitlines()[1].split()[-2])
    limit = max(10.0, 10 * ours_seconds)
    names = ["flow"] if kind == "separable" else ["cpsat", "highs"]
    for name in names:
        left = Path(folder) / f"{name}.plan"
        left.unlink(missing_ok=True)
        subprocess.run([sys.executable, __file__, folder, name, str(limit)], check=True)
        if left.exists():
            subprocess.run([*bench, "judge", folder, accounts, reps, kind, name], check=True)
        else:
            print(f"{name}: no plan within {limit:.0f} s", flush=True)


def main():
    if sys.argv[1] == "together":
        return together(*sys.argv[2:6])
    folder, name, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    instance = Instance(folder)
    begun = time.time()
    to, told = {"flow": flow, "cpsat": cpsat, "highs": highs}[name](instance, seconds)
    took = time.time() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name}: {told}; {took:.1f} s with building the model, {memory} MB")
    if to is not None:
        (Path(folder) / f"{name}.plan").write_text("\n".join(map(str, to)))


main()

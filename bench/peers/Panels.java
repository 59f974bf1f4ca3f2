import ai.timefold.solver.core.api.domain.entity.PlanningEntity;
import ai.timefold.solver.core.api.domain.solution.PlanningEntityCollectionProperty;
import ai.timefold.solver.core.api.domain.solution.PlanningScore;
import ai.timefold.solver.core.api.domain.solution.PlanningSolution;
import ai.timefold.solver.core.api.domain.valuerange.ValueRangeProvider;
import ai.timefold.solver.core.api.domain.variable.PlanningVariable;
import ai.timefold.solver.core.api.score.buildin.hardsoftlong.HardSoftLongScore;
import ai.timefold.solver.core.api.score.calculator.EasyScoreCalculator;
import ai.timefold.solver.core.api.solver.SolverFactory;
import ai.timefold.solver.core.config.solver.SolverConfig;
import java.io.StreamTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The problem file's rules and cost for Timefold: a start for each session, somebody for each seat. */
public class Panels {
    static StreamTokenizer in;

    static int next() throws Exception {
        in.nextToken();
        return (int) in.nval;
    }

    static int[] row(int size) throws Exception {
        int[] row = new int[size];
        for (int i = 0; i < size; i++) row[i] = next();
        return row;
    }

    public static class Person {
        int gap, weekCap, dayCap;
        int[] dayStart, dayWeek, dayLoad, weekLoad, weekLevel, free;

        int day(int minute) {
            int at = Arrays.binarySearch(dayStart, minute);
            return at >= 0 ? at : -at - 2;
        }

        boolean isFree(int start, int end) {
            for (int i = 0; i < free.length; i += 2) if (free[i] <= start && end <= free[i + 1]) return true;
            return false;
        }
    }

    public static class Loop {
        int maxDays, restAfter, restMinutes;
        int[] dayStart, dayWait, lunchFrom, lunchTo, before;
        int lunchMinutes;
        int[][] mix;
        int[] mixLeast;
        int first, count; // its sessions in the plan: the plan is copied as it is solved, a loop is not

        int day(int minute) {
            int at = Arrays.binarySearch(dayStart, minute);
            return at >= 0 ? at : -at - 2;
        }
    }

    @PlanningEntity
    public static class Session {
        int minutes;
        Loop loop;
        List<Integer> starts = new ArrayList<>();
        List<SeatOf> seats = new ArrayList<>();
        @PlanningVariable(valueRangeProviderRefs = "starts")
        public Integer start;

        @ValueRangeProvider(id = "starts")
        public List<Integer> getStarts() { return starts; }
        public Integer getStart() { return start; }
        public void setStart(Integer start) { this.start = start; }
    }

    @PlanningEntity
    public static class SeatOf {
        Session session;
        List<Integer> able = new ArrayList<>();
        int[] liking;
        @PlanningVariable(valueRangeProviderRefs = "able")
        public Integer who;

        @ValueRangeProvider(id = "able")
        public List<Integer> getAble() { return able; }
        public Integer getWho() { return who; }
        public void setWho(Integer who) { this.who = who; }
    }

    @PlanningSolution
    public static class Plan {
        Person[] people;
        Loop[] loops;
        int load, point, waitDay, idle, extraDate, discouraged, empty;
        @PlanningEntityCollectionProperty
        public List<Session> sessions = new ArrayList<>();
        @PlanningEntityCollectionProperty
        public List<SeatOf> seats = new ArrayList<>();
        @PlanningScore
        public HardSoftLongScore score;
    }

    public static class Calculator implements EasyScoreCalculator<Plan, HardSoftLongScore> {
        @Override
        public HardSoftLongScore calculateScore(Plan plan) {
            long hard = 0, points = 0, load = 0;
            int count = plan.people.length;
            int[][] work = new int[count][];
            int[] jobs = new int[count];
            for (Loop loop : plan.loops) {
                int n = loop.count;
                List<Session> sessions = plan.sessions.subList(loop.first, loop.first + n);
                int[][] order = new int[n][];
                int known = 0;
                List<Integer> panel = new ArrayList<>();
                for (Session session : sessions) {
                    if (session.start == null) continue;
                    int start = session.start, end = start + session.minutes;
                    order[known++] = new int[] {start, end};
                    for (SeatOf seat : session.seats) {
                        if (seat.who == null) continue;
                        if (seat.who < 0) { points += plan.empty; continue; }
                        Person person = plan.people[seat.who];
                        if (!person.isFree(start, end)) hard += 10;
                        if (panel.contains(seat.who)) hard += 10;
                        panel.add(seat.who);
                        points += (long) plan.discouraged * seat.liking[seat.able.indexOf(seat.who)];
                        int[] mine = work[seat.who];
                        if (mine == null) mine = work[seat.who] = new int[64];
                        if (jobs[seat.who] < 32) {
                            mine[2 * jobs[seat.who]] = start;
                            mine[2 * jobs[seat.who]++ + 1] = end;
                        }
                    }
                }
                if (known < n) continue;
                for (int i = 0; i < loop.before.length; i += 2) {
                    Session one = sessions.get(loop.before[i]), two = sessions.get(loop.before[i + 1]);
                    int late = one.start + one.minutes - two.start;
                    if (late > 0) hard += 1 + late / 15;
                }
                Arrays.sort(order, (a, b) -> Integer.compare(a[0], b[0]));
                int onset = order[0][0], run = 1, dates = 1, last = loop.day(order[0][0]);
                for (int i = 1; i < n; i++) {
                    int gap = order[i][0] - order[i - 1][1], day = loop.day(order[i][0]);
                    if (gap < 0) hard += 1 - gap / 15;
                    if (day == last) points += (long) plan.idle * gap;
                    else dates++;
                    last = day;
                    if (loop.restAfter > 0) {
                        if (gap >= loop.restMinutes) { onset = order[i][0]; run = 1; }
                        else if (++run > 1 && order[i][1] - onset > loop.restAfter) hard++;
                    }
                }
                if (dates > loop.maxDays) hard += dates - loop.maxDays;
                points += (long) plan.waitDay * loop.dayWait[last] + (long) plan.extraDate * (dates - 1);
                if (loop.lunchMinutes > 0) hard += hungry(loop, order);
                for (int i = 0; i < loop.mix.length; i++) {
                    int inside = 0;
                    for (int who : panel) if (Arrays.binarySearch(loop.mix[i], who) >= 0) inside++;
                    hard += Math.max(0, loop.mixLeast[i] - inside);
                }
            }
            for (int i = 0; i < count; i++) {
                if (jobs[i] == 0) continue;
                Person person = plan.people[i];
                int[] weeks = new int[person.weekLoad.length], days = new int[person.dayStart.length];
                for (int a = 0; a < jobs[i]; a++) {
                    int start = work[i][2 * a], end = work[i][2 * a + 1], day = person.day(start);
                    weeks[person.dayWeek[day]] += end - start;
                    days[day] += end - start;
                    for (int b = 0; b < a; b++)
                        if (start < work[i][2 * b + 1] + person.gap && work[i][2 * b] < end + person.gap) hard += 5;
                }
                for (int d = 0; d < days.length; d++)
                    if (days[d] > 0 && person.dayCap >= 0 && person.dayLoad[d] + days[d] > person.dayCap) hard += 3;
                for (int w = 0; w < weeks.length; w++) {
                    if (weeks[w] == 0) continue;
                    if (person.weekCap >= 0 && person.weekLoad[w] + weeks[w] > person.weekCap) hard += 3;
                    long level = person.weekLevel[w], all = level + weeks[w];
                    load += plan.load * (all * all - level * level);
                }
            }
            return HardSoftLongScore.of(-hard, -(load + plan.point * points));
        }

        int hungry(Loop loop, int[][] order) {
            int missed = 0, seen = -1;
            for (int[] session : order) {
                int day = loop.day(session[0]);
                if (day == seen) continue;
                seen = day;
                int at = loop.lunchFrom[day];
                boolean fed = false;
                for (int[] other : order) {
                    if (other[1] <= loop.lunchFrom[day] || other[0] >= loop.lunchTo[day]) continue;
                    if (other[0] - at >= loop.lunchMinutes) fed = true;
                    at = Math.max(at, other[1]);
                }
                if (!fed && loop.lunchTo[day] - at < loop.lunchMinutes) missed++;
            }
            return missed;
        }
    }

    static Plan read(Path path) throws Exception {
        in = new StreamTokenizer(Files.newBufferedReader(path));
        Plan plan = new Plan();
        plan.people = new Person[next()];
        plan.loops = new Loop[next()];
        plan.load = next(); plan.point = next(); plan.waitDay = next(); plan.idle = next();
        plan.extraDate = next(); plan.discouraged = next(); plan.empty = next();
        for (int i = 0; i < plan.people.length; i++) {
            Person person = plan.people[i] = new Person();
            person.gap = next(); person.weekCap = next(); person.dayCap = next();
            int days = next(), weeks = next(), spans = next();
            person.dayStart = row(days); person.dayWeek = row(days); person.dayLoad = row(days);
            person.weekLoad = row(weeks); person.weekLevel = row(weeks); person.free = row(2 * spans);
        }
        for (int i = 0; i < plan.loops.length; i++) {
            Loop loop = plan.loops[i] = new Loop();
            loop.maxDays = next(); loop.restAfter = next(); loop.restMinutes = next(); loop.lunchMinutes = next();
            int days = next(), pairs = next(), mixes = next(), sessions = next();
            loop.dayStart = row(days); loop.dayWait = row(days); loop.lunchFrom = row(days); loop.lunchTo = row(days);
            loop.before = row(2 * pairs);
            loop.mix = new int[mixes][];
            loop.mixLeast = new int[mixes];
            for (int m = 0; m < mixes; m++) { loop.mixLeast[m] = next(); loop.mix[m] = row(next()); Arrays.sort(loop.mix[m]); }
            loop.first = plan.sessions.size();
            loop.count = sessions;
            for (int s = 0; s < sessions; s++) {
                Session session = new Session();
                session.loop = loop;
                session.minutes = next();
                for (int start : row(next())) session.starts.add(start);
                int seats = next();
                for (int k = 0; k < seats; k++) {
                    SeatOf seat = new SeatOf();
                    seat.session = session;
                    int able = next();
                    for (int who : row(able)) seat.able.add(who);
                    seat.liking = row(able);
                    session.seats.add(seat);
                    plan.seats.add(seat);
                }
                plan.sessions.add(session);
            }
        }
        return plan;
    }

    public static void main(String[] arguments) throws Exception {
        Plan plan = read(Path.of(arguments[0]));
        SolverConfig config = new SolverConfig()
                .withSolutionClass(Plan.class)
                .withEntityClasses(Session.class, SeatOf.class)
                .withEasyScoreCalculatorClass(Calculator.class)
                .withTerminationSpentLimit(Duration.ofMillis((long) (1000 * Double.parseDouble(arguments[1]))));
        Plan best = SolverFactory.<Plan>create(config).buildSolver().solve(plan);
        System.out.println("= " + best.score.hardScore() + " " + best.score.softScore());
        for (Session session : best.sessions) {
            StringBuilder line = new StringBuilder("= ").append(session.start);
            for (SeatOf seat : session.seats) line.append(' ').append(seat.who);
            System.out.println(line);
        }
    }
}

package io.sluice.testkit.soak;

import io.sluice.testkit.Stopwatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The members of the groups that stay; one after another leaves or vanishes, and another takes its place. Owner: one
 * thread at a time.
 */
final class MemberChurn {
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final int VANISH_ONE_IN = 3;
    private static final long END_LIMIT_MS = 180_000;

    private final String address;
    private final SoakCrew crew;
    private final SoakBooks books;
    private final SplittableRandom random;
    private final List<Place> places = new ArrayList<>();

    /** A member's place in its group. */
    private static final class Place {
        private final SteadyGroup group;
        private final String name;
        private @Nullable SteadyMember member;
        private @Nullable Thread thread;

        Place(SteadyGroup group, String name) {
            this.group = group;
            this.name = name;
        }
    }

    /** Does nothing yet; {@code crew} is that of the members. */
    MemberChurn(String address, SoakCrew crew, SoakBooks books, SoakPlan plan, SplittableRandom random) {
        this.address = address;
        this.crew = crew;
        this.books = books;
        this.random = random;
        // Group by group a member, so that all groups have members soon.
        for (int member = 0; member < plan.membersPerGroup(); member++) {
            for (SteadyGroup group : plan.steadyGroups()) {
                places.add(new Place(group, group.id() + "-" + member));
            }
        }
    }

    void startAll(Duration gap) {
        for (Place place : places) {
            fill(place);
            Stopwatch.sleep(gap);
        }
    }

    private void fill(Place place) {
        SteadyMember member = new SteadyMember(place.group, books);
        place.member = member;
        place.thread = crew.startThread(place.name, () -> member.consume(address));
    }

    /** Replaces members until {@code churners} stop. */
    void churn(SoakCrew churners) throws InterruptedException {
        churners.rest(PAUSE);
        while (!churners.isStopping()) {
            Place place = places.get(random.nextInt(places.size()));
            boolean vanishes = random.nextInt(VANISH_ONE_IN) == 0;
            end(place, vanishes ? SteadyMember.End.VANISHES : SteadyMember.End.LEAVES);
            awaitEnd(place);
            fill(place);
            books.counts().memberReplaced();
            churners.rest(PAUSE);
        }
    }

    private static void end(Place place, SteadyMember.End how) {
        if (place.member != null) {
            place.member.end(how);
        }
    }

    private void awaitEnd(Place place) {
        if (place.thread != null) {
            crew.await(place.thread, END_LIMIT_MS);
        }
    }

    void leaveAll() {
        places.forEach(place -> end(place, SteadyMember.End.LEAVES));
        places.forEach(this::awaitEnd);
    }
}
